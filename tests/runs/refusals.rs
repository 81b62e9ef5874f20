//! Runs that are refused before anything is created, each with its exit code and its reason.

use std::path::Path;

use crate::binary::{Finished, STEPS, feature, mtv_bdd, silent_target, text};

fn profile(folder: &Path) -> String {
    text(&folder.join("settings.toml")).to_owned()
}

fn good() -> String {
    format!("@tier0\nFeature: F\n  Scenario: S\n{STEPS}")
}

#[test]
fn help_explains_the_options_with_examples() {
    let help = mtv_bdd(&["run", "--help"]);
    assert_eq!(help.code, 0);
    for part in [
        "What to run",
        "Where to run",
        "How to run",
        "--tags",
        "--fail-fast",
        "Examples:",
        "Exit codes:",
    ] {
        assert!(help.stdout.contains(part), "{part} is not in\n{}", help.stdout);
    }
}

#[test]
fn an_unknown_option_is_a_usage_error() {
    let refused = mtv_bdd(&["run", "--tagz", "@tier0"]);
    assert_eq!(refused.code, 2, "{}", refused.said());
    assert!(refused.stderr.contains("--tags"), "{}", refused.stderr);
    assert!(refused.left_nothing());
}

#[test]
fn an_unknown_setting_is_a_usage_error() {
    let refused = mtv_bdd(&["run", "--set", "target.storage_clas=x"]);
    assert_eq!(refused.code, 2, "{}", refused.said());
    assert!(refused.stderr.contains("target.storage_class"), "{}", refused.stderr);
}

#[test]
fn undefined_sentences_are_all_listed_before_anything_runs() {
    let (folder, _) = feature(
        "Feature: F\n  Scenario: S\n    Given a source provider\n    And a klone of the VM \"x\"\n    When the migration succeeds\n    Then xyzzy\n",
    );
    let refused = mtv_bdd(&["run", "--input", text(folder.path())]);
    assert_eq!(refused.code, 2, "{}", refused.said());
    for part in [
        "a.feature:4:5: unknown sentence: a klone of the VM \"x\"",
        "did you mean\n        And a clone of the VM \"x\"",
        "a.feature:5:5: this sentence follows Then, not When",
        "a.feature:6:5: unknown sentence: xyzzy",
        "`mtv-bdd steps` lists all",
        "3 mistakes; nothing was run",
    ] {
        assert!(refused.stderr.contains(part), "{part:?} is not in\n{}", refused.stderr);
    }
    assert!(refused.left_nothing());
}

#[test]
fn files_that_cannot_be_read_are_all_listed() {
    let (folder, path) =
        feature("Feature: F\n  Scenario: S\n    Given a source provider\n      | a |\n      | b | c |\n");
    std::fs::write(path.with_file_name("b.feature"), "Szenario: S\n").unwrap();
    std::fs::write(
        path.with_file_name("c.feature"),
        "Feature: F\n  Scenario: S\n    Given xyzzy\n",
    )
    .unwrap();
    let refused = mtv_bdd(&["run", "--input", text(folder.path())]);
    assert_eq!(refused.code, 2, "{}", refused.said());
    for part in [
        "a.feature:5:7: this row has 2 cells",
        "b.feature:1:1: \"Feature:\" comes first",
        "c.feature:3:5: unknown sentence",
        "7 mistakes; nothing was run",
    ] {
        assert!(refused.stderr.contains(part), "{part:?} is not in\n{}", refused.stderr);
    }
}

#[test]
fn a_missing_input_is_a_usage_error() {
    let refused = mtv_bdd(&["run", "--input", "features/nowhere"]);
    assert_eq!(refused.code, 2, "{}", refused.said());
    assert!(
        refused.stderr.contains("features/nowhere: does not exist"),
        "{}",
        refused.stderr
    );
}

#[test]
fn an_empty_selection_lists_possible_selections() {
    let refused = selected_by("@nope");
    for part in [
        "nothing was selected by --tags '@nope'",
        "@tier0 @vsphere",
        "S [vsphere-8]",
    ] {
        assert!(refused.stderr.contains(part), "{part:?} is not in\n{}", refused.stderr);
    }
    assert!(refused.left_nothing());
}

#[test]
fn a_misspelt_tag_is_corrected_without_a_list_of_scenarios() {
    let refused = selected_by("@tier9");
    assert!(refused.stderr.contains("did you mean @tier0?"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("S [vsphere-8]"), "{}", refused.stderr);
}

/// A run of one scenario, selected with tags that it does not have.
fn selected_by(tags: &str) -> Finished {
    let target = silent_target();
    let (_folder, path) = feature(&good());
    let refused = mtv_bdd(&[
        "run",
        "--profile",
        &profile(target.path()),
        "--input",
        text(&path),
        "--tags",
        tags,
    ]);
    assert_eq!(refused.code, 5, "{}", refused.said());
    refused
}

#[test]
fn an_unknown_provider_is_a_usage_error() {
    let target = silent_target();
    let refused = mtv_bdd(&["run", "--profile", &profile(target.path()), "--provider", "vsphere-9"]);
    assert_eq!(refused.code, 2, "{}", refused.said());
    assert!(refused.stderr.contains("vsphere-8"), "{}", refused.stderr);
}

#[test]
fn a_target_that_does_not_answer_is_red_in_every_report() {
    let target = silent_target();
    let (_folder, path) = feature(&good());
    let refused = mtv_bdd(&["run", "--profile", &profile(target.path()), "--input", text(&path)]);
    assert_eq!(refused.code, 3, "{}", refused.said());
    assert!(refused.stdout.contains("silent target"), "{}", refused.stdout);
    let told = refused.stdout.matches("the target is not usable").count();
    assert_eq!(told, 1, "{}", refused.stdout);
    assert!(
        refused.stdout.contains("1 scenario: nothing was run"),
        "{}",
        refused.stdout
    );
    assert!(refused.junit().contains("errors=\"1\""), "{}", refused.junit());
    assert_eq!(refused.summary()["exitCode"], 3);
    assert_eq!(refused.summary()["target"]["name"], "silent target");
}

#[test]
fn lint_lists_the_same_mistakes_without_a_run_and_ends_with_two() {
    let (folder, path) = feature("@tear0\nFeature: F\n  Scenario: S\n    Given a source provider\n    When xyzzy\n");
    let lint = |format: &str| mtv_bdd(&["lint", "--input", text(folder.path()), "--format", format]);
    let human = lint("human");
    assert_eq!(human.code, 2, "{}", human.said());
    for part in [
        "a.feature:1:1: nobody knows the tag @tear0 [unknown-tag]\n@tear0\n^^^^^^\n    did you mean @tier0",
        "a.feature:5:5: ",
        "1 scenario in 1 file: 3 mistakes",
    ] {
        assert!(human.stdout.contains(part), "{part:?} is not in\n{}", human.stdout);
    }
    let json: serde_json::Value = serde_json::from_str(&lint("json").stdout).unwrap();
    let rules: Vec<_> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["unknown-tag", "nothing-checked", "undefined-sentence"]);
    let github = lint("github").stdout;
    let lines: Vec<_> = github.lines().collect();
    assert_eq!(lines.len(), 3, "{github}");
    assert!(lines.iter().all(|line| line.starts_with("::error file=")), "{github}");
    std::fs::write(path, good()).unwrap();
    let fine = lint("human");
    assert_eq!(
        (fine.code, fine.stdout.as_str()),
        (0, "1 scenario in 1 file: no mistake\n")
    );
    assert!(fine.left_nothing());
}

#[test]
fn lint_finds_nothing_in_the_features_of_the_suite() {
    let lint = mtv_bdd(&["lint"]);
    assert_eq!(lint.code, 0, "{}", lint.said());
    let rules = mtv_bdd(&["lint", "--rules"]);
    assert!(rules.stdout.contains("undefined-sentence"), "{}", rules.said());
}

#[test]
fn tags_of_the_project_are_defined_in_the_settings() {
    let (_folder, path) = feature(&format!("@tier0 @team_x\nFeature: F\n  Scenario: S\n{STEPS}"));
    let refused = mtv_bdd(&["tags", "--input", text(&path)]);
    assert_eq!(refused.code, 2, "{}", refused.said());
    assert!(
        refused.stderr.contains("1 mistake in the features"),
        "{}",
        refused.said()
    );
    let tags = mtv_bdd(&["tags", "--input", text(&path), "--json", "--set", "run.tags=@team_x"]);
    assert_eq!(tags.code, 0, "{}", tags.said());
    let json: serde_json::Value = serde_json::from_str(&tags.stdout).unwrap();
    let tier0 = json["known"]
        .as_array()
        .unwrap()
        .iter()
        .find(|tag| tag["tag"] == "@tier0")
        .unwrap();
    assert_eq!(tier0["scenarios"], 1);
    assert_eq!(json["others"], serde_json::json!([{"tag": "@team_x", "scenarios": 1}]));
    let lint = mtv_bdd(&["lint", "--input", text(&path), "--set", "run.tags=team_x"]);
    assert_eq!(lint.code, 0, "{}", lint.said());
}
