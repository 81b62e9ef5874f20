//! The order of the checks.

use forklift_api::forklift::{Plan, PlanStatus};
use kube::ResourceExt;

use super::{hooks, maps, name_templates, service_account, unsimulated, vddk, vms};
use crate::controllers::forklift::{
    conditions::{CRITICAL, Staging, With, condition},
    error::{Error, Result},
    pair::Pair,
    shared::Shared,
    vm_names,
};

/// Validates a plan. Providers that are not ready, and maps that are not, end the validation early.
pub async fn validate(shared: &Shared, plan: &Plan, status: &PlanStatus, staging: &mut Staging) -> Result<()> {
    let pair = Pair::check(shared, &plan.spec.provider, staging);
    if staging.has_any(&["SourceProviderNotValid", "SourceProviderNotReady"]) {
        return Ok(());
    }
    namespace(plan, staging);
    let network_map = maps::network(shared, plan, staging);
    maps::storage(shared, plan, staging);
    let (Some(source), Some(_)) = (&pair.source, &pair.destination) else {
        return Ok(());
    };
    if staging.is_blocked() {
        return Ok(());
    }
    unsimulated::check(plan, &pair, staging);
    let inventory = shared
        .inventory
        .vsphere(&source.uid().unwrap_or_default())
        .ok_or_else(|| Error::ProviderNotReady(source.name_any()))?;
    // While VMs are on their way, they are where the checks would not have them.
    if !staging.has("Executing") {
        name_templates::of_vms(plan, &inventory, staging);
        vms::check(shared, plan, status, &inventory, network_map.as_deref(), staging).await?;
    }
    service_account::check(shared, plan, staging).await?;
    hooks::check(shared, plan, staging).await?;
    vddk::check(shared, plan, source, staging).await?;
    name_templates::of_plan(plan, staging);
    Ok(())
}

fn namespace(plan: &Plan, staging: &mut Staging) {
    let namespace = &plan.spec.target_namespace;
    let reason = match namespace.as_str() {
        "" => "NotSet",
        name if !vm_names::is_subdomain(name) => "NotValid",
        _ => return,
    };
    let not_valid = condition("NamespaceNotValid", CRITICAL, "Target namespace is not valid.");
    staging.set(not_valid.reason(reason));
}
