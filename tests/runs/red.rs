//! Every kind of failed migration fails the run, is named in console and JUnit, and leaves the lab unchanged.

use crate::{
    binary::{Finished, PLAN, feature, text},
    target::Target,
};
use kube::{Api, api::PostParams};
use mtv_lab::injection::{Defect, DefectName, DefectSpec, Fault, FaultName, FaultSpec};

/// Checks what all failed runs have in common: exit code, the words in console and JUnit, the counts.
fn assert_red(run: &Finished, code: i32, words: &[&str]) {
    assert_eq!(run.code, code, "{}", run.said());
    let junit = run.junit();
    let (element, total) = match code {
        3 => ("<error ", "1 scenario: nothing was run"),
        _ => ("<failure ", "1 scenario: 1 failed"),
    };
    assert!(junit.contains(element), "{junit}");
    for word in words {
        assert!(
            run.stdout.contains(word),
            "{word:?} is not on the console\n{}",
            run.said()
        );
        assert!(
            junit.contains(&word.replace('"', "&quot;")),
            "{word:?} is not in JUnit\n{junit}"
        );
    }
    assert!(run.stdout.contains(total), "{}", run.stdout);
    assert!(run.stdout.contains("simulated lab"), "{}", run.stdout);
    assert_eq!(run.summary()["exitCode"], code);
    assert_eq!(run.summary()["totals"]["scenarios"]["failed"], 1);
}

/// The evidence of a run about objects of a kind.
fn evidence(run: &Finished, kind: &str) -> String {
    let folders = std::fs::read_dir(run.output().join("latest/evidence")).unwrap();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    let files = files.map(|file| file.unwrap().path());
    let of_kind = files.filter(|file| file.file_name().unwrap().to_string_lossy().starts_with(kind));
    of_kind.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_of_a_failed_hook_includes_its_pod() {
    let target = Target::start().await;
    let before = target.holds().await;
    let (_folder, path) = feature(
        r#"@vsphere
Feature: F
  Scenario: S
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a pre-migration hook that runs:
      """
      - hosts: localhost
        tasks:
          - ansible.builtin.fail: {msg: nobody knows this VM}
      """
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
"#,
    );
    let run = target.run(&["--input", text(&path)]).await;
    let words = ["failed in the PreHook step: Job has reached the specified backoff limit"];
    assert_red(&run, 1, &words);
    assert!(
        evidence(&run, "pod-").contains("nobody knows this VM"),
        "{}",
        run.said()
    );
    assert!(
        evidence(&run, "job-").contains("BackoffLimitExceeded"),
        "{}",
        run.said()
    );
    assert_eq!(target.holds().await, before);
}

const SMOKE: &str = "features/cold/smoke.feature";

#[tokio::test(flavor = "multi_thread")]
async fn a_vm_that_does_not_exist() {
    let target = Target::start().await;
    let before = target.holds().await;
    let (_folder, path) = feature(&format!(
        "@vsphere\nFeature: F\n  Scenario: S\n    Given a source provider\n    And a clone of the VM \"mtv-tests-rhel99\"\n{PLAN}",
    ));
    let run = target.run(&["--input", text(&path)]).await;
    assert_red(&run, 1, &["mtv-tests-rhel99"]);
    assert_eq!(target.holds().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_that_fails_while_copying() {
    let target = Target::start().await;
    let fault = FaultSpec {
        name: FaultName::ConversionFailsWhileCopying,
        vm: None,
    };
    let faults: Api<Fault> = Api::all(target.client.clone());
    faults
        .create(&PostParams::default(), &Fault::new("copy", fault))
        .await
        .unwrap();
    let before = target.holds().await;
    let run = target.run(&["--input", SMOKE]).await;
    assert_red(&run, 1, &["the migration succeeds", "failed in the"]);
    assert_eq!(target.holds().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vm_that_arrives_with_wrong_memory() {
    let target = Target::start().await;
    let defect = DefectSpec {
        name: DefectName::WrongMemory,
        vm: None,
    };
    let defects: Api<Defect> = Api::all(target.client.clone());
    defects
        .create(&PostParams::default(), &Defect::new("memory", defect))
        .await
        .unwrap();
    let before = target.holds().await;
    let run = target.run(&["--input", SMOKE]).await;
    assert_red(&run, 1, &["every VM passes all applicable checks", "memory"]);
    assert_eq!(run.summary()["totals"]["checks"]["failed"], 1);
    assert_eq!(target.holds().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_vcenter_password() {
    let target = Target::start().await;
    let before = target.holds().await;
    target.change_password();
    let run = target.run(&["--input", SMOKE]).await;
    assert_red(
        &run,
        3,
        &["the target is not usable", "incorrect user name or password"],
    );
    assert!(!run.said().contains("wrong-password"), "{}", run.said());
    assert_eq!(target.holds().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_failures_is_green_and_leaves_nothing_behind() {
    let target = Target::start().await;
    let before = target.holds().await;
    let run = target.run(&["--input", SMOKE]).await;
    assert_eq!(run.code, 0, "{}", run.said());
    assert!(run.summary()["totals"]["checks"]["passed"].as_u64().unwrap() > 0);
    assert_eq!(run.summary()["totals"]["checks"]["failed"], 0);
    assert_eq!(target.holds().await, before);
}
