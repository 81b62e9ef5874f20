//! Validates the plan's ServiceAccount.

use forklift_api::forklift::{Plan, condition_types};
use k8s_openapi::api::core::v1::ServiceAccount;

use crate::controllers::forklift::{
    conditions::{CRITICAL, Staging, With, condition},
    shared::Shared,
};

/// Checks that the ServiceAccount exists in the target namespace.
pub fn check(shared: &Shared, plan: &Plan, staging: &mut Staging) {
    let Some(name) = plan.spec.service_account.as_deref().filter(|name| !name.is_empty()) else {
        return;
    };
    let namespace = &plan.spec.target_namespace;
    if shared.cached::<ServiceAccount>(namespace, name).is_none() {
        let message = format!("ServiceAccount '{name}' not found in target namespace '{namespace}'.");
        staging.set(condition(condition_types::SERVICE_ACCOUNT_NOT_VALID, CRITICAL, message).reason("NotFound"));
    }
}
