//! Settings of MTV that apply to all migrations: scenarios share them, take turns, and restore them.

use std::{path::PathBuf, time::Duration};

use forklift_api::forklift::ForkliftController;
use k8s_openapi::api::coordination::v1::Lease;
use kube::{Api, ResourceExt, api::ListParams};
use mtv_bdd::{
    cluster::{
        Cluster,
        lease::{LeaseTimeouts, setting_leases_of},
    },
    journal::{ControllerSetting, SettingLease},
    settings::{self, Layers, Profile},
};
use sim_clock::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    background::{Background, cleanup},
    binary::{feature, text},
    target::{Target, in_virtual_time},
};

const NAMESPACE: &str = "openshift-mtv";

/// Two scenarios that need different intervals and two that need the same; each only creates its plan.
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

/// Holders of the suite's leases.
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
async fn scenarios_with_different_intervals_take_turns_and_the_value_is_restored() {
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

async fn connect(target: &Target) -> Cluster {
    let settings = settings::load(&Layers {
        root: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
        profile: Profile::File(target.lab.settings()),
        environment: Vec::new(),
        command_line: Vec::new(),
    });
    Cluster::connect(&settings.unwrap(), CancellationToken::new())
        .await
        .unwrap()
}

fn lease(holder: &str) -> SettingLease {
    SettingLease {
        namespace: NAMESPACE.to_owned(),
        setting: ControllerSetting::PrecopyInterval,
        holder: holder.to_owned(),
    }
}

/// Acquires a lease in the background; the error is the explanation of the failure.
fn take(
    cluster: &Cluster,
    lease: &SettingLease,
    value: u64,
    turn: Duration,
) -> tokio::task::JoinHandle<Result<(), String>> {
    let (cluster, lease) = (cluster.clone(), lease.clone());
    let timeouts = LeaseTimeouts {
        turn,
        rollout: Duration::from_secs(600),
    };
    tokio::spawn(async move {
        let taken = lease.acquire(&cluster, value, timeouts).await;
        taken.map_err(|error| mtv_bdd::events::explain(&error))
    })
}

/// Waits until the holder of `wanted` is registered as waiting.
async fn until_waits(target: &Target, wanted: &SettingLease) {
    let leases: Api<Lease> = Api::namespaced(target.client.clone(), NAMESPACE);
    let since = Instant::now();
    loop {
        let lease = leases.get("mtv-bdd-controller-precopy-interval").await.unwrap();
        let waiting = lease
            .annotations()
            .get("mtv-bdd.io/waiting")
            .cloned()
            .unwrap_or_default();
        if waiting.contains(&wanted.holder) {
            return;
        }
        assert!(
            since.elapsed() < Duration::from_secs(20),
            "{} does not wait: {:?}",
            wanted.holder,
            lease.metadata.annotations
        );
        sim_clock::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_the_current_value_does_not_overtake_earlier_requests() {
    const HOUR: Duration = Duration::from_secs(3600);
    let target = Target::start().await;
    let cluster = connect(&target).await;
    let before = interval(&target).await;
    let [first, other, late] = ["auto-aaaa/one", "auto-bbbb/two", "auto-cccc/three"].map(lease);
    take(&cluster, &first, 1, HOUR).await.unwrap().unwrap();
    let others_turn = take(&cluster, &other, 2, HOUR);
    until_waits(&target, &other).await;
    let late_turn = take(&cluster, &late, 1, HOUR);
    until_waits(&target, &late).await;

    first.release(&target.client).await.unwrap();
    others_turn.await.unwrap().unwrap();
    assert_eq!(interval(&target).await, Some(2));
    assert!(!late_turn.is_finished());
    other.release(&target.client).await.unwrap();
    late_turn.await.unwrap().unwrap();
    assert_eq!(interval(&target).await, Some(1));
    late.release(&target.client).await.unwrap();
    assert_eq!(interval(&target).await, before);
    assert_eq!(leases(&target).await, [""; 0]);
}

#[test]
fn the_timeout_restarts_when_a_holder_releases_and_cleanup_removes_a_killed_run_from_the_queue() {
    in_virtual_time(async {
        const PATIENCE: Duration = Duration::from_secs(6);
        let target = Target::start_at("virtual").await;
        let cluster = connect(&target).await;
        let [stays, leaves, waits] = ["auto-aaaa/stays", "auto-aaaa/leaves", "auto-bbbb/waits"].map(lease);
        for holder in [&stays, &leaves] {
            take(&cluster, holder, 1, PATIENCE).await.unwrap().unwrap();
        }
        let since = Instant::now();
        let turn = take(&cluster, &waits, 2, PATIENCE);
        sim_clock::sleep(PATIENCE / 2).await;
        leaves.release(&target.client).await.unwrap();
        let said = turn.await.unwrap().unwrap_err();
        assert_eq!(since.elapsed(), PATIENCE * 3 / 2, "{said}");
        assert!(said.contains("it is 1 as long as auto-aaaa/stays needs that"), "{said}");
        assert!(!said.contains("leaves"), "{said}");

        let [left] = setting_leases_of(&target.client, "auto-bbbb")
            .await
            .unwrap()
            .try_into()
            .unwrap();
        assert_eq!(left, waits);
        assert!(left.is_open(&target.client).await.unwrap());
        left.release(&target.client).await.unwrap();
        let joins = take(&cluster, &leaves, 1, PATIENCE);
        joins.await.unwrap().unwrap();
        for holder in [&stays, &leaves] {
            holder.release(&target.client).await.unwrap();
        }
        assert_eq!(leases(&target).await, [""; 0]);
    });
}
