//! What a scenario says goes with its plan.

use cucumber::gherkin::Step;

use super::{Rule, order, sentences::Sentences};
use crate::{
    migration::{self, hooks::HookTime, intent, not_in_plan},
    runner::{
        outline::Concrete,
        plan::ExpandedFile,
        problem::Problem,
        text::{Place, Text},
    },
    steps::{
        originals,
        sentence::{Part, Sentence},
    },
};

/// Sentences that a cold plan does not go with, because it has no cutover.
const CUTOVERS: [&str; 3] = [
    "the migration runs with cutover in {duration}",
    "the cutover is scheduled in {duration}",
    "the cutover is scheduled now",
];

const PRECOPIES: &str = "{int} precopy/precopies has/have completed";
const CANCELLED: &str = "the migration of the VM {string} is cancelled";
const RESERVED: &str = "a worker node reserved for this scenario";

/// The plan options that take `reserved`.
const NODES: [&str; 2] = ["target node", "converter node"];

/// Sentences and options that contradict what the scenario said of its plan.
pub fn problems(expanded: &ExpandedFile, sentences: &mut Sentences) -> Vec<Problem> {
    let scenarios = expanded.scenarios.iter();
    scenarios
        .flat_map(|concrete| of_scenario(expanded, concrete, sentences))
        .collect()
}

/// What a scenario has said so far.
#[derive(Default)]
struct Said {
    cold: bool,
    reserves: bool,
    hooks: Vec<HookTime>,
    /// The VMs of the plan by their originals, and by any other name that the scenario gave them.
    vms: Vec<String>,
    other_names: Vec<String>,
}

fn of_scenario(expanded: &ExpandedFile, concrete: &Concrete, sentences: &mut Sentences) -> Vec<Problem> {
    let text = &expanded.file.text;
    let mut problems = Vec::new();
    let mut said = Said::default();
    for step in order::steps(expanded, concrete) {
        // What a sentence says that nobody knows, nobody knows.
        let [sentence] = *sentences.of(step) else {
            break;
        };
        let whole = text.whole(step.position.line);
        let found = said
            .against(sentence, step)
            .map(|complaint| (whole, complaint))
            .or_else(|| not_reserved(step, &said, text));
        problems.extend(found.map(|(place, said)| text.complaint(Rule::Contradiction, place, &said)));
        said.note(sentence, step);
    }
    problems
}

impl Said {
    fn note(&mut self, sentence: &Sentence, step: &Step) {
        self.cold |= sentence.expression.starts_with("a cold migration plan");
        self.reserves |= sentence.expression == RESERVED;
        self.hooks.extend(hook(sentence, step));
        if sentence.part == Part::Vms {
            let table = step.table.iter().flat_map(|table| table.rows.iter().flatten());
            self.other_names.extend(table.cloned());
            self.vms.extend(originals(step));
        }
    }

    /// Why what was said does not go with this.
    fn against(&self, sentence: &Sentence, step: &Step) -> Option<String> {
        let expression = sentence.expression;
        if self.cold && CUTOVERS.contains(&expression) {
            return Some("a cold migration has no cutover; make the plan with `a warm migration plan`".to_owned());
        }
        if self.cold && expression == PRECOPIES {
            return Some("a cold migration has no precopies; make the plan with `a warm migration plan`".to_owned());
        }
        if let Some(time) = hook(sentence, step).filter(|time| self.hooks.contains(time)) {
            return Some(intent::Error::HookTwice { time }.to_string());
        }
        let name = quoted(step).filter(|_| expression == CANCELLED)?;
        let known = |names: &[String]| names.iter().any(|known| known == name);
        if self.vms.is_empty() || known(&self.vms) || known(&self.other_names) {
            return None;
        }
        let vms: Vec<&str> = self.vms.iter().map(String::as_str).collect();
        Some(not_in_plan(name, &vms).to_string())
    }
}

/// When the hook of the sentence runs.
fn hook(sentence: &Sentence, step: &Step) -> Option<HookTime> {
    let is_hook = sentence.expression.starts_with("a {word} hook ");
    match step.value.split(' ').nth(1).filter(|_| is_hook) {
        Some("pre-migration") => Some(HookTime::PreMigration),
        Some("post-migration") => Some(HookTime::PostMigration),
        Some(_) | None => None,
    }
}

/// The first text in quotes.
fn quoted(step: &Step) -> Option<&str> {
    step.value.split('"').nth(1)
}

/// The row of a plan's options that says `reserved`.
fn reserved_row(step: &Step) -> Option<(usize, &'static str)> {
    let mut rows = step.table.iter().flat_map(|table| table.rows.iter().enumerate());
    rows.find_map(|(row, cells)| match cells.as_slice() {
        [key, value] if value == "reserved" => Some((row, *NODES.iter().find(|node| *node == key)?)),
        _ => None,
    })
}

/// Where a plan asks for the reserved node of a scenario that has none, and what is said of it.
fn not_reserved(step: &Step, said: &Said, text: &Text) -> Option<(Place, String)> {
    let (row, option) = reserved_row(step).filter(|_| !said.reserves)?;
    let place = text.cell(step.table.as_ref()?, row, 1);
    Some((place, migration::Error::NotReserved { option }.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        runner::lint::check::tests::{expanded, shown},
        steps::catalogue,
    };

    fn found(steps: &str) -> String {
        let text = format!("Feature: F\n  Scenario: S\n    Given a clone of the VM \"web\"\n{steps}");
        shown(&problems(&expanded("a", &text), &mut Sentences::default()))
    }

    #[test]
    fn a_cold_plan_has_no_cutover_and_no_precopies() {
        let whens = "    When the migration runs with cutover in 2 minutes\n    And 2 precopies have completed\n";
        assert_eq!(found(&format!("    And a warm migration plan\n{whens}")), "");
        insta::assert_snapshot!(found(&format!("    And a cold migration plan\n{whens}")), @"
        a:5:5: a cold migration has no cutover
            make the plan with `a warm migration plan`
        a:6:5: a cold migration has no precopies
            make the plan with `a warm migration plan`
        ");
    }

    #[test]
    fn a_vm_that_is_cancelled_is_one_of_the_plan() {
        assert_eq!(found("    When the migration of the VM \"web\" is cancelled\n"), "");
        insta::assert_snapshot!(found("    When the migration of the VM \"wep\" is cancelled\n"), @r#"
        a:4:5: the plan has no VM "wep"
            the nearest are "web"
        "#);
    }

    #[test]
    fn a_plan_has_one_hook_of_each_kind() {
        assert_eq!(
            found("    And a pre-migration hook that fails\n    And a post-migration hook that fails\n"),
            ""
        );
        insta::assert_snapshot!(found("    And a pre-migration hook that fails\n    And a pre-migration hook that succeeds\n"), @"
        a:5:5: there is a pre-migration hook already, and MTV runs one of each kind
            keep one of the two sentences
        ");
    }

    #[test]
    fn a_reserved_node_is_reserved_before() {
        let plan = "    And a cold migration plan\n      | target node | reserved |\n";
        assert_eq!(found(&format!("    And {RESERVED}\n{plan}")), "");
        insta::assert_snapshot!(found(plan), @r#"
        a:5:23: the plan option "target node" says `reserved`, but no node is
            add `a worker node reserved for this scenario` before the plan
        "#);
    }

    #[test]
    fn the_sentences_are_those_of_the_catalogue() {
        for expression in CUTOVERS.into_iter().chain([PRECOPIES, CANCELLED, RESERVED]) {
            assert!(
                catalogue::sentences().any(|sentence| sentence.expression == expression),
                "{expression}"
            );
        }
    }
}
