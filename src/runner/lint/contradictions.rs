//! Checks that the sentences of a scenario do not contradict its plan.

use cucumber::gherkin::Step;

use super::{Rule, order, sentences::Sentences};
use crate::{
    migration::{self, Nodes, PlanKind, hooks::HookTime, intent, not_in_plan},
    runner::{
        outline::Concrete,
        plan::ExpandedFile,
        problem::Problem,
        text::{Place, Text},
    },
    steps::{
        HOOK_TIME,
        field::{Role, Value as _},
        mistake,
        sentence::{Fact, Part, Sentence},
    },
};

/// Sentences and options that contradict the plan of their scenario.
pub fn problems(expanded: &ExpandedFile, sentences: &mut Sentences) -> Vec<Problem> {
    let scenarios = expanded.scenarios.iter();
    scenarios
        .flat_map(|concrete| of_scenario(expanded, concrete, sentences))
        .collect()
}

/// What the sentences of a scenario have stated so far.
#[derive(Default)]
struct Said {
    cold: bool,
    reserves: bool,
    hooks: Vec<HookTime>,
    /// Names of the original VMs of the plan; `other_names` has the other names that the scenario gave them.
    vms: Vec<String>,
    other_names: Vec<String>,
}

fn of_scenario(expanded: &ExpandedFile, concrete: &Concrete, sentences: &mut Sentences) -> Vec<Problem> {
    let text = &expanded.file.text;
    let mut problems = Vec::new();
    let mut said = Said::default();
    for step in order::steps(expanded, concrete) {
        // After an unknown sentence, the state of the scenario is unknown.
        let [sentence] = *sentences.of(step) else {
            break;
        };
        let whole = text.whole(step.position.line);
        let found = said
            .against(sentence, step)
            .map(|complaint| (whole, complaint))
            .or_else(|| not_reserved(sentence, step, &said, text));
        problems.extend(found.map(|(place, said)| text.complaint(Rule::Contradiction, place, &said)));
        said.note(sentence, step);
    }
    problems
}

impl Said {
    fn note(&mut self, sentence: &Sentence, step: &Step) {
        self.cold |= sentence.plan_kind() == Some(PlanKind::Cold);
        self.reserves |= sentence.gives_reserved_node();
        self.hooks.extend(sentence.value(step, &HOOK_TIME));
        self.vms
            .extend(sentence.values(step, Role::SourceVm).map(str::to_owned));
        if sentence.part == Part::Vms {
            let table = step.table.iter().flat_map(|table| table.rows.iter().flatten());
            self.other_names.extend(table.cloned());
        }
    }

    /// The contradiction between this sentence and the previous ones.
    fn against(&self, sentence: &Sentence, step: &Step) -> Option<String> {
        if let Some(what) = sentence.needs_warm().filter(|_| self.cold) {
            return Some(format!(
                "a cold migration has no {what}; make the plan with `a warm migration plan`"
            ));
        }
        let hook = sentence.value(step, &HOOK_TIME);
        if let Some(time) = hook.filter(|time| self.hooks.contains(time)) {
            return Some(intent::Error::HookTwice { time }.to_string());
        }
        // Before the plan exists, more VMs may follow.
        if self.vms.is_empty() || sentence.excludes().contains(&Fact::Settled) {
            return None;
        }
        let known = |name: &str| self.vms.iter().chain(&self.other_names).any(|known| known == name);
        let unknown = sentence
            .values(step, Role::PlanVm)
            .find(|name| !known(name))?
            .to_owned();
        let vms: Vec<&str> = self.vms.iter().map(String::as_str).collect();
        Some(not_in_plan(&unknown, &vms).to_string())
    }
}

/// The place where a plan asks for a reserved node although the scenario reserves none, and the message.
fn not_reserved(sentence: &Sentence, step: &Step, said: &Said, text: &Text) -> Option<(Place, String)> {
    if said.reserves {
        return None;
    }
    let table = step.table.as_ref()?;
    let mut nodes = sentence.written(step).into_iter();
    nodes.find_map(|written| {
        let option = written.field.name;
        let is_reserved = Nodes::read(option, written.text) == Ok(Nodes::Reserved);
        match written.place {
            mistake::Place::Cell { row, column } if is_reserved && written.field.role == Some(Role::Nodes) => {
                let said = migration::Error::NotReserved { option }.to_string();
                Some((text.cell(table, row, column), said))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::lint::check::tests::{expanded, shown};

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
    fn a_cancelled_vm_belongs_to_the_plan() {
        assert_eq!(found("    When the migration of the VM \"web\" is cancelled\n"), "");
        insta::assert_snapshot!(found("    When the migration of the VM \"wep\" is cancelled\n"), @r#"
        a:4:5: the plan has no VM "wep"
            the nearest are "web"
        "#);
    }

    #[test]
    fn a_migrated_vm_belongs_to_the_plan() {
        assert_eq!(found("    Then the VM \"web\" was migrated\n"), "");
        insta::assert_snapshot!(found("    Then the VM \"wep\" was not migrated\n"), @r#"
        a:4:5: the plan has no VM "wep"
            the nearest are "web"
        "#);
        let before = "    And the target already has a VM with a MAC address of the VM \"db\"\n";
        assert_eq!(found(before), "");
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
    fn a_plan_uses_a_node_that_was_reserved_before() {
        let plan = "    And a cold migration plan\n      | target node | reserved |\n";
        assert_eq!(
            found(&format!("    And a worker node reserved for this scenario\n{plan}")),
            ""
        );
        insta::assert_snapshot!(found(plan), @r#"
        a:5:23: the plan option "target node" says `reserved`, but no node is
            add `a worker node reserved for this scenario` before the plan
        "#);
    }
}
