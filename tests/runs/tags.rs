//! Tags that change the outcome of a scenario.

use crate::binary::{PLAN, STEPS, feature, mtv_bdd, text};

#[test]
fn known_issues_and_newer_versions_do_not_fail_a_run() {
    let (_folder, path) = feature(&format!(
        "Feature: F
  @known_issue(MTV-1)
  Scenario: It fails
    Given a source provider
    And a clone of the VM \"no such VM\"
{PLAN}
  @mtv(99.1)
  Scenario: It is of the future
{STEPS}
  @mtv(2.11)
  Scenario: It is of today
{STEPS}"
    ));
    let run = mtv_bdd(&["run", "--input", text(&path)]);
    assert_eq!(run.code, 0, "{}", run.said());
    for part in ["known issue MTV-1", "it needs MTV 99.1, and this is "] {
        assert!(run.stdout.contains(part), "{part:?} is not in\n{}", run.said());
        assert!(run.junit().contains(part), "{part:?} is not in\n{}", run.junit());
    }
    assert!(
        run.stdout.contains("known issue F: It fails [vsphere]"),
        "{}",
        run.said()
    );
    let totals = &run.summary()["totals"]["scenarios"];
    assert_eq!(
        (&totals["passed"], &totals["skipped"], &totals["knownIssues"]),
        (&1.into(), &1.into(), &1.into()),
        "{totals}"
    );
}

#[test]
fn a_known_issue_that_no_longer_occurs_fails_the_run() {
    let (_folder, path) = feature(&format!("Feature: F\n  @known_issue(MTV-1)\n  Scenario: S\n{STEPS}"));
    let run = mtv_bdd(&["run", "--input", text(&path)]);
    assert_eq!(run.code, 1, "{}", run.said());
    assert!(run.stdout.contains("fixed? @known_issue(MTV-1)"), "{}", run.said());
}
