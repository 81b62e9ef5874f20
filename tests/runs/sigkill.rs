//! A run that is killed at any moment can be cleaned up by another process, which restores the lab.

use std::collections::BTreeSet;

use crate::{
    background::{Background, SMOKE, cleanup},
    binary::{feature, text},
    target::Target,
};

/// A moment of a run, and the line that announces it.
struct Moment {
    name: &'static str,
    /// Name of the file in the run folder.
    file: &'static str,
    /// Words that all occur in the line.
    words: &'static [&'static str],
}

const fn journal(name: &'static str, words: &'static [&'static str]) -> Moment {
    let file = "journal.ndjson";
    Moment { name, file, words }
}

const fn events(name: &'static str, words: &'static [&'static str]) -> Moment {
    let file = "events.ndjson";
    Moment { name, file, words }
}

/// Moments over the whole scenario; some cannot be told apart from the line before except by time.
const MOMENTS: &[Moment] = &[
    journal("nothing has been created", &["\"line\":\"journal\""]),
    journal(
        "the namespace is being created",
        &["intended", "\"kind\":\"Namespace\""],
    ),
    journal(
        "the source provider is being created",
        &["intended", "\"kind\":\"Provider\"", "vsphere"],
    ),
    journal("the clone is asked for", &["intended", "source-vm"]),
    journal("the clone exists", &["confirmed", "vm-"]),
    journal("the maps are being created", &["intended", "\"kind\":\"StorageMap\""]),
    journal("the plan is being created", &["intended", "\"kind\":\"Plan\""]),
    journal(
        "the migration is being created",
        &["intended", "\"kind\":\"Migration\""],
    ),
    events("disks are being copied", &["progress", "DiskTransfer", "Running"]),
    events("the migrated VM is being checked", &["\"type\":\"checked\""]),
    journal("the teardown has begun", &["\"line\":\"gone\""]),
];

fn has_come(moment: &Moment, run: &Background) -> bool {
    let text = run.file(moment.file);
    text.lines()
        .any(|line| moment.words.iter().all(|word| line.contains(word)))
}

/// Whether the vCenter is copying a VM.
async fn is_cloning(vcenter: &vim25::Client) -> bool {
    let vms = vcenter.list("VirtualMachine", &["recentTask"]).await.unwrap();
    vms.iter().any(|vm| !vm.list("recentTask").is_empty())
}

/// Cleans up after a killed run, and compares the lab with its state before the run.
async fn assert_cleaned(target: &Target, output: &std::path::Path, moment: &str, before: &BTreeSet<String>) {
    let settings = target.lab.settings();
    let (code, said) = cleanup(output, &["--profile", text(&settings)]).await;
    assert_eq!(code, 0, "{moment}\n{said}");
    let after = target.holds().await;
    let more: Vec<_> = after.difference(before).collect();
    let less: Vec<_> = before.difference(&after).collect();
    assert!(
        more.is_empty() && less.is_empty(),
        "{moment}\nmore: {more:#?}\nless: {less:#?}\n{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_at_any_moment_is_cleaned_up_by_another_process() {
    let target = Target::start().await;
    let output = tempfile::tempdir().unwrap();
    let before = target.holds().await;

    for moment in MOMENTS {
        let mut run = Background::start(&target, output.path(), &["--input", SMOKE]);
        run.until(moment.name, async |run| has_come(moment, run)).await;
        run.kill().await;
        assert_cleaned(&target, output.path(), moment.name, &before).await;
    }

    let moment = "the namespace is being deleted";
    let mut run = Background::start(&target, output.path(), &["--input", SMOKE]);
    run.until(moment, async |run| is_nearly_torn_down(run)).await;
    run.kill().await;
    assert_cleaned(&target, output.path(), moment, &before).await;

    let settings = target.lab.settings();
    let (code, said) = cleanup(output.path(), &["--profile", text(&settings)]).await;
    assert_eq!((code, said.contains("nothing is left")), (0, true), "{said}");
    assert_eq!(
        target.holds().await,
        before,
        "something came into being after its cleanup"
    );
}

/// Whether only the namespace and the clone are left.
fn is_nearly_torn_down(run: &Background) -> bool {
    let journal = run.file("journal.ndjson");
    let lines = |word: &str| {
        journal
            .lines()
            .filter(|line| line.contains(&format!("\"line\":\"{word}\"")))
            .count()
    };
    lines("intended") > 6 && lines("intended") <= lines("gone") + 2
}

/// A warm migration of a VM that is not cloned.
const WARM: &str = "
@warm
Feature: Warm

  @vsphere
  Scenario: A VM that is off
    Given a source provider
    And the VM \"mtv-tests-rhel8\" as it is
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration runs with cutover in 30 minutes
    Then the migration succeeds
";

#[tokio::test(flavor = "multi_thread")]
async fn a_warm_migration_that_is_killed_leaves_no_snapshot_on_the_source() {
    // Slow enough that the first snapshot is still being created at the first moment.
    let target = Target::start_at("10").await;
    let output = tempfile::tempdir().unwrap();
    let before = target.holds().await;
    let (_folder, path) = feature(WARM);
    for moment in [
        events(
            "the first snapshot is being made",
            &["progress", "Initialize", "Running"],
        ),
        events("the first copy is being made", &["progress", "DiskTransfer", "Running"]),
    ] {
        let mut run = Background::start(&target, output.path(), &["--input", text(&path)]);
        run.until(moment.name, async |run| has_come(&moment, run)).await;
        run.kill().await;
        assert_cleaned(&target, output.path(), moment.name, &before).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clone_that_appears_after_the_run_was_killed_is_waited_for() {
    // Slow enough that the clone is still being created when the cleanup searches for it.
    let target = Target::start_at("4").await;
    let vcenter = target.vcenter().await;
    let output = tempfile::tempdir().unwrap();
    let before = target.holds().await;
    let moment = "the clone is being made";
    let mut run = Background::start(&target, output.path(), &["--input", SMOKE]);
    run.until(moment, async |_| is_cloning(&vcenter).await).await;
    run.kill().await;
    assert_cleaned(&target, output.path(), moment, &before).await;
    assert!(!is_cloning(&vcenter).await);
    vcenter.logout().await.unwrap();
}
