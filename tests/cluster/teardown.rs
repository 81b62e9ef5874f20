//! Teardown: deletes only objects of the run, in order, and explains what is left behind.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use forklift_api::forklift::{
    Conditions as _, Migration, MigrationSpec, NetworkMap, NetworkMapSpec, ObjectRef, Plan, PlanSpec, PlanVm, Provider,
};
use futures::{StreamExt, pin_mut};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, ObjectMeta, Patch, PatchParams, PostParams},
    runtime::watcher,
};
use mtv_bdd::{
    cleanup::{self, Leftover},
    cluster::{Clusters, tracked},
    journal::{ObjectSubject, Proof, Scope, Subject},
    run::{ClusterId, labels::RUN_LABEL},
};
use serde_json::{Value, json};
use sim_clock::Instant;

use crate::{
    fake_platform::{FakePlatform, Reached},
    stage::{NAMESPACE, Stage, condition, in_virtual_time, provider, set_status},
};

async fn teardown(stage: &Stage, scope: &Scope, platforms: &FakePlatform) -> Vec<Leftover> {
    teardown_on(Clusters::new(stage.cluster.clone()), stage, scope, platforms).await
}

/// Teardown of a run that is connected to these clusters.
pub async fn teardown_on(clusters: Clusters, stage: &Stage, scope: &Scope, platform: &FakePlatform) -> Vec<Leftover> {
    let mut timeouts = stage.settings.timeouts.clone();
    timeouts.deletion = Duration::from_millis(500);
    timeouts.cancel = Duration::from_secs(5);
    timeouts.archive = Duration::from_millis(500);
    let endpoints = Reached { clusters, platform };
    cleanup::teardown(scope, &endpoints, &timeouts, Duration::from_secs(20)).await
}

pub fn named(name: &str) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some(NAMESPACE.to_owned()),
        ..ObjectMeta::default()
    }
}

pub fn config_map(name: &str) -> ConfigMap {
    ConfigMap {
        metadata: named(name),
        ..ConfigMap::default()
    }
}

pub fn plan() -> Plan {
    Plan {
        metadata: named("plan"),
        spec: PlanSpec {
            target_namespace: NAMESPACE.to_owned(),
            vms: vec![PlanVm {
                id: Some("vm-1".to_owned()),
                ..PlanVm::default()
            }],
            ..PlanSpec::default()
        },
        status: None,
    }
}

fn migration() -> Migration {
    Migration {
        metadata: named("migration"),
        spec: MigrationSpec {
            plan: ObjectRef::new(NAMESPACE, "plan"),
            ..MigrationSpec::default()
        },
        status: None,
    }
}

#[tokio::test]
async fn all_objects_of_the_scenario_and_no_others_are_deleted() {
    let stage = Stage::start().await;
    let network_map = NetworkMap {
        metadata: named("map"),
        spec: NetworkMapSpec::default(),
        status: None,
    };
    tracked::create(&stage.cluster, &stage.scope, provider("mine"))
        .await
        .unwrap();
    tracked::create(&stage.cluster, &stage.scope, network_map)
        .await
        .unwrap();
    tracked::create(&stage.cluster, &stage.run_scope(), provider("shared"))
        .await
        .unwrap();
    stage.foreign("foreign").await;

    let platforms = FakePlatform::default();
    assert_eq!(teardown(&stage, &stage.scope, &platforms).await, []);
    let names = |list: Vec<Provider>| list.iter().map(ResourceExt::name_any).collect::<Vec<_>>();
    let left = stage.providers().list(&Default::default()).await.unwrap().items;
    assert_eq!(names(left), ["foreign", "shared"]);
    assert_eq!(stage.scope.journal.open_entries().len(), 1);

    assert_eq!(teardown(&stage, &stage.run_scope(), &platforms).await, []);
    let left = stage.providers().list(&Default::default()).await.unwrap().items;
    assert_eq!(names(left), ["foreign"]);
    assert!(stage.scope.journal.open_entries().is_empty());
}

#[tokio::test]
async fn a_foreign_object_of_the_same_name_survives() {
    let stage = Stage::start().await;
    // Replaced by another client after its creation was confirmed.
    tracked::create(&stage.cluster, &stage.scope, provider("replaced"))
        .await
        .unwrap();
    stage
        .providers()
        .delete("replaced", &DeleteParams::default())
        .await
        .unwrap();
    stage.foreign("replaced").await;
    // Announced by a run that was killed before creating the object; another client then used the name.
    let announced = ObjectSubject {
        cluster: ClusterId::hub(),
        api_version: "forklift.konveyor.io/v1beta1".to_owned(),
        kind: "Provider".to_owned(),
        plural: "providers".to_owned(),
        namespace: Some(NAMESPACE.to_owned()),
        name: "announced".to_owned(),
        proof: Proof::RunLabel,
    };
    stage.scope.intend(Subject::Object(announced)).await.unwrap();
    stage.foreign("announced").await;

    assert_eq!(teardown(&stage, &stage.scope, &FakePlatform::default()).await, []);
    for name in ["replaced", "announced"] {
        let survivor = stage.providers().get(name).await.unwrap();
        assert!(survivor.metadata.deletion_timestamp.is_none(), "{name}");
    }
}

#[tokio::test]
async fn an_object_without_its_label_is_left_behind_and_reported() {
    let stage = Stage::start().await;
    tracked::create(&stage.cluster, &stage.scope, config_map("x"))
        .await
        .unwrap();
    let maps: Api<ConfigMap> = Api::namespaced(stage.cluster.client.clone(), NAMESPACE);
    let patch = Patch::Merge(json!({ "metadata": { "labels": { RUN_LABEL: null } } }));
    maps.patch("x", &PatchParams::default(), &patch).await.unwrap();
    let left = teardown(&stage, &stage.scope, &FakePlatform::default()).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].subject, "ConfigMap auto-ab12/x");
    insta::assert_snapshot!(left[0].reason, @"its label of the run was removed, so it is not proved to be of this run; delete it yourself if it is not needed");
    maps.get("x").await.unwrap();
}

#[test]
fn a_finalizer_is_reported_and_does_not_delay_other_objects() {
    in_virtual_time(async {
        let stage = Stage::start().await;
        let mut held = config_map("held");
        held.metadata.finalizers = Some(vec!["example.com/held".to_owned()]);
        tracked::create(&stage.cluster, &stage.scope, held).await.unwrap();
        tracked::create(&stage.cluster, &stage.scope, config_map("free"))
            .await
            .unwrap();
        tracked::create(&stage.cluster, &stage.scope, provider("p"))
            .await
            .unwrap();
        let left = teardown(&stage, &stage.scope, &FakePlatform::default()).await;
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(left[0].subject, "ConfigMap auto-ab12/held");
        let time = regex::Regex::new(r"\d{4}-\d\d-\d\dT[0-9:]+Z").unwrap();
        insta::assert_snapshot!(time.replace(&left[0].reason, "TIME"), @"it was deleted and does not go: deleted at TIME, held by the finalizers example.com/held");
        let maps: Api<ConfigMap> = Api::namespaced(stage.cluster.client.clone(), NAMESPACE);
        assert!(maps.get_opt("free").await.unwrap().is_none());
        assert!(stage.providers().get_opt("p").await.unwrap().is_none());
        // The next teardown tries again, and deletes the object once it has no finalizer.
        let patch = Patch::Merge(json!({ "metadata": { "finalizers": null } }));
        maps.patch("held", &PatchParams::default(), &patch).await.unwrap();
        assert_eq!(teardown(&stage, &stage.run_scope(), &FakePlatform::default()).await, []);
    });
}

/// Creates a plan and its Migration.
async fn create_running(stage: &Stage) -> Migration {
    tracked::create(&stage.cluster, &stage.scope, plan()).await.unwrap();
    tracked::create(&stage.cluster, &stage.scope, migration())
        .await
        .unwrap()
}

/// Status of a plan with the conditions `plan`, whose latest run is that of `migration` and has the conditions `run`.
fn run_of(migration: &Migration, plan: &[Value], run: &[Value]) -> Value {
    let nothing = json!({ "namespace": "", "name": "", "uid": "", "generation": 0 });
    json!({ "conditions": plan, "migration": { "history": [{
        "plan": nothing, "provider": { "source": nothing, "destination": nothing },
        "map": { "network": nothing, "storage": nothing },
        "migration": { "namespace": NAMESPACE, "name": "migration", "uid": migration.uid(), "generation": 1 },
        "conditions": run,
    }] } })
}

#[test]
fn a_cancel_that_a_blocked_plan_ignores_is_not_waited_for() {
    in_virtual_time(async {
        let stage = Stage::start().await;
        let client = stage.cluster.client.clone();
        let running = create_running(&stage).await;
        let plans: Api<Plan> = Api::namespaced(client, NAMESPACE);
        let executing = condition("Executing", "True", "Advisory", "The plan is EXECUTING.");
        let blocker = condition("NetworkMapRefNotValid", "True", "Critical", "Map.Network is not valid.");
        let archived = condition("Archived", "True", "Advisory", "");
        let conditions = [executing.clone(), blocker, archived];
        set_status(&plans, "plan", run_of(&running, &conditions, &[executing])).await;
        let since = Instant::now();
        assert_eq!(teardown(&stage, &stage.scope, &FakePlatform::default()).await, []);
        assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
    });
}

#[test]
fn a_running_migration_is_cancelled_and_its_plan_archived_first() {
    in_virtual_time(async {
        let stage = Stage::start().await;
        let client = stage.cluster.client.clone();
        let running = create_running(&stage).await;
        let migrations: Api<Migration> = Api::namespaced(client.clone(), NAMESPACE);
        let plans: Api<Plan> = Api::namespaced(client, NAMESPACE);
        let executing = condition("Executing", "True", "Advisory", "The plan is EXECUTING.");
        let status = run_of(
            &running,
            std::slice::from_ref(&executing),
            std::slice::from_ref(&executing),
        );
        set_status(&plans, "plan", status).await;

        // Simulates Forklift: a cancelled run becomes Canceled after a while, an archived plan becomes Archived. The
        // Migration is not updated if the plan is blocked by then.
        let story: Arc<Mutex<Vec<&str>>> = Arc::default();
        let forklift = async {
            let events = watcher(migrations.clone(), watcher::Config::default());
            pin_mut!(events);
            while let Some(event) = events.next().await {
                match event {
                    Ok(watcher::Event::Apply(migration)) if migration.spec.cancel.is_some() => {
                        let cancelled: Vec<_> =
                            migration.spec.cancel.iter().flatten().map(|vm| vm.id.clone()).collect();
                        assert_eq!(cancelled, [Some("vm-1".to_owned())]);
                        if !story.lock().unwrap().is_empty() {
                            continue;
                        }
                        story.lock().unwrap().push("cancelled");
                        sim_clock::sleep(Duration::from_millis(200)).await;
                        story.lock().unwrap().push("ended");
                        let canceled = condition("Canceled", "True", "Advisory", "");
                        let blocker = condition("VMHasSnapshots", "True", "Critical", "");
                        let end = run_of(&running, &[canceled.clone(), blocker], &[canceled]);
                        set_status(&plans, "plan", end).await;
                    }
                    Ok(watcher::Event::Delete(_)) => story.lock().unwrap().push("migration deleted"),
                    _ => {}
                }
            }
        };
        let archiving = async {
            let events = watcher(plans.clone(), watcher::Config::default());
            pin_mut!(events);
            while let Some(event) = events.next().await {
                match event {
                    Ok(watcher::Event::Apply(plan))
                        if plan.spec.archived == Some(true) && !plan.status.is_true("Archived") =>
                    {
                        story.lock().unwrap().push("archived");
                        let end = json!({ "conditions": [condition("Archived", "True", "Advisory", "")] });
                        set_status(&plans, "plan", end).await;
                    }
                    Ok(watcher::Event::Delete(_)) => {
                        story.lock().unwrap().push("plan deleted");
                        return;
                    }
                    _ => {}
                }
            }
        };
        let platforms = FakePlatform::default();
        let working = async {
            let left = teardown(&stage, &stage.scope, &platforms).await;
            // Events of the watches above may be delayed.
            sim_clock::sleep(Duration::from_millis(200)).await;
            left
        };
        let left = tokio::select! {
            left = working => left,
            () = async { tokio::join!(forklift, archiving); } => unreachable!("watches do not end"),
        };
        assert_eq!(left, []);
        assert_eq!(
            *story.lock().unwrap(),
            ["cancelled", "ended", "archived", "migration deleted", "plan deleted"]
        );
    });
}

#[tokio::test]
async fn objects_left_behind_by_a_plan_are_deleted_by_label() {
    let stage = Stage::start().await;
    let plan = tracked::create(&stage.cluster, &stage.scope, plan()).await.unwrap();
    let secrets: Api<Secret> = Api::namespaced(stage.cluster.client.clone(), NAMESPACE);
    for (name, plan) in [("ours", plan.uid().unwrap()), ("theirs", "another".to_owned())] {
        let mut secret = Secret {
            metadata: named(name),
            ..Secret::default()
        };
        secret.labels_mut().insert("plan".to_owned(), plan);
        secrets.create(&PostParams::default(), &secret).await.unwrap();
    }
    assert_eq!(teardown(&stage, &stage.scope, &FakePlatform::default()).await, []);
    assert!(secrets.get_opt("ours").await.unwrap().is_none());
    assert!(secrets.get_opt("theirs").await.unwrap().is_some());
}

#[tokio::test]
async fn a_namespace_is_deleted_with_its_objects() {
    let stage = Stage::start().await;
    let namespace = Namespace {
        metadata: ObjectMeta {
            name: Some("auto-ab12-more".to_owned()),
            ..ObjectMeta::default()
        },
        ..Namespace::default()
    };
    tracked::create(&stage.cluster, &stage.run_scope(), namespace)
        .await
        .unwrap();
    let mut inside = config_map("inside");
    inside.metadata.namespace = Some("auto-ab12-more".to_owned());
    tracked::create(&stage.cluster, &stage.scope, inside).await.unwrap();
    assert_eq!(teardown(&stage, &stage.run_scope(), &FakePlatform::default()).await, []);
    let namespaces: Api<Namespace> = Api::all(stage.cluster.client.clone());
    assert!(namespaces.get_opt("auto-ab12-more").await.unwrap().is_none());
}

#[test]
fn clones_are_deleted_by_their_mark_and_remaining_ones_reported() {
    in_virtual_time(async {
        let stage = Stage::start().await;
        let platform = FakePlatform::with(&[
            ("clone", "auto-ab12"),
            ("clone", "another-run"),
            ("held", "auto-ab12"),
            ("of another scenario", "auto-ab12"),
            ("original", ""),
        ]);
        platform.hold("held");
        for name in ["clone", "held", "never cloned", "original"] {
            let (provider, name) = ("fake".to_owned(), name.to_owned());
            stage.scope.intend(Subject::SourceVm { provider, name }).await.unwrap();
        }
        let (provider, name) = ("unreachable".to_owned(), "x".to_owned());
        stage.scope.intend(Subject::SourceVm { provider, name }).await.unwrap();

        let left = teardown(&stage, &stage.scope, &platform).await;
        let left: Vec<(String, String)> = left.into_iter().map(|left| (left.subject, left.reason)).collect();
        assert_eq!(
            left,
            [
                (
                    "VM \"held\" on fake".to_owned(),
                    "deleting it failed (4 attempts): fake cannot delete held".to_owned()
                ),
                (
                    "VM \"x\" on unreachable".to_owned(),
                    "could not look for it: no such platform".to_owned()
                ),
            ]
        );
        assert_eq!(
            platform.names(),
            ["", "clone", "held", "of another scenario", "original"]
        );
    });
}
