//! Plans with hooks.

use base64::{Engine, engine::general_purpose::STANDARD};
use forklift_api::forklift::{Conditions, Hook, Plan};
use serde_json::{Value, json};

use super::{
    cold::{PLAN, VM, follow},
    lifecycle::ends,
    recorder::Recorder,
    story::Record,
};
use crate::world::{NAMESPACE, World};

/// A running VM arrives between two hooks that succeed.
pub async fn succeed() -> Vec<Record> {
    let world = World::start().await;
    world.power_on(VM).await;
    world.ready_provider().await;
    let recorder = Recorder::start(&world).await;
    let playbook = "- hosts: localhost\n  tasks:\n  - debug: {msg: hi}\n";
    let spec = |playbook| json!({"image": "quay.example/lab/hook-runner:lab", "playbook": STANDARD.encode(playbook), "deadline": 300});
    hook(&world, "before", spec(playbook)).await;
    hook(&world, "after", spec(playbook)).await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    plan(&world, &[("PreHook", "before"), ("PostHook", "after")]).await;
    follow(&world).await;
    recorder.end().await
}

/// The hook before the migration fails.
pub async fn fails() -> Vec<Record> {
    let world = World::start().await;
    world.ready_provider().await;
    let recorder = Recorder::start(&world).await;
    let playbook = STANDARD.encode("- hosts: localhost\n  tasks:\n  - fail: {msg: no}\n");
    let spec = json!({"image": "quay.example/lab/hook-runner:lab", "playbook": playbook});
    hook(&world, "before", spec).await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    plan(&world, &[("PreHook", "before")]).await;
    world.migrate(PLAN, PLAN).await;
    ends(&world, "Failed").await;
    recorder.end().await
}

async fn hook(world: &World, name: &str, spec: Value) {
    let hook = json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Hook",
        "metadata": {"name": name},
        "spec": spec,
    });
    world.create::<Hook>(NAMESPACE, hook).await;
    world
        .until(NAMESPACE, name, |hook: &Hook| hook.status.is_true("Ready"))
        .await;
}

async fn plan(world: &World, hooks: &[(&str, &str)]) {
    let hooks: Vec<Value> = hooks
        .iter()
        .map(|(step, hook)| json!({"step": step, "hook": {"name": hook, "namespace": NAMESPACE}}))
        .collect();
    world.plan_of(PLAN, json!([{"name": VM, "hooks": hooks}])).await;
    world
        .until(NAMESPACE, PLAN, |plan: &Plan| plan.status.is_true("Ready"))
        .await;
}
