//! Runs all checks of a plan in Forklift's order.

use forklift_api::forklift::{Plan, PlanStatus, condition_types};
use kube::ResourceExt;

use super::{hooks, maps, name_templates, service_account, unsimulated, vms};
use crate::controllers::forklift::{
    adapter::{PlanContext, for_provider},
    conditions::{CRITICAL, Staging, With, condition},
    error::{Error, Result},
    pair::Pair,
    shared::Shared,
    vm_names,
};

/// Validates a plan. Providers that are not ready, and maps that are not, end the validation early. Returns whether a check
/// is still running.
pub async fn validate(shared: &Shared, plan: &Plan, status: &PlanStatus, staging: &mut Staging) -> Result<bool> {
    let pair = Pair::check(shared, &plan.spec.provider, staging);
    if staging.has_any(&[
        condition_types::SOURCE_PROVIDER_NOT_VALID,
        condition_types::SOURCE_PROVIDER_NOT_READY,
    ]) {
        return Ok(false);
    }
    namespace(plan, staging);
    let network_map = maps::network(shared, plan, staging);
    let storage_map = maps::storage(shared, plan, staging);
    let (Some(source), Some(_)) = (&pair.source, &pair.destination) else {
        return Ok(false);
    };
    if staging.is_blocked() {
        return Ok(false);
    }
    unsimulated::check(plan, &pair, staging);
    if for_provider(&source.spec.type_).is_none() {
        return Ok(false);
    }
    let adapter = shared
        .inventory
        .source(&source.uid().unwrap_or_default())
        .ok_or_else(|| Error::ProviderNotReady(source.name_any()))?;
    let context = PlanContext {
        shared,
        plan,
        provider: source,
        network_map: network_map.as_deref(),
        storage_map: storage_map.as_deref(),
    };
    let validator = adapter.validator(context);
    // VM checks would fail during execution, for example because the target VM already exists.
    if !staging.has(condition_types::EXECUTING) {
        name_templates::check_vms(plan, &*adapter, &*validator, staging);
        vms::check(context, status, &*adapter, &*validator, staging).await;
    }
    service_account::check(shared, plan, staging);
    hooks::check(shared, plan, staging);
    let is_running = validator.settings(staging).await?;
    name_templates::check_plan(plan, staging);
    Ok(is_running)
}

fn namespace(plan: &Plan, staging: &mut Staging) {
    let namespace = &plan.spec.target_namespace;
    let reason = match namespace.as_str() {
        "" => "NotSet",
        name if !vm_names::is_subdomain(name) => "NotValid",
        _ => return,
    };
    let not_valid = condition(
        condition_types::NAMESPACE_NOT_VALID,
        CRITICAL,
        "Target namespace is not valid.",
    );
    staging.set(not_valid.reason(reason));
}
