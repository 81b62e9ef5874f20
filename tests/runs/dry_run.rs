//! `--dry-run` lists what would run and why the rest would not, and starts nothing.

use mtv_lab::{Lab, LabOptions};

use crate::binary::{feature, mtv_bdd, text};

const FEATURE: &str = "\
@cold
Feature: F
  Background:
    Given a source provider
    And networks are mapped from the inventory
    And storage is mapped from the inventory

  @serial @jira(MTV-1)
  Scenario Outline: A clone of <vm>
    Given a clone of the VM \"<vm>\"
      | power | off |
    And a cold migration plan
    Then the plan is ready

    Examples:
      | vm |
      | a  |
      | b  |

  @ovirt
  Scenario: Elsewhere
    Given a clone of the VM \"c\"
    And a cold migration plan
    Then the plan is ready
";

#[test]
fn scenarios_are_listed_as_they_would_run() {
    let (_folder, path) = feature(FEATURE);
    let dry = mtv_bdd(&["run", "--input", text(&path), "--name", "of a|Else", "--dry-run=steps"]);
    assert_eq!(dry.code, 0, "{}", dry.said());
    assert!(dry.left_nothing());
    insta::assert_snapshot!(dry.stdout.replace(text(path.parent().unwrap()), "[folder]"), @r#"
    F
       1  A clone of a [vsphere]
          [folder]/a.feature:17  @cold @serial @jira(MTV-1) @vsphere  alone
            Given a source provider
            And networks are mapped from the inventory
            And storage is mapped from the inventory
            Given a clone of the VM "a"
              | power | off |
            And a cold migration plan
            Then the plan is ready
    Not run
          A clone of b [vsphere]
          [folder]/a.feature:18  --name excludes it
          Elsewhere
          [folder]/a.feature:21  no selected provider is of ovirt
    1 scenario would run, 2 would not; target: simulated lab
    "#);
}

#[test]
fn an_empty_list_ends_with_five_and_a_mistake_with_two() {
    let (_folder, path) = feature(FEATURE);
    let none = mtv_bdd(&["run", "--input", text(&path), "--tags", "@warm", "--dry-run"]);
    assert_eq!(none.code, 5, "{}", none.said());
    assert!(none.stdout.contains("--tags excludes it"), "{}", none.said());
    assert!(
        none.stderr.contains("nothing was selected by --tags '@warm'"),
        "{}",
        none.said()
    );
    std::fs::write(&path, "Feature: F\n").unwrap();
    assert_eq!(mtv_bdd(&["run", "--input", text(&path), "--dry-run"]).code, 2);
    let unknown = mtv_bdd(&["run", "--provider", "vsphere-9", "--dry-run"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("did you mean \"vsphere\"?"),
        "{}",
        unknown.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_of_the_lab_are_known_without_starting_it() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabOptions::new(folder.path())).await.unwrap();
    let list = |profile: &[&str]| {
        let dry = mtv_bdd(&[&["run", "--dry-run=json"], profile].concat());
        assert_eq!(dry.code, 0, "{}", dry.said());
        serde_json::from_str::<serde_json::Value>(&dry.stdout).unwrap()
    };
    let embedded = list(&[]);
    assert_eq!(embedded, list(&["--profile", text(&lab.settings())]));
    assert!(!embedded["scenarios"].as_array().unwrap().is_empty());
}
