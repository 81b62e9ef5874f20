//! Cold migrations.

use forklift_api::forklift::{Conditions, Conversion, Migration, Plan};

use super::{recorder::Recorder, story::Record};
use crate::world::{NAMESPACE, World};

/// The VM that the lab migrates.
pub const VM: &str = "mtv-tests-rhel8";
/// Its plan, maps and migration.
pub const PLAN: &str = "replay";

/// A running VM with one disk arrives.
pub async fn one_vm() -> Vec<Record> {
    let world = World::start("120").await;
    world.power_on(VM).await;
    world.ready_provider().await;
    let recorder = Recorder::start(&world).await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    migrated(&world).await;
    recorder.end().await
}

/// Migrates the VM, and waits until everybody knows.
pub async fn migrated(world: &World) {
    world.plan(PLAN, &[VM]).await;
    world
        .until(NAMESPACE, PLAN, |plan: &Plan| plan.status.is_true("Ready"))
        .await;
    follow(world).await;
}

/// The same with a plan that is ready.
pub async fn follow(world: &World) {
    world.migrate(PLAN, PLAN).await;
    world
        .until(NAMESPACE, PLAN, |plan: &Plan| plan.status.is_true("Succeeded"))
        .await;
    world
        .until(NAMESPACE, PLAN, |migration: &Migration| {
            migration.status.is_true("Succeeded")
        })
        .await;
    // The conversion is finished two looks after its pod.
    let names = world.names::<Conversion>(NAMESPACE).await;
    world
        .until(NAMESPACE, &names[0], |conversion: &Conversion| {
            conversion.status.is_true("Ready")
        })
        .await;
}
