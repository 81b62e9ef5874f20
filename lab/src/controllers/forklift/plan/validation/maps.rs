//! Validates the plan's network map and storage map.

use std::sync::Arc;

use forklift_api::forklift::{Conditions as _, NetworkDestinationType, NetworkMap, Plan, StorageMap, condition_types};

use crate::controllers::forklift::{
    conditions::{CRITICAL, Staging, WARN, With, condition},
    pair::{is_set, names},
    shared::Shared,
};

/// Checks that the network map is ready and that its secondary networks are accessible from the target namespace.
pub fn network(shared: &Shared, plan: &Plan, staging: &mut Staging) -> Option<Arc<NetworkMap>> {
    let reference = &plan.spec.map.network;
    let not_valid = condition(
        condition_types::NETWORK_MAP_REF_NOT_VALID,
        CRITICAL,
        "Map.Network is not valid.",
    );
    if !is_set(reference) {
        staging.set(not_valid.reason("NotSet"));
        return None;
    }
    let (namespace, name) = names(reference);
    let Some(map) = shared.cached::<NetworkMap>(namespace, name) else {
        staging.set(not_valid.reason("NotFound"));
        return None;
    };
    if !map.status.is_true(condition_types::READY) {
        let message = "Map.Network does not have Ready condition.";
        staging.set(condition(condition_types::NETWORK_MAP_NOT_READY, CRITICAL, message));
        return Some(map);
    }
    let mut destinations = map.spec.map.iter().map(|row| &row.destination);
    let keeps_addresses = plan.spec.preserve_static_ips != Some(false);
    if keeps_addresses && destinations.any(|destination| destination.type_ == NetworkDestinationType::Pod) {
        let message = "Your migration plan preserves the static IPs of VMs and uses Pod Networking target network \
                       mapping. This combination isn't supported, because VM IPs aren't preserved in Pod Networking \
                       migrations.";
        staging.set(condition(
            condition_types::NET_MAP_PRESERVING_IPS_ON_POD_NETWORK,
            WARN,
            message,
        ));
    }
    let target = &plan.spec.target_namespace;
    for row in &map.spec.map {
        let destination = &row.destination;
        let namespace = destination.namespace.as_deref().unwrap_or_default();
        let is_near = namespace == target || namespace == "default";
        if destination.type_ == NetworkDestinationType::Multus && !is_near {
            let name = destination.name.as_deref().unwrap_or_default();
            let message = format!(
                "Destination NAD {namespace}/{name} must be in either the target namespace ({target}) or the default \
                 namespace. Pods cannot reference network attachment definitions from other namespaces."
            );
            staging.set(
                condition(condition_types::NET_MAP_DESTINATION_NAD_NOT_VALID, CRITICAL, message).reason("NotValid"),
            );
        }
    }
    Some(map)
}

/// Checks that the storage map is ready.
pub fn storage(shared: &Shared, plan: &Plan, staging: &mut Staging) -> Option<Arc<StorageMap>> {
    let reference = &plan.spec.map.storage;
    let not_valid = condition(
        condition_types::STORAGE_REF_NOT_VALID,
        CRITICAL,
        "Map.Storage is not valid.",
    );
    if !is_set(reference) {
        staging.set(not_valid.reason("NotSet"));
        return None;
    }
    let (namespace, name) = names(reference);
    let Some(map) = shared.cached::<StorageMap>(namespace, name) else {
        staging.set(not_valid.reason("NotFound"));
        return None;
    };
    if !map.status.is_true(condition_types::READY) {
        let message = "Map.Storage does not have Ready condition.";
        staging.set(condition(condition_types::STORAGE_MAP_NOT_READY, CRITICAL, message));
    }
    Some(map)
}
