//! Plans whose migration is cancelled or fails, and plans that are archived or deleted.

use forklift_api::{
    forklift::{Conditions, Migration, Plan},
    kubevirt::{VirtualMachine, VirtualMachineInstance},
};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::{
    Api,
    api::{DeleteParams, Patch, PatchParams, PostParams},
};
use mtv_lab::injection::{Fault, FaultName, FaultSpec, Hold, HoldName, HoldSpec};
use serde_json::{Value, json};

use super::{
    cold::{PLAN, VM, migrated},
    recorder::Recorder,
    story::Record,
};
use crate::world::{NAMESPACE, TARGET, World};

/// A migration is cancelled while the disks are copied.
pub async fn cancelled() -> Vec<Record> {
    let world = World::start().await;
    let holds: Api<Hold> = Api::all(world.client.clone());
    let spec = HoldSpec {
        name: HoldName::DiskTransfer,
        vm: Some(VM.into()),
    };
    let hold = Hold::new("hold", spec);
    holds.create(&PostParams::default(), &hold).await.unwrap();
    world.power_on(VM).await;
    world.ready_provider().await;
    let recorder = Recorder::start(&world).await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    begin(&world).await;
    let copies = |plan: &Plan| phase(plan) == "CopyDisksVirtV2V";
    let plan = world.until(NAMESPACE, PLAN, copies).await;
    let vms = plan.status.map(|status| status.vms().to_vec()).unwrap_or_default();
    let patch = Patch::Merge(json!({"spec": {"cancel": [{"id": vms[0].vm.id}]}}));
    let migrations = world.api::<Migration>(NAMESPACE);
    migrations.patch(PLAN, &PatchParams::default(), &patch).await.unwrap();
    ends(&world, "Canceled").await;
    world.none_left::<PersistentVolumeClaim>(TARGET).await;
    recorder.end().await
}

/// virt-v2v fails while it copies.
pub async fn conversion_fails() -> Vec<Record> {
    let world = World::start().await;
    world.ready_provider().await;
    fault(&world, FaultName::ConversionFailsWhileCopying).await;
    let recorder = Recorder::start(&world).await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    begin(&world).await;
    ends(&world, "Failed").await;
    recorder.end().await
}

/// The import of a disk fails again and again; the guest is not to be converted.
pub async fn import_fails() -> Vec<Record> {
    let world = World::start().await;
    fault(&world, FaultName::ImportFails).await;
    let renamed = json!([{"name": VM, "targetName": "imp-fail"}]);
    unconverted(&world, renamed, "Failed").await
}

/// A guest that is not converted arrives.
pub async fn unconverted_arrives() -> Vec<Record> {
    let world = World::start().await;
    unconverted(&world, json!([{"name": VM}]), "Succeeded").await
}

async fn unconverted(world: &World, vms: Value, end: &str) -> Vec<Record> {
    world.ready_provider().await;
    let recorder = Recorder::start(world).await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    world.plan(PLAN, &[VM]).await;
    let patch = Patch::Merge(json!({"spec": {"skipGuestConversion": true, "vms": vms}}));
    let plans = world.api::<Plan>(NAMESPACE);
    plans.patch(PLAN, &PatchParams::default(), &patch).await.unwrap();
    let ready = |plan: &Plan| {
        let seen = plan.status.as_ref().and_then(|status| status.observed_generation);
        plan.status.is_true("Ready") && seen == plan.metadata.generation
    };
    world.until(NAMESPACE, PLAN, ready).await;
    world.migrate(PLAN, PLAN).await;
    ends(world, end).await;
    recorder.end().await
}

async fn fault(world: &World, name: FaultName) {
    let faults: Api<Fault> = Api::all(world.client.clone());
    let fault = Fault::new("fault", FaultSpec { name, vm: None });
    faults.create(&PostParams::default(), &fault).await.unwrap();
}

/// A plan that succeeded is archived.
pub async fn archived() -> Vec<Record> {
    let world = with_running_vm().await;
    let recorder = Recorder::start(&world).await;
    archive(&world).await;
    recorder.end().await
}

/// The archived plan is deleted.
pub async fn deleted() -> Vec<Record> {
    let world = with_halted_vm().await;
    archive(&world).await;
    let recorder = Recorder::start(&world).await;
    let plans = world.api::<Plan>(NAMESPACE);
    plans.delete(PLAN, &DeleteParams::default()).await.unwrap();
    world.none_left::<Migration>(NAMESPACE).await;
    recorder.end().await
}

/// The running VM is deleted on the target.
pub async fn vm_deleted() -> Vec<Record> {
    let world = with_running_vm().await;
    let recorder = Recorder::start(&world).await;
    delete_vm(&world).await;
    recorder.end().await
}

/// The same for a VM that does not run.
pub async fn halted_vm_deleted() -> Vec<Record> {
    let world = with_halted_vm().await;
    let recorder = Recorder::start(&world).await;
    delete_vm(&world).await;
    recorder.end().await
}

/// A VM that ran has been migrated, and runs again.
async fn with_running_vm() -> World {
    let world = World::start().await;
    world.power_on(VM).await;
    migrate(&world).await;
    booted(&world, VM).await;
    world
}

/// A VM that was off has been migrated.
async fn with_halted_vm() -> World {
    let world = World::start().await;
    migrate(&world).await;
    world
}

async fn migrate(world: &World) {
    world.ready_provider().await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    migrated(world).await;
}

async fn begin(world: &World) {
    world.plan(PLAN, &[VM]).await;
    world
        .until(NAMESPACE, PLAN, |plan: &Plan| plan.status.is_true("Ready"))
        .await;
    world.migrate(PLAN, PLAN).await;
}

fn phase(plan: &Plan) -> &str {
    let vms = plan.status.as_ref().map(|status| status.vms()).unwrap_or_default();
    vms.first().map(|vm| vm.phase.as_str()).unwrap_or_default()
}

/// Waits until plan and migration have ended so.
pub async fn ends(world: &World, end: &str) {
    world
        .until(NAMESPACE, PLAN, |plan: &Plan| plan.status.is_true(end))
        .await;
    world
        .until(NAMESPACE, PLAN, |migration: &Migration| migration.status.is_true(end))
        .await;
}

/// A VM that still boots would be news.
pub async fn booted(world: &World, vm: &str) {
    world
        .until(TARGET, vm, |instance: &VirtualMachineInstance| {
            let json = serde_json::to_value(instance).unwrap();
            let conditions = json["status"]["conditions"].as_array().cloned().unwrap_or_default();
            conditions.iter().any(|condition| condition["type"] == "AgentConnected")
        })
        .await;
}

async fn archive(world: &World) {
    let plans = world.api::<Plan>(NAMESPACE);
    let patch = Patch::Merge(json!({"spec": {"archived": true}}));
    plans.patch(PLAN, &PatchParams::default(), &patch).await.unwrap();
    world
        .until(NAMESPACE, PLAN, |plan: &Plan| plan.status.is_true("Archived"))
        .await;
}

async fn delete_vm(world: &World) {
    let machines = world.api::<VirtualMachine>(TARGET);
    machines.delete(VM, &DeleteParams::default()).await.unwrap();
    world.none_left::<VirtualMachine>(TARGET).await;
}
