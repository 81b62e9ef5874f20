//! Maps that cannot be used, or only just.

use forklift_api::forklift::{Conditions, NetworkMap, StorageMap};
use serde_json::{Value, json};

use super::plans;
use crate::world::{NAMESPACE, World};

/// Sources that the vCenter does not have.
pub async fn unknown_sources(world: &World) {
    storage(world, "ds-unknown", &["nope"], "lab-block").await;
    network(world, "ds-unknown", &[("nope", POD)]).await;
}

/// A storage class that the cluster does not have.
pub async fn unknown_class(world: &World) {
    storage(world, "sc-unknown", &["LocalDS_0", "LocalDS_1"], "no-such-class").await;
    network(world, "sc-unknown", &plans::NETWORKS).await;
    plans::plan(world, "sc-unknown", "lab-err", json!([{"name": plans::VM}])).await;
}

/// Two networks that become the pod network, and one that becomes nobody knows what.
pub async fn two_pods(world: &World) {
    network(world, "two-pods", &[("VM Network", POD), ("VM Test Network", POD)]).await;
    storage(world, "two-pods", &["LocalDS_0", "LocalDS_1"], "lab-block").await;
    storage(world, "nad-unknown", &["LocalDS_0", "LocalDS_1"], "lab-block").await;
    network(world, "nad-unknown", &[("VM Network", "default/nope")]).await;
}

/// The cluster's pod network.
pub const POD: &str = "pod";
/// No network.
pub const IGNORED: &str = "ignored";

/// What a network becomes: `pod`, `ignored` or `namespace/name`.
pub fn destination(text: &str) -> Value {
    match text.split_once('/') {
        Some((namespace, name)) => json!({"type": "multus", "namespace": namespace, "name": name}),
        None => json!({"type": text}),
    }
}

/// Makes a network map, by the names of its sources.
pub async fn network(world: &World, name: &str, rows: &[(&str, &str)]) {
    let rows = rows
        .iter()
        .map(|(source, to)| json!({"source": {"name": source}, "destination": destination(to)}));
    network_of(world, name, rows.collect()).await;
}

/// Makes a network map, and waits until it has been judged.
pub async fn network_of(world: &World, name: &str, rows: Vec<Value>) {
    let map = json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "NetworkMap",
        "metadata": {"name": name},
        "spec": {"provider": plans::providers(), "map": rows},
    });
    world.create::<NetworkMap>(NAMESPACE, map).await;
    let is_judged = |map: &NetworkMap| !map.status.conditions().is_empty();
    world.until(NAMESPACE, name, is_judged).await;
}

/// Makes a storage map to one class, and waits until it has been judged.
pub async fn storage(world: &World, name: &str, sources: &[&str], class: &str) {
    let rows = sources
        .iter()
        .map(|source| json!({"source": {"name": source}, "destination": {"storageClass": class}}));
    let map = json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "StorageMap",
        "metadata": {"name": name},
        "spec": {"provider": plans::providers(), "map": rows.collect::<Vec<_>>()},
    });
    world.create::<StorageMap>(NAMESPACE, map).await;
    let is_judged = |map: &StorageMap| !map.status.conditions().is_empty();
    world.until(NAMESPACE, name, is_judged).await;
}
