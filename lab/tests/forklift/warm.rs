//! Warm migrations: what is copied when, and what is left on the source.

use forklift_api::forklift::{Conditions, Conversion, ForkliftController, Migration, Plan};
use k8s_openapi::{
    api::{apps::v1::Deployment, core::v1::Secret},
    apimachinery::pkg::apis::meta::v1::Time,
    jiff::Timestamp,
};
use kube::{
    Api,
    api::{Patch, PatchParams, PostParams},
};
use mtv_lab::injection::{Fault, FaultName, FaultSpec};
use serde_json::json;

use crate::world::{NAMESPACE, World, in_virtual_time};

const RHEL: &str = "mtv-tests-rhel8";

/// Sets the precopy interval in minutes, and waits until the controller runs with it.
pub async fn precopies_every(world: &World, minutes: i32) {
    let controllers = world.api::<ForkliftController>(NAMESPACE);
    let patch = Patch::Merge(json!({"spec": {"controller_precopy_interval": minutes}}));
    controllers
        .patch("forklift-controller", &PatchParams::default(), &patch)
        .await
        .unwrap();
    let minutes = minutes.to_string();
    let rolled_out = |deployment: &Deployment| {
        let json = serde_json::to_value(deployment).unwrap();
        let environment = &json["spec"]["template"]["spec"]["containers"][0]["env"];
        let says = environment
            .as_array()
            .into_iter()
            .flatten()
            .any(|variable| variable["name"] == "PRECOPY_INTERVAL" && variable["value"] == minutes.as_str());
        says && json["status"]["observedGeneration"] == json["metadata"]["generation"]
            && json["status"]["availableReplicas"] == 1
    };
    world.until(NAMESPACE, "forklift-controller", rolled_out).await;
}

/// A warm plan of one VM.
pub async fn warm_plan(world: &World, name: &str, vm: &str) {
    world.plan(name, &[vm]).await;
    let patch = Patch::Merge(json!({"spec": {"type": "warm"}}));
    let plans = world.api::<Plan>(NAMESPACE);
    plans.patch(name, &PatchParams::default(), &patch).await.unwrap();
}

/// Tells a migration to cut over at once.
pub async fn cut_over(world: &World, name: &str) {
    let patch = Patch::Merge(json!({"spec": {"cutover": Time(Timestamp::from_second(1_700_000_000).unwrap())}}));
    let migrations = world.api::<Migration>(NAMESPACE);
    migrations.patch(name, &PatchParams::default(), &patch).await.unwrap();
}

/// How many copies of the plan's first VM were taken while it ran.
pub fn precopies_taken(plan: &Plan) -> i64 {
    let vms = plan.status.as_ref().map(|status| status.vms()).unwrap_or_default();
    vms.first()
        .and_then(|vm| vm.warm.as_ref())
        .map_or(0, |warm| warm.successes)
}

fn ended(plan: &Plan) -> bool {
    ["Succeeded", "Failed"].iter().any(|end| plan.status.is_true(end))
}

async fn begin(world: &World, vm: &str) {
    world.ready_provider().await;
    world.ready_maps("warm").await;
    world.target_namespace().await;
    warm_plan(world, "warm", vm).await;
}

#[test]
fn a_warm_migration_switches_its_source_off_and_leaves_no_snapshot() {
    in_virtual_time(async {
        let world = World::start().await;
        world.power_on(RHEL).await;
        begin(&world, RHEL).await;
        world
            .until(NAMESPACE, "warm", |plan: &Plan| plan.status.is_true("Ready"))
            .await;
        world.migrate("warm", "warm").await;
        world
            .until(NAMESPACE, "warm", |plan: &Plan| precopies_taken(plan) == 1)
            .await;
        assert_eq!(world.power_state(RHEL).await, "poweredOn", "it runs while it is copied");
        cut_over(&world, "warm").await;
        let plan = world.until(NAMESPACE, "warm", ended).await;
        let status = plan.status.unwrap();
        let vm = &status.vms()[0];
        let warm = vm.warm.as_ref().unwrap();
        assert!(vm.error.is_none(), "{:?}", vm.error);
        let precopies = warm.precopies.as_ref().unwrap();
        let shape: Vec<_> = precopies
            .iter()
            .map(|precopy| {
                (
                    precopy.end.is_some(),
                    precopy.deltas.is_some(),
                    precopy.remove_task_id.is_some(),
                )
            })
            .collect();
        assert_eq!(shape, [(true, true, true), (false, false, true)]);
        assert!(!precopies[0].deltas.as_ref().unwrap()[0].delta_id.is_empty());
        assert_eq!(world.power_state(RHEL).await, "poweredOff");
        let client = world.session().await;
        let source = world.vm(&client, RHEL).await;
        let object = client.get(&source, &["snapshot"]).await.unwrap();
        assert!(object.get("snapshot").is_none(), "{object:?}");
        let inspections: Vec<String> = world.names::<Conversion>(NAMESPACE).await;
        assert_eq!(inspections.len(), 1, "the inspection goes, the conversion stays");
        let secrets = world.names::<Secret>(NAMESPACE).await;
        assert!(!secrets.iter().any(|name| name.contains("-di-")), "{secrets:?}");
    });
}

#[test]
fn a_vm_that_tracks_no_changes_is_refused() {
    in_virtual_time(async {
        let world = World::start().await;
        begin(&world, "mtv-win2019-79").await;
        let refused = |plan: &Plan| plan.status.condition("VMMissingChangedBlockTracking").is_some();
        let plan = world.until(NAMESPACE, "warm", refused).await;
        assert!(!plan.status.is_true("Ready"));
    });
}

#[test]
fn an_importer_that_dies_again_and_again_fails_the_vm() {
    in_virtual_time(async {
        let world = World::start().await;
        let faults: Api<Fault> = Api::all(world.client.clone());
        let spec = FaultSpec {
            name: FaultName::ImportFails,
            vm: None,
        };
        let fault = Fault::new("fault", spec);
        faults.create(&PostParams::default(), &fault).await.unwrap();
        begin(&world, RHEL).await;
        world
            .until(NAMESPACE, "warm", |plan: &Plan| plan.status.is_true("Ready"))
            .await;
        world.migrate("warm", "warm").await;
        let plan = world.until(NAMESPACE, "warm", ended).await;
        let status = plan.status.unwrap();
        let vm = &status.vms()[0];
        let error = vm.error.as_ref().unwrap();
        assert_eq!(error.phase, "CopyDisks");
        assert!(
            error.reasons[0].contains("the connection to the source was lost"),
            "{error:?}"
        );
        let step = vm.step("DiskTransfer").unwrap();
        assert_eq!(
            (step.phase.as_deref(), step.completed.is_some()),
            (Some("Running"), false)
        );
    });
}
