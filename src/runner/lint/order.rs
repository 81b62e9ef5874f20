//! Checks that the sentences of a scenario are in an order in which they can be executed.

use std::collections::{HashMap, HashSet};

use cucumber::gherkin::Step;

use super::{Rule, sentences::Sentences};
use crate::{
    migration::intent,
    runner::{outline::Concrete, plan::ExpandedFile, problem::Problem, scenarios},
    steps::sentence::Fact,
    world::Missing,
};

/// Sentences that come before those they need, or after those they must precede.
pub fn problems(expanded: &ExpandedFile, sentences: &mut Sentences) -> Vec<Problem> {
    let scenarios = expanded.scenarios.iter();
    scenarios
        .flat_map(|concrete| of_scenario(expanded, concrete, sentences))
        .collect()
}

/// All steps of a scenario, those of its backgrounds first.
pub fn steps<'a>(expanded: &'a ExpandedFile, concrete: &'a Concrete) -> impl Iterator<Item = &'a Step> {
    let feature = &expanded.file.feature;
    let rule = concrete.rule.and_then(|index| feature.rules.get(index));
    scenarios::steps(feature, rule, &concrete.scenario)
}

fn of_scenario(expanded: &ExpandedFile, concrete: &Concrete, sentences: &mut Sentences) -> Vec<Problem> {
    let text = &expanded.file.text;
    let mut problems = Vec::new();
    let mut given: HashSet<Fact> = HashSet::new();
    let mut mapped: HashMap<Fact, usize> = HashMap::new();
    let mut ran = None;
    for step in steps(expanded, concrete) {
        // After an unknown sentence, the state of the scenario is unknown.
        let [sentence] = *sentences.of(step) else {
            break;
        };
        let place = text.whole(step.position.line);
        let missing = sentence.needs().iter().filter(|fact| !given.contains(fact));
        let late = sentence.excludes().iter().filter(|fact| given.contains(fact));
        problems.extend(missing.chain(late).map(|fact| {
            let said = match fact {
                Fact::Outcome if given.contains(&Fact::Running) => Missing::End.to_string(),
                Fact::Running if given.contains(&Fact::Outcome) => Missing::Ended.to_string(),
                fact => fact.complaint(),
            };
            text.complaint(Rule::WrongOrder, place, &said)
        }));
        for fact in sentence.gives() {
            if let Some(what) = fact.given_once()
                && let Some(first) = mapped.insert(*fact, step.position.line)
            {
                let said = intent::Error::MappedTwice { what }.to_string();
                let said = said.replacen(" already", &format!(" already, in line {first}"), 1);
                problems.push(text.complaint(Rule::MappedTwice, place, &said));
            }
        }
        // One problem per missing fact is enough.
        given.extend(sentence.needs().iter().chain(sentence.gives()));
        if sentence.is_first_run()
            && let Some(first) = ran.replace(step.position.line)
        {
            let what = format!("the plan has run already, in line {first}");
            let hint = "another run of a plan is written: When the migration is started again";
            problems.push(text.problem(Rule::WrongOrder, place, what).hint(hint));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::lint::check::tests::{expanded, shown};

    fn found(steps: &str) -> String {
        let text = format!("Feature: F\n  Background:\n    Given a source provider\n  Scenario: S\n{steps}");
        shown(&problems(&expanded("a", &text), &mut Sentences::default()))
    }

    #[test]
    fn sentences_that_come_too_early_or_too_late_are_reported() {
        insta::assert_snapshot!(found("    And a cold migration plan\n    And a clone of the VM \"a\"\n    And a cold migration plan\n    When the migration finishes\n    Then the migration succeeds\n    When the migration runs\n    And the migration runs\n"), @r#"
        a:5:5: the plan has no VMs
            name them before the plan, with `a clone of the VM "..."` for instance
        a:5:5: it is not said how networks are mapped
            add `storage and networks are mapped from the inventory` before the plan
        a:5:5: it is not said how storage is mapped
            add `storage and networks are mapped from the inventory` before the plan
        a:6:5: the scenario has a plan already
            this sentence belongs before it
        a:7:5: the scenario has a plan already
            this sentence belongs before it
        a:8:5: no migration has been started yet
            `When the migration starts` comes first
        a:11:5: the plan has run already, in line 10
            another run of a plan is written: When the migration is started again
        "#);
    }

    #[test]
    fn storage_and_networks_are_mapped_once() {
        insta::assert_snapshot!(found("    And storage is mapped to the storage class \"lab-file\"\n    And storage and networks are mapped from the inventory\n"), @"
        a:6:5: storage is mapped already, in line 5
            keep one of the two sentences
        ");
    }

    #[test]
    fn a_started_migration_has_to_finish() {
        insta::assert_snapshot!(found("    And a clone of the VM \"a\"\n    And storage and networks are mapped from the inventory\n    And a cold migration plan\n    When the migration starts\n    Then the migration succeeds\n"), @"
        a:9:5: the migration has been started, but its end was not awaited
            `When the migration finishes` comes first
        ");
    }

    #[test]
    fn a_migration_that_was_run_has_ended() {
        insta::assert_snapshot!(found("    And a clone of the VM \"a\"\n    And storage and networks are mapped from the inventory\n    And a cold migration plan\n    When the migration runs\n    And the migration is cancelled\n"), @"
        a:9:5: the migration has ended already
            write `When the migration starts` instead of `runs`
        ");
    }

    #[test]
    fn nothing_is_reported_after_an_unknown_sentence() {
        assert_eq!(found("    And xyzzy\n    When the migration runs\n"), "");
    }
}
