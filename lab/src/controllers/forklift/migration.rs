//! The Migration controller: copies the status of the plan's run, one reconcile later, to the Migration
//! (`pkg/controller/migration/controller.go`).

use std::sync::Arc;

use forklift_api::forklift::{Conditions as _, Migration, Plan, Snapshot, condition_types};
use kube::{Resource, ResourceExt, runtime::reflector::ObjectRef};
use serde_json::json;

use super::{
    conditions::{ADVISORY, CRITICAL, REQUIRED, Staging, WARN, With, condition, has, now},
    error::Result,
    pair::{is_set, names},
    plan::runs,
    resolve,
    shared::{REQUEUE, Shared},
};
use crate::controllers::{
    controller::Next,
    informer::{Informer, references},
};

/// Migrations to reconcile when their plan changes.
pub fn of_plan(migrations: &Informer<Migration>, plan: &Plan) -> Vec<ObjectRef<Migration>> {
    references(&migrations.all(), |migration| runs(migration, plan))
}

/// Reconciles a Migration.
pub async fn reconcile(shared: Arc<Shared>, mut migration: Arc<Migration>) -> Result<Next> {
    let before = migration.status.clone();
    let mut status = before.clone().unwrap_or_default();
    if status.completed.is_some() || migration.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Change);
    }
    let mut staging = Staging::begin(status.conditions.take());
    let plan = plan(&shared, &migration, &mut staging);
    if let Some(plan) = &plan {
        migration = own(&shared, migration, plan).await?;
        unknown_vms(&migration, plan, &mut staging);
    }
    let is_ready = !staging.is_blocked();
    if is_ready {
        staging.set(condition(condition_types::READY, REQUIRED, "The migration is ready."));
    }
    if let (true, Some(plan)) = (is_ready, &plan) {
        reflect(&migration, plan, &mut status, &mut staging);
    }
    status.observed_generation = migration.metadata.generation;
    let (conditions, _) = staging.end();
    status.conditions = conditions;
    shared.write_status(&*migration, before.as_ref(), &status).await?;
    Ok(if is_ready { Next::Change } else { Next::Poll(REQUEUE) })
}

/// The plan of the migration; a plan that is not ready blocks the migration.
fn plan(shared: &Shared, migration: &Migration, staging: &mut Staging) -> Option<Arc<Plan>> {
    let reference = &migration.spec.plan;
    let not_valid = condition(condition_types::PLAN_NOT_VALID, CRITICAL, "The `plan` is not valid.");
    if !is_set(reference) {
        staging.set(not_valid.reason("NotSet"));
        return None;
    }
    let (namespace, name) = names(reference);
    let Some(plan) = shared.cached::<Plan>(namespace, name) else {
        staging.set(not_valid.reason("NotFound"));
        return None;
    };
    if !plan.status.is_true(condition_types::READY) {
        let message = "The `plan` does not have Ready condition.";
        staging.set(condition(condition_types::PLAN_NOT_READY, CRITICAL, message).reason("NotFound"));
    }
    Some(plan)
}

/// Sets the plan as owner, so that the migration is deleted with the plan.
async fn own(shared: &Shared, migration: Arc<Migration>, plan: &Plan) -> Result<Arc<Migration>> {
    let uid = plan.uid().unwrap_or_default();
    if migration.owner_references().iter().any(|owner| owner.uid == uid) {
        return Ok(migration);
    }
    let owner = json!({
        "apiVersion": Plan::api_version(&()),
        "kind": "Plan",
        "name": plan.name_any(),
        "uid": uid,
    });
    let migrations = shared
        .context
        .within::<Migration>(&migration.namespace().unwrap_or_default());
    let change = json!({"metadata": {"ownerReferences": [owner]}});
    Ok(migrations.patch(&migration.name_any(), change).await?)
}

/// Warns about VMs in `spec.cancel` that the plan does not contain.
fn unknown_vms(migration: &Migration, plan: &Plan, staging: &mut Staging) {
    let known = plan.status.as_ref().map(|status| status.vms()).unwrap_or_default();
    let cancel = migration.spec.cancel.iter().flatten();
    let unknown: Vec<String> = cancel
        .filter(|reference| {
            let mut entries = known.iter().map(|vm| &vm.vm).chain(&plan.spec.vms);
            !entries.any(|vm| match reference.id.as_deref() {
                Some(id) if !id.is_empty() => vm.id.as_deref() == Some(id),
                _ => vm.name.is_some() && vm.name == reference.name,
            })
        })
        .map(resolve::text)
        .collect();
    if !unknown.is_empty() {
        staging.set(
            condition(condition_types::VM_NOT_FOUND, WARN, "VM not found.")
                .reason("NotFound")
                .items(unknown),
        );
    }
}

/// Copies the plan's state of this run. As in Forklift, a cancelled run keeps the VMs of the previous reconcile and
/// never gets a completion time.
fn reflect(
    migration: &Migration,
    plan: &Plan,
    status: &mut forklift_api::forklift::MigrationStatus,
    staging: &mut Staging,
) {
    let uid = migration.uid().unwrap_or_default();
    let Some(run) = plan.status.as_ref().and_then(|status| status.migration.as_ref()) else {
        return;
    };
    let its = |snapshot: &&Snapshot| snapshot.migration.uid == uid;
    let Some(snapshot) = run.history.iter().flatten().rev().find(its) else {
        return;
    };
    let canceled = snapshot
        .conditions
        .iter()
        .flatten()
        .find(|condition| condition.type_ == condition_types::CANCELED);
    if let Some(canceled) = canceled {
        staging.set(canceled.clone());
        return;
    }
    status.vms = run.vms.clone();
    status
        .started
        .get_or_insert_with(|| run.started.clone().unwrap_or_else(now));
    if has(&snapshot.conditions, condition_types::EXECUTING) {
        staging.set(condition(
            condition_types::RUNNING,
            ADVISORY,
            "The migration is RUNNING.",
        ));
    }
    for (type_, message) in [
        (condition_types::SUCCEEDED, "The migration has SUCCEEDED."),
        (condition_types::FAILED, "The migration has FAILED."),
    ] {
        if has(&snapshot.conditions, type_) {
            staging.set(condition(type_, ADVISORY, message).durable());
            status.completed = Some(now());
        }
    }
}
