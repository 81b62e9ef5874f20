//! Failed scenarios are retried, or their objects are kept.

use kube::{
    Api,
    api::{DeleteParams, PostParams},
};
use mtv_lab::injection::{Defect, DefectName, DefectSpec, Fault, FaultName, FaultSpec};

use crate::{
    background::{Background, SMOKE, cleanup},
    binary::mtv_bdd,
    target::Target,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_scenario_that_passes_on_its_second_attempt_is_flaky() {
    let target = Target::start().await;
    let faults: Api<Fault> = Api::all(target.client.clone());
    let fault = FaultSpec {
        name: FaultName::ConversionFailsWhileCopying,
        vm: None,
    };
    faults
        .create(&PostParams::default(), &Fault::new("copy", fault))
        .await
        .unwrap();
    let output = tempfile::tempdir().unwrap();
    let options = ["--input", SMOKE, "--retry", "1", "--retry-after", "1 minute"];
    let mut run = Background::start(&target, output.path(), &options);
    run.until("the first attempt has failed", async |run| {
        run.file("events.ndjson").contains("\"retried\":true")
    })
    .await;
    faults.delete("copy", &DeleteParams::default()).await.unwrap();
    let before = target.holds().await;
    let (status, said) = run.end().await;
    assert_eq!(status.code(), Some(0), "{said}");
    for words in [
        "another attempt follows",
        "attempt 2",
        "passed on attempt 2",
        "flaky, passed on a later attempt: 1",
    ] {
        assert!(said.contains(words), "{words:?} is not in\n{said}");
    }
    assert!(
        run.file("junit.xml").contains("<flakyFailure "),
        "{}",
        run.file("junit.xml")
    );
    assert!(
        target.holds().await.is_subset(&before),
        "the second attempt left something\n{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_a_failed_scenario_are_kept_until_cleanup() {
    let target = Target::start().await;
    let defects: Api<Defect> = Api::all(target.client.clone());
    let defect = DefectSpec {
        name: DefectName::WrongMemory,
        vm: None,
    };
    defects
        .create(&PostParams::default(), &Defect::new("memory", defect))
        .await
        .unwrap();
    let before = target.holds().await;
    let output = tempfile::tempdir().unwrap();
    let mut run = Background::start(&target, output.path(), &["--input", SMOKE, "--keep"]);
    let (status, said) = run.end().await;
    assert_eq!(status.code(), Some(1), "{said}");
    for words in [
        "\n  Plan ",
        "\n  VirtualMachine ",
        "\n  Namespace ",
        "kept, all of them in journal.ndjson; remove them with",
    ] {
        assert!(said.contains(words), "{words:?} is not in\n{said}");
    }
    let kept = target.holds().await;
    assert!(kept.iter().any(|what| what.starts_with("VirtualMachine ")), "{kept:#?}");
    let summary: serde_json::Value = serde_json::from_str(&run.file("summary.json")).unwrap();
    assert!(summary["kept"]["subjects"].as_array().unwrap().len() > 5, "{summary:#}");
    let line = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("mtv-bdd cleanup "));
    let arguments = shlex::split(line.unwrap()).unwrap();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (code, cleaned) = cleanup(output.path(), &arguments).await;
    assert_eq!(code, 0, "{cleaned}");
    assert_eq!(target.holds().await, before, "{cleaned}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keep_always_includes_passed_scenarios_and_without_failures_nothing_is_kept() {
    let target = Target::start().await;
    let before = target.holds().await;
    let run = target.run(&["--input", SMOKE, "--keep"]).await;
    assert_eq!(run.code, 0, "{}", run.said());
    assert_eq!(target.holds().await, before, "{}", run.said());
    let run = target.run(&["--input", SMOKE, "--keep=always"]).await;
    assert_eq!(run.code, 0, "{}", run.said());
    assert!(run.stdout.contains("remove them with"), "{}", run.said());
    assert!(!target.holds().await.is_subset(&before));
}

#[test]
fn an_embedded_lab_keeps_nothing() {
    let refused = mtv_bdd(&["run", "--input", SMOKE, "--keep"]);
    assert_eq!(refused.code, 2, "{}", refused.said());
    assert!(
        refused.stderr.contains("a target that outlives the run"),
        "{}",
        refused.stderr
    );
}
