//! Titles tell scenarios apart, and each scenario judges something.

use std::collections::HashMap;

use cucumber::gherkin::{Feature, Scenario, StepType};

use super::Rule;
use crate::runner::{plan::ExpandedFile, problem::Problem, text::Text};

/// Titles that are missing or there twice; features and scenarios that say too little.
pub fn problems(files: &[ExpandedFile]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut features: HashMap<&str, String> = HashMap::new();
    for file in files.iter().map(|expanded| &expanded.file) {
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
        if scenarios(feature).next().is_none() {
            problems.push(text.problem(Rule::EmptyFeature, heading, "the feature has no scenarios"));
        }
        problems.extend(of_scenarios(text, feature));
    }
    problems
}

fn of_scenarios(text: &Text, feature: &Feature) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut titles: HashMap<&str, usize> = HashMap::new();
    for scenario in scenarios(feature) {
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
        {
            let place = text.whole(last.position.line);
            let what = "nothing is checked after this: the scenario has no Then";
            let hint = "add for instance: Then the migration succeeds";
            problems.push(text.problem(Rule::NothingChecked, place, what).hint(hint));
        }
    }
    problems
}

fn scenarios(feature: &Feature) -> impl Iterator<Item = &Scenario> {
    let in_rules = feature.rules.iter().flat_map(|rule| &rule.scenarios);
    feature.scenarios.iter().chain(in_rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::lint::check::tests::{expanded, shown};

    #[test]
    fn titles_are_there_once() {
        let one = "Feature: F\n  Scenario: S\n    Given x\n  Rule: R\n    Scenario: S\n      When x\n    Scenario:\n      When x\n      Then y\n";
        let files = [
            expanded("a", one),
            expanded("b", "Feature: F\n"),
            expanded("c", "Feature:\n"),
        ];
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
