//! Runs every sentence on the embedded lab: in `green/` all of them hold, in `red/` each Then fails once.
//!
//! A scenario of `red/` fails in its last step, a Then, because of a fault or a defect that it injected into the lab,
//! or because its expectation is wrong. The message is recorded in the document next to the feature file.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test cannot do without fails it"
)]

mod document;
mod features;
mod run;

use std::collections::BTreeSet;

use cucumber::gherkin::StepType;
use document::Document;
use features::{Families, Family};
use forklift_api::lab::DefectName;
use mtv_bdd::{checks::registry, steps::catalogue};
use run::Run;

#[test]
fn sentences_pass_in_green_features() {
    let run = Run::of("green");
    let wrong: Vec<String> = run
        .scenarios
        .iter()
        .filter(|scenario| !scenario.passed)
        .map(|scenario| format!("{}: {:?}", scenario.name, scenario.failure()))
        .collect();
    assert!(wrong.is_empty() && run.code == 0, "{wrong:#?}\n{}", run.said);
}

#[test]
fn thens_fail_in_red_features_with_the_recorded_message() {
    let families = Families::read("red");
    let run = Run::of("red");
    assert_eq!(run.code, 1, "{}", run.said);
    for family in families.all() {
        for (title, last_step) in family.last_steps() {
            let scenario = run.scenario(title);
            let failure = scenario.failure();
            assert!(!scenario.passed, "{title}: passes");
            assert_eq!(scenario.failed_step(), Some(last_step), "{title}: {failure:?}");
        }
        Document::of("red", family).check(&run);
        for wrong in family.steps().filter(|step| is_injection(step)) {
            assert!(run.said.contains(wrong), "the console does not name: {wrong}");
            for report in &run.reports {
                assert!(report.contains(wrong), "a report does not name: {wrong}");
            }
        }
    }
}

/// Whether the step injects a failure.
fn is_injection(step: &str) -> bool {
    step.starts_with("the lab has the defect") || step.starts_with("the lab fails")
}

#[test]
fn every_defect_of_the_lab_is_detected() {
    let families = Families::read("red");
    let steps: Vec<&str> = families.all().iter().flat_map(Family::steps).collect();
    let is_missed = |name: &&str| !steps.contains(&format!("the lab has the defect \"{name}\"").as_str());
    let missed: Vec<&str> = DefectName::ALL
        .iter()
        .map(|(name, _)| *name)
        .filter(is_missed)
        .collect();
    assert!(
        missed.is_empty(),
        "no scenario of red/ fails because of these defects: {missed:?}"
    );
}

#[test]
fn every_check_finds_a_difference() {
    let families = Families::read("red");
    let documents: Vec<String> = families
        .all()
        .iter()
        .map(|family| Document::of("red", family).written())
        .collect();
    // After the name of the VM, which has no blanks, in a table of findings.
    let finds = |name: &str| {
        let rows = documents.iter().flat_map(|document| document.lines());
        let mut cells = rows.filter_map(|row| row.split_once("  "));
        cells.any(|(_, rest)| rest.trim_start().starts_with(&format!("{name}  ")))
    };
    let silent: Vec<&str> = registry()
        .iter()
        .map(|check| check.name())
        .filter(|name| !finds(name))
        .collect();
    assert!(
        silent.is_empty(),
        "no document of red/ has a finding of these checks: {silent:?}"
    );
}

#[test]
fn every_available_sentence_is_used() {
    let families = Families::read("green");
    let used = expressions(families.all().iter().flat_map(Family::steps));
    let unused: Vec<&str> = available().filter(|sentence| !used.contains(sentence)).collect();
    assert!(unused.is_empty(), "used by no scenario of green/: {unused:#?}");
}

#[test]
fn every_available_then_fails_once() {
    let families = Families::read("red");
    let last_steps = families.all().iter().flat_map(Family::last_steps);
    let failing = expressions(last_steps.map(|(_, last_step)| last_step));
    let thens = catalogue::sentences().filter(|sentence| sentence.available() && sentence.keyword() == StepType::Then);
    let unproved: Vec<&str> = thens
        .map(|sentence| sentence.expression)
        .filter(|expression| !failing.contains(expression))
        .collect();
    assert!(unproved.is_empty(), "the last of no scenario of red/: {unproved:#?}");
}

/// Expressions of the sentences that the steps use.
fn expressions<'a>(steps: impl Iterator<Item = &'a str>) -> BTreeSet<&'static str> {
    let sentences = steps.flat_map(catalogue::matching_text);
    sentences.map(|sentence| sentence.expression).collect()
}

/// Expressions of the sentences of this version.
fn available() -> impl Iterator<Item = &'static str> {
    let available = catalogue::sentences().filter(|sentence| sentence.available());
    available.map(|sentence| sentence.expression)
}
