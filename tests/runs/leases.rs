//! Settings of MTV that scenarios change for everybody are shared, taken in turns, and restored.

use forklift_api::forklift::ForkliftController;
use k8s_openapi::api::coordination::v1::Lease;
use kube::{Api, api::ListParams};

use crate::{
    background::{Background, cleanup},
    binary::{feature, text},
    target::Target,
};

const NAMESPACE: &str = "openshift-mtv";

/// Two scenarios that want different intervals and two that want the same; each makes its plan only.
fn intervals() -> String {
    let scenario = |title: &str, minutes: usize| {
        format!(
            "
  @vsphere
  Scenario: {title}
    Given a source provider
    And precopies are taken every {minutes} minutes
    And the VM \"mtv-tests-rhel8\" as it is
    And storage and networks are mapped from the inventory
    And a warm migration plan
    Then the plan is ready
"
        )
    };
    let scenarios = [scenario("One", 1), scenario("Two", 2), scenario("Two again", 2)];
    format!("@warm\nFeature: Intervals\n{}", scenarios.concat())
}

async fn interval(target: &Target) -> Option<i32> {
    let controllers: Api<ForkliftController> = Api::namespaced(target.client.clone(), NAMESPACE);
    let controller = controllers.get("forklift-controller").await.unwrap();
    controller.spec.controller.controller_precopy_interval
}

/// Leases of ours: who holds them.
async fn leases(target: &Target) -> Vec<String> {
    let leases: Api<Lease> = Api::namespaced(target.client.clone(), NAMESPACE);
    let ours = ListParams::default().labels("mtv-bdd.io/lease");
    let found = leases.list(&ours).await.unwrap();
    found
        .into_iter()
        .filter_map(|lease| lease.spec?.holder_identity)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn scenarios_that_want_different_intervals_wait_for_their_turn_and_the_value_is_back_at_the_end() {
    let target = Target::start().await;
    let before = interval(&target).await;
    let (_folder, path) = feature(&intervals());
    let run = target.run(&["--input", text(&path)]).await;
    assert_eq!(run.code, 0, "{}", run.said());
    assert_eq!(interval(&target).await, before);
    assert_eq!(leases(&target).await, [""; 0]);
    let events = run.file("events.ndjson");
    for value in [1, 2] {
        let title = format!("setting controller_precopy_interval to {value}");
        assert!(events.contains(&title), "{title}\n{events}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interval_that_a_killed_run_left_is_restored_by_its_cleanup() {
    let target = Target::start().await;
    let before = interval(&target).await;
    assert_ne!(before, Some(2));
    let output = tempfile::tempdir().unwrap();
    let mut run = Background::start(&target, output.path(), &["--input", "features/warm/smoke.feature:10"]);
    run.until("the interval is changed", async |_| interval(&target).await == Some(2))
        .await;
    let id = run.id();
    run.kill().await;
    let held = leases(&target).await;
    assert!(held.len() == 1 && held[0].starts_with(&id), "{held:?}");
    let settings = target.lab.settings();
    let (code, said) = cleanup(output.path(), &["--profile", text(&settings)]).await;
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("change of controller_precopy_interval in ForkliftController openshift-mtv/forklift-controller"),
        "{said}"
    );
    assert_eq!(interval(&target).await, before, "{said}");
    assert_eq!(leases(&target).await, [""; 0]);
}
