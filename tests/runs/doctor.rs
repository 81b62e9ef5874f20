//! `mtv-bdd doctor`: runs all checks and creates nothing.

use std::path::Path;

use serde_json::Value;

use crate::{
    binary::{Finished, PLAN, feature, mtv_bdd, silent_target, text},
    target::Target,
};

/// Names of the checks with a result, as written in JSON.
fn with_result(doctor: &Finished, result: &str) -> Vec<String> {
    let found: Vec<Value> =
        serde_json::from_str(&doctor.stdout).unwrap_or_else(|error| panic!("{error}\n{}", doctor.said()));
    let those = found.iter().filter(|diagnosis| diagnosis["result"] == result);
    those
        .map(|diagnosis| diagnosis["check"].as_str().unwrap().to_owned())
        .collect()
}

/// A feature with a VM that exists and one that does not.
fn two_vms() -> (tempfile::TempDir, std::path::PathBuf) {
    feature(&format!(
        "@vsphere\nFeature: F\n  Scenario: S\n    Given a source provider\n    And clones of these VMs:\n      | VM               |\n      | mtv-tests-rhel8  |\n      | mtv-tests-rhel99 |\n{PLAN}",
    ))
}

#[test]
fn all_checks_pass_on_the_embedded_lab() {
    let doctor = mtv_bdd(&["doctor"]);
    assert_eq!(doctor.code, 0, "{}", doctor.said());
    for line in [
        "target: simulated lab, for ",
        "✓ API server         https://127.0.0.1:",
        "✓ permissions        everything",
        "✓ MTV                2.11",
        "✓ storage class      lab-block",
        "✓ vsphere: log-in    VMware vCenter Server 8.0.3",
        "✓ vsphere: VMs       there: mtv-",
        "✓ vsphere: networks  the scenarios name none",
    ] {
        assert!(doctor.stdout.contains(line), "{line:?} is not in\n{}", doctor.said());
    }
    assert!(doctor.left_nothing());
}

#[test]
fn objects_named_by_scenarios_have_to_exist() {
    let (_folder, path) = feature(
        "@vsphere\nFeature: F\n  Scenario: S\n    Given a source provider\n    And a clone of the VM \"mtv-tests-rhel8\"\n    \
         And storage is mapped as follows:\n      | source | storage class |\n      | LocalDS_9 | lab-blok |\n    \
         And networks are mapped as follows:\n      | source | destination |\n      | VM Netwrok | default/bridge |\n    \
         And a cold migration plan\n    When the migration starts\n    And the migration finishes\n    Then the migration succeeds\n",
    );
    let doctor = mtv_bdd(&["doctor", "--input", text(&path), "--json"]);
    assert_eq!(doctor.code, 3, "{}", doctor.said());
    let bad = [
        "named classes",
        "named networks",
        "vsphere: networks",
        "vsphere: storages",
    ];
    assert_eq!(with_result(&doctor, "bad"), bad, "{}", doctor.said());
    for words in [
        "the target has no storage class \\\"lab-blok\\\", which a scenario names; did you mean \\\"lab-block\\\"?",
        "the target has no NetworkAttachmentDefinition \\\"default/bridge\\\"",
        "vsphere has no network \\\"VM Netwrok\\\", which a scenario names; did you mean \\\"VM Network\\\"?",
        "vsphere has no storage \\\"LocalDS_9\\\"",
    ] {
        assert!(doctor.stdout.contains(words), "{words:?} is not in\n{}", doctor.stdout);
    }
}

#[test]
fn a_forbidden_context_is_reported_once() {
    let silent = silent_target();
    let settings = Path::new(silent.path()).join("settings.toml");
    let (_folder, path) = two_vms();
    let doctor = mtv_bdd(&[
        "doctor",
        "--profile",
        text(&settings),
        "--input",
        text(&path),
        "--context",
        "prod",
    ]);
    assert_eq!(doctor.code, 3, "{}", doctor.said());
    assert!(
        doctor.stdout.contains("has no context \"prod\"; it has c\n"),
        "{}",
        doctor.stdout
    );
    let told = doctor
        .stdout
        .matches("not checked: the API server was not asked")
        .count();
    assert_eq!(told, 1, "{}", doctor.stdout);
    assert!(
        !doctor.stdout.contains("does not answer\n- log-in"),
        "{}",
        doctor.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_problems_are_reported_at_once() {
    let target = Target::start().await;
    let before = target.holds().await;
    let (_folder, path) = two_vms();
    let storage = ["--set", "target.storage_class=gold"];
    let chosen = ["--input", text(&path), storage[0], storage[1]];

    let doctor = target.command("doctor", &[&chosen[..], &["--json"]].concat()).await;
    assert_eq!(doctor.code, 3, "{}", doctor.said());
    assert_eq!(
        with_result(&doctor, "bad"),
        ["storage class", "vsphere: VMs"],
        "{}",
        doctor.stdout
    );
    for words in ["there are lab-", "set target.storage_class", "mtv-tests-rhel99"] {
        assert!(doctor.stdout.contains(words), "{words:?} is not in\n{}", doctor.stdout);
    }

    target.change_password();
    let doctor = target.command("doctor", &[&chosen[..], &["--json"]].concat()).await;
    assert_eq!(doctor.code, 3, "{}", doctor.said());
    assert_eq!(
        with_result(&doctor, "bad"),
        ["storage class", "vsphere: log-in"],
        "{}",
        doctor.stdout
    );
    assert_eq!(
        with_result(&doctor, "not-checked"),
        ["vsphere: VMs", "vsphere: networks", "vsphere: storages"],
        "{}",
        doctor.stdout
    );

    let run = target.run(&chosen).await;
    assert_eq!(run.code, 3, "{}", run.said());
    for words in [
        "2 things are wrong",
        "no storage class \"gold\"",
        "incorrect user name or password",
    ] {
        assert!(run.stdout.contains(words), "{words:?} is not in\n{}", run.said());
    }
    assert!(!run.said().contains("wrong-password") && !doctor.said().contains("wrong-password"));
    assert_eq!(target.holds().await, before, "something was created");
}

#[test]
fn checks_that_cannot_be_made_have_a_reason() {
    let silent = silent_target();
    let settings = Path::new(silent.path()).join("settings.toml");
    let (_folder, path) = two_vms();
    let doctor = mtv_bdd(&["doctor", "--profile", text(&settings), "--input", text(&path), "--json"]);
    assert_eq!(doctor.code, 3, "{}", doctor.said());
    assert_eq!(
        with_result(&doctor, "bad"),
        ["API server", "vsphere-8: address"],
        "{}",
        doctor.stdout
    );
    assert_eq!(with_result(&doctor, "good"), [] as [&str; 0]);
    assert!(
        doctor.stdout.contains("not checked: the API server does not answer"),
        "{}",
        doctor.stdout
    );
    assert!(!doctor.said().contains("sesame-open"));
}
