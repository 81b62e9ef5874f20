//! Validates the plan's hooks (`validateHooks`): each must exist, be ready, and have a step; the ServiceAccounts of
//! their pods must exist in the namespace of the pods.

use forklift_api::forklift::{Conditions as _, Hook, Plan, condition_types, pipeline_steps};
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::ResourceExt;

use crate::controllers::forklift::{
    conditions::{CRITICAL, Staging, With, condition},
    shared::Shared,
};

/// The steps that a hook can have.
const STEPS: [&str; 2] = [pipeline_steps::PRE_HOOK, pipeline_steps::POST_HOOK];

/// Checks all hooks of all VMs.
pub fn check(shared: &Shared, plan: &Plan, staging: &mut Staging) {
    let mut blame = |type_: &str, reason: &str, message: &str| {
        staging.set(condition(type_, CRITICAL, message).reason(reason));
    };
    let namespace = plan.namespace().unwrap_or_default();
    let mut has_local = false;
    for reference in plan.spec.vms.iter().flat_map(|vm| vm.hooks.iter().flatten()) {
        if !STEPS.contains(&reference.step.as_str()) {
            blame(condition_types::HOOK_STEP_NOT_VALID, "NotValid", "Hook step not valid.");
        }
        let (Some(of), Some(name)) = (&reference.hook.namespace, &reference.hook.name) else {
            blame(
                condition_types::HOOK_NOT_VALID,
                "NotSet",
                "Hook specified by: `namespace` and `name`.",
            );
            continue;
        };
        let Some(hook) = shared.cached::<Hook>(of, name) else {
            blame(condition_types::HOOK_NOT_VALID, "NotFound", "Hook not found.");
            continue;
        };
        let is_local = hook.spec.image.as_deref().is_some_and(|image| !image.is_empty());
        if hook.spec.aap.is_none() && !is_local {
            let message = "Hook must set spec.aap or spec.image for a local hook (playbook optional).";
            blame(condition_types::HOOK_NOT_VALID, "NotValid", message);
        }
        if !hook.status.is_true(condition_types::READY) {
            blame(
                condition_types::HOOK_NOT_READY,
                "NotFound",
                "Hook does not have `Ready` condition.",
            );
        }
        has_local |= is_local;
        let account = hook
            .spec
            .service_account
            .as_deref()
            .filter(|account| !account.is_empty());
        if let (Some(account), true) = (account, is_local)
            && shared.cached::<ServiceAccount>(&namespace, account).is_none()
        {
            let message = "Hook ServiceAccount not found in plan namespace.";
            blame(condition_types::HOOK_SERVICE_ACCOUNT_NOT_VALID, "NotFound", message);
        }
    }
    let account = plan
        .spec
        .service_account
        .as_deref()
        .filter(|account| !account.is_empty());
    if let (Some(account), true) = (account, has_local)
        && shared.cached::<ServiceAccount>(&namespace, account).is_none()
    {
        let message =
            format!("ServiceAccount '{account}' not found in plan namespace '{namespace}' (required for hook pods).");
        blame(condition_types::SERVICE_ACCOUNT_NOT_VALID, "NotFound", &message);
    }
}
