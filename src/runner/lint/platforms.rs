//! Checks that the platforms of a scenario support what it uses.

use cucumber::gherkin::Step;

use super::{Rule, order, sentences::Sentences};
use crate::{
    runner::{
        outline::Concrete,
        plan::{ExpandedFile, PLATFORM_TAGS, platforms},
        problem::Problem,
        text::{Place, Text},
    },
    steps::{mistake, platform_limit::PlatformLimit, sentence::Sentence},
};

/// The platform limits of a step and its options, each with its place.
fn asked_for(text: &Text, step: &Step, sentence: &Sentence) -> Vec<(&'static PlatformLimit, Place)> {
    let whole = text.whole(step.position.line);
    let own = sentence.platform_limit().map(|limit| (limit, whole));
    let options = sentence
        .written(step)
        .into_iter()
        .filter(|written| written.text != "no");
    let options = options.filter_map(|written| {
        let place = match (written.name, step.table.as_ref()) {
            (mistake::Place::Cell { row, column }, Some(table)) => text.cell(table, row, column),
            _ => whole,
        };
        Some((written.field.platforms?, place))
    });
    own.into_iter().chain(options).collect()
}

/// Scenarios whose tags name a platform that does not support them, or that no platform supports.
pub fn problems(expanded: &ExpandedFile, sentences: &mut Sentences) -> Vec<Problem> {
    let scenarios = expanded.scenarios.iter();
    scenarios
        .flat_map(|concrete| of_scenario(expanded, concrete, sentences))
        .collect()
}

fn of_scenario(expanded: &ExpandedFile, concrete: &Concrete, sentences: &mut Sentences) -> Vec<Problem> {
    let text = &expanded.file.text;
    let named = platforms(&expanded.file.feature, concrete);
    let mut able = if named.is_empty() {
        PLATFORM_TAGS.map(str::to_owned).to_vec()
    } else {
        named.clone()
    };
    let mut problems = Vec::new();
    for step in order::steps(expanded, concrete) {
        let [sentence] = *sentences.of(step) else { continue };
        for (limit, place) in asked_for(text, step, sentence) {
            let (can, cannot): (Vec<String>, Vec<String>) = able.into_iter().partition(|tag| limit.allows(tag));
            // Each unsupported platform is reported once.
            able = can;
            let tags = cannot
                .iter()
                .map(|tag| format!("@{tag}"))
                .collect::<Vec<_>>()
                .join(" and ");
            let problem = |what: String| text.problem(Rule::PlatformCannot, place, what).hint(limit.reason);
            if !named.is_empty() && !cannot.is_empty() {
                problems.push(problem(format!(
                    "the scenario is tagged {tags}, but cannot be carried out there"
                )));
            } else if able.is_empty() && !cannot.is_empty() {
                problems.push(problem(
                    "no platform can do this and what is asked for before".to_owned(),
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        runner::lint::check::tests::{expanded, shown},
        steps::catalogue,
    };

    fn found(text: &str) -> String {
        shown(&problems(&expanded("a", text), &mut Sentences::default()))
    }

    #[test]
    fn unsupported_platforms_are_reported_with_the_reason() {
        let text = "@ovirt @openstack\nFeature: F\n  Background:\n    Given a source provider\n  Scenario: S\n    And a warm migration plan\n    When the migration runs with cutover in 5 minutes\n  @vsphere\n  Scenario: T\n    And a warm migration plan\n      | RDM as LUN | yes |\n  @ova\n  Scenario: U\n    Given a clone of the VM \"a\"\n      | LUKS | yes |\n  @hyperv\n  Scenario: V\n    Given clones of these VMs:\n      | VM | LUKS |\n      | a  | no   |\n      | b  | yes  |\n    And a cold migration plan\n      | RDM as LUN | no |\n  Scenario: W\n    And a warm migration plan that is refused\n";
        insta::assert_snapshot!(found(text), @r#"
        a:6:5: the scenario is tagged @openstack, but cannot be carried out there
            MTV takes precopies from vSphere and oVirt only
        a:14:5: the scenario is tagged @ova, but cannot be carried out there
            an OVA file has no platform that could clone it; write: Given the VM "..." as it is
        a:19:14: the scenario is tagged @hyperv, but cannot be carried out there
            MTV opens encrypted disks of vSphere VMs and OVA files only
        "#);
    }

    #[test]
    fn without_tags_one_platform_must_be_supported() {
        let text = "Feature: F\n  Scenario: S\n    Given clones of these VMs:\n      | VM | LUKS |\n      | a  | yes  |\n    And a warm migration plan\n";
        assert_eq!(found(text), "");
    }

    #[test]
    fn a_limit_allows_some_platforms_and_excludes_others() {
        let limits = catalogue::sentences().flat_map(|sentence| {
            let fields = sentence.words.iter().chain(sentence.argument.fields());
            sentence
                .platform_limit()
                .into_iter()
                .chain(fields.filter_map(|field| field.platforms))
        });
        let limits: Vec<&PlatformLimit> = limits.collect();
        assert!(
            limits.len() > 20,
            "the limits of the catalogue are not found: {limits:?}"
        );
        for limit in limits {
            assert!(PLATFORM_TAGS.iter().any(|tag| limit.allows(tag)), "{}", limit.reason);
            assert!(PLATFORM_TAGS.iter().any(|tag| !limit.allows(tag)), "{}", limit.reason);
        }
    }
}
