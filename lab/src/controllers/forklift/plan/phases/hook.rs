//! Hook phases: creates the Job of a hook and waits for its end (`pkg/controller/plan/hook.go`).

use std::sync::Arc;

use forklift_api::forklift::{Hook, VmStatus};
use k8s_openapi::api::{batch::v1::Job, core::v1::ConfigMap};
use kube::ResourceExt;
use serde_json::json;

use super::run::Outcome;
use crate::{
    controllers::forklift::{
        error::Result,
        plan::{
            builder,
            execution::{Execution, selector},
            phase::Phase,
            pipeline::{Timed, current, fill},
        },
        release::HOOK_RETRY,
    },
    injection::DefectName,
};

/// Creates the hook's Job, or checks its status.
pub async fn follow(execution: &Execution<'_>, vm: &mut VmStatus, phase: Phase) -> Result<Outcome> {
    let Some(hook) = hook_of(execution, vm, phase) else {
        return Ok(refused(vm, phase, "Hook not found.".to_owned()));
    };
    let name = vm.vm.name.clone().unwrap_or_default();
    let injections = &execution.shared.context.injections;
    let is_first = execution
        .plan
        .spec
        .vms
        .first()
        .is_some_and(|first| first.id == vm.vm.id);
    let is_one_of_the_rest = !is_first && injections.defect(DefectName::HookOfFirstVmOnly, &name);
    if is_one_of_the_rest || injections.defect(DefectName::HookSkipped, &name) {
        return Ok(passed(vm, phase));
    }
    let job = match find(execution, vm, phase, &hook).await {
        Some(job) => job,
        None => make(execution, vm, phase, &hook).await?,
    };
    let status = job.status.clone().unwrap_or_default();
    let mut conditions = status.conditions.iter().flatten();
    if let Some(failed) = conditions.find(|condition| condition.type_ == "Failed" && condition.status == "True") {
        let message = failed.message.clone().unwrap_or_default();
        return Ok(refused(vm, phase, message));
    }
    if status.failed.unwrap_or_default() > HOOK_RETRY {
        return Ok(refused(vm, phase, "Retry limit exceeded.".to_owned()));
    }
    Ok(if status.succeeded.unwrap_or_default() > 0 {
        passed(vm, phase)
    } else {
        Outcome::Stays
    })
}

/// The first hook of the VM for this step.
fn hook_of(execution: &Execution<'_>, vm: &VmStatus, phase: Phase) -> Option<Arc<Hook>> {
    let mut hooks = vm.vm.hooks.iter().flatten();
    let wanted = hooks.find(|hook| hook.step == phase.name())?;
    let (namespace, name) = (wanted.hook.namespace.as_deref(), wanted.hook.name.as_deref());

    execution
        .shared
        .cached(namespace.unwrap_or_default(), name.unwrap_or_default())
}

async fn find(execution: &Execution<'_>, vm: &VmStatus, phase: Phase, hook: &Hook) -> Option<Arc<Job>> {
    let jobs = execution.shared.context.within::<Job>(&own_namespace(execution));
    let labels = selector(&builder::hook_labels(execution, vm, phase, hook));
    jobs.list(&labels).await.into_iter().next()
}

/// Creates ConfigMap and Job; the Job owns the ConfigMap.
async fn make(execution: &Execution<'_>, vm: &VmStatus, phase: Phase, hook: &Hook) -> Result<Arc<Job>> {
    let (cluster, namespace) = (execution.shared.context.cluster(), own_namespace(execution));
    let maps = cluster.within::<ConfigMap>(&namespace);
    let map = builder::hook_config_map(execution, vm, phase, hook)?;
    let map = maps.create(&map).await?.unwrap_or_else(|| Arc::new(map));
    let job = builder::hook_job(execution, vm, phase, hook, &map.name_any())?;
    let jobs = cluster.within::<Job>(&namespace);
    let job = jobs.create(&job).await?.unwrap_or_else(|| Arc::new(job));
    let owner = json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "name": job.name_any(),
        "uid": job.uid(),
    });
    let change = json!({"metadata": {"ownerReferences": [owner]}});
    maps.patch(&map.name_any(), change).await?;
    Ok(job)
}

fn own_namespace(execution: &Execution<'_>) -> String {
    execution.plan.namespace().unwrap_or_default()
}

fn passed(vm: &mut VmStatus, phase: Phase) -> Outcome {
    if let Some(step) = current(vm, phase) {
        fill(step);
    }
    Outcome::Passed
}

fn refused(vm: &mut VmStatus, phase: Phase, reason: String) -> Outcome {
    if let Some(step) = current(vm, phase) {
        step.mark_completed();
    }
    Outcome::Refused(reason)
}
