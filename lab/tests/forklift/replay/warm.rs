//! Warm migrations.

use forklift_api::forklift::{Conditions, Conversion, Plan};
use kube::{ResourceExt, api::ListParams};

use super::{
    cold::{PLAN, VM},
    lifecycle::ends,
    recorder::Recorder,
    story::Record,
};
use crate::{
    warm::{cut_over, precopies_every, precopies_taken, warm_plan},
    world::{NAMESPACE, World},
};

/// A running VM is copied twice, then cut over.
pub async fn two_precopies() -> Vec<Record> {
    let world = World::start().await;
    world.power_on(VM).await;
    world.ready_provider().await;
    precopies_every(&world, 1).await;
    let recorder = Recorder::start(&world).await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    warm_plan(&world, PLAN, VM).await;
    world
        .until(NAMESPACE, PLAN, |plan: &Plan| plan.status.is_true("Ready"))
        .await;
    world.migrate(PLAN, PLAN).await;
    world
        .until(NAMESPACE, PLAN, |plan: &Plan| precopies_taken(plan) == 2)
        .await;
    cut_over(&world, PLAN).await;
    ends(&world, "Succeeded").await;
    // The conversion is finished two looks after its pod; the inspection is gone by now.
    let in_place = ListParams::default().labels("conversion-type=InPlace");
    let conversions = world.api::<Conversion>(NAMESPACE).list(&in_place).await.unwrap();
    world
        .until(
            NAMESPACE,
            &conversions.items[0].name_any(),
            |conversion: &Conversion| conversion.status.is_true("Ready"),
        )
        .await;
    recorder.end().await
}
