//! Cold migrations.

use forklift_api::{
    forklift::{Conditions, Conversion, Plan},
    multus::NetworkAttachmentDefinition,
};

use serde_json::json;

use super::{
    lifecycle::{booted, ends},
    recorder::Recorder,
    story::Record,
};
use crate::world::{NAMESPACE, World};

/// The VM that the lab migrates.
pub const VM: &str = "mtv-tests-rhel8";
/// A VM with two disks and two network interfaces.
pub const TWO_DISKS: &str = "mtv-rhel8-warm-2disks2nics";
/// Another VM with one disk.
pub const ANOTHER: &str = "mtv-tests-rhel9-luks";
/// A Windows VM with one disk.
pub const WINDOWS: &str = "mtv-win2019-79";
/// Its plan, maps and migration.
pub const PLAN: &str = "replay";

/// A running VM with one disk arrives.
pub async fn one_vm() -> Vec<Record> {
    let world = World::start().await;
    world.power_on(VM).await;
    world.ready_provider().await;
    let recorder = Recorder::start(&world).await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    migrated(&world).await;
    recorder.end().await
}

/// A VM with two disks and two network interfaces arrives on volumes that wait for their first consumer, and runs.
pub async fn two_disks() -> Vec<Record> {
    let world = World::start().await;
    world.ready_provider().await;
    let bridge = json!({"metadata": {"name": "lab-bridge"}, "spec": {"config": "{}"}});
    world.create::<NetworkAttachmentDefinition>("default", bridge).await;
    let recorder = Recorder::start(&world).await;
    let multus = json!({"type": "multus", "namespace": "default", "name": "lab-bridge"});
    let networks = [multus, json!({"type": "pod"}), json!({"type": "ignored"})];
    world.maps(PLAN, "lab-wffc", networks).await;
    world.target_namespace().await;
    let says = json!({"vms": [{"name": TWO_DISKS}], "targetPowerState": "on"});
    world.plan_with(PLAN, says).await;
    succeeded(&world).await;
    booted(&world, TWO_DISKS).await;
    recorder.end().await
}

/// Two VMs that are off arrive in one migration, one of them by another name.
pub async fn several() -> Vec<Record> {
    let world = World::start().await;
    world.ready_provider().await;
    let recorder = Recorder::start(&world).await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    let vms = json!([{"name": VM, "targetName": "renamed-vm"}, {"name": ANOTHER}]);
    world.plan_with(PLAN, json!({"vms": vms})).await;
    succeeded(&world).await;
    recorder.end().await
}

/// A Windows VM arrives and is to stay off.
pub async fn windows() -> Vec<Record> {
    let world = World::start().await;
    world.ready_provider().await;
    let recorder = Recorder::start(&world).await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    let says = json!({"vms": [{"name": WINDOWS}], "targetPowerState": "off"});
    world.plan_with(PLAN, says).await;
    succeeded(&world).await;
    recorder.end().await
}

/// Migrates the VM, and waits until everybody knows.
pub async fn migrated(world: &World) {
    world.plan(PLAN, &[VM]).await;
    succeeded(world).await;
}

/// Runs the plan, and waits until everybody knows.
async fn succeeded(world: &World) {
    world
        .until(NAMESPACE, PLAN, |plan: &Plan| plan.status.is_true("Ready"))
        .await;
    follow(world).await;
}

/// The same with a plan that is ready.
pub async fn follow(world: &World) {
    world.migrate(PLAN, PLAN).await;
    ends(world, "Succeeded").await;
    // The conversion is finished two looks after its pod.
    for name in world.names::<Conversion>(NAMESPACE).await {
        world
            .until(NAMESPACE, &name, |conversion: &Conversion| {
                conversion.status.is_true("Ready")
            })
            .await;
    }
}
