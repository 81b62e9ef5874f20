//! Checks that titles are unique, and that each scenario has a Then.

use std::collections::HashMap;

use cucumber::gherkin::{Feature, Scenario, StepType};

use super::{Rule, check::Examined};
use crate::runner::{problem::Problem, text::Text};

/// Titles that are missing or duplicated; features and scenarios without content.
pub fn problems(files: &[Examined]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut features: HashMap<&str, String> = HashMap::new();
    for Examined { expanded, unread } in files {
        let file = &expanded.file;
        let (text, feature) = (&file.text, &file.feature);
        let heading = text.whole(feature.position.line);
        let here = format!("{}:{}", text.name, heading.line);
        match features.get(feature.name.as_str()) {
            _ if feature.name.is_empty() => {
                problems.push(text.problem(Rule::NoTitle, heading, "the feature has no title"));
            }
            Some(first) => {
                let what = format!("the title {:?} is that of another feature", feature.name);
                problems.push(
                    text.problem(Rule::DuplicateTitle, heading, what)
                        .hint(format!("see {first}")),
                );
            }
            None => drop(features.insert(&feature.name, here)),
        }
        if unread.is_empty() && scenarios(feature).next().is_none() {
            problems.push(text.problem(Rule::EmptyFeature, heading, "the feature has no scenarios"));
        }
        problems.extend(of_scenarios(text, feature, unread));
    }
    problems
}

fn of_scenarios(text: &Text, feature: &Feature, unread: &[Problem]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut titles: HashMap<&str, usize> = HashMap::new();
    for scenario in scenarios(feature) {
        let next = scenarios(feature).map(|other| other.position.line);
        let next = next.filter(|line| *line > scenario.position.line).min();
        let heading = text.whole(scenario.position.line);
        match titles.get(scenario.name.as_str()) {
            _ if scenario.name.is_empty() => {
                problems.push(text.problem(Rule::NoTitle, heading, "the scenario has no title"));
            }
            Some(first) => {
                let what = format!("the title {:?} is that of another scenario", scenario.name);
                let problem = text.problem(Rule::DuplicateTitle, heading, what);
                problems.push(problem.hint(format!("see line {first}")));
            }
            None => drop(titles.insert(&scenario.name, heading.line)),
        }
        if let Some(last) = scenario.steps.last()
            && scenario.steps.iter().all(|step| step.ty != StepType::Then)
            && !unread.iter().any(|problem| {
                let within = scenario.position.line..next.unwrap_or(usize::MAX);
                within.contains(&problem.line) && may_be_a_then(problem)
            })
        {
            let place = text.whole(last.position.line);
            let what = "nothing is checked after this: the scenario has no Then";
            let hint = "add for instance: Then the migration succeeds";
            problems.push(text.problem(Rule::NothingChecked, place, what).hint(hint));
        }
    }
    problems
}

/// Whether a line that could not be parsed may be a Then, or hide one.
fn may_be_a_then(problem: &Problem) -> bool {
    let first = problem.source.iter().find_map(|line| line.split_whitespace().next());
    let goes_on = first.is_some_and(|word| ["given", "when", "and", "but"].contains(&word.to_lowercase().as_str()));
    !goes_on && !matches!(problem.rule, Rule::BrokenRow | Rule::RowWidth)
}

fn scenarios(feature: &Feature) -> impl Iterator<Item = &Scenario> {
    let in_rules = feature.rules.iter().flat_map(|rule| &rule.scenarios);
    feature.scenarios.iter().chain(in_rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::{
        lint::check::tests::{expanded, shown},
        source::Reading,
    };

    fn whole(name: &str, text: &str) -> Examined {
        let unread = Reading::parse(text, std::path::Path::new(name), name).problems;
        let expanded = expanded(name, text);
        Examined { expanded, unread }
    }

    #[test]
    fn in_a_file_with_mistakes_only_certain_problems_are_reported() {
        let text = "Feature: F\n  Scenario:\n    Given x\n    and y\n  Scenario: A row\n    Given x\n      a |\n  Scenario: A Then\n    Given x\n    then y\n";
        insta::assert_snapshot!(shown(&problems(&[whole("a", text)])), @"
        a:2:3: the scenario has no title
        a:3:5: nothing is checked after this: the scenario has no Then
            add for instance: Then the migration succeeds
        a:6:5: nothing is checked after this: the scenario has no Then
            add for instance: Then the migration succeeds
        ");
    }

    #[test]
    fn titles_are_unique() {
        let one = "Feature: F\n  Scenario: S\n    Given x\n  Rule: R\n    Scenario: S\n      When x\n    Scenario:\n      When x\n      Then y\n";
        let files = [whole("a", one), whole("b", "Feature: F\n"), whole("c", "Feature:\n")];
        let found = problems(&files);
        insta::assert_snapshot!(shown(&found), @r#"
        a:3:5: nothing is checked after this: the scenario has no Then
            add for instance: Then the migration succeeds
        a:5:5: the title "S" is that of another scenario
            see line 2
        a:6:7: nothing is checked after this: the scenario has no Then
            add for instance: Then the migration succeeds
        a:7:5: the scenario has no title
        b:1:1: the title "F" is that of another feature
            see a:1
        b:1:1: the feature has no scenarios
        c:1:1: the feature has no title
        c:1:1: the feature has no scenarios
        "#);
    }
}
