//! Cancels VMs: one reconcile records the cancel, the next executes it (`pkg/controller/plan/migration.go`: `Cancel`).

use std::sync::Arc;

use forklift_api::forklift::{Migration, Plan, PlanMigration, VmStatus, condition_types};
use kube::ResourceExt;

use super::{
    cleanup::{self, Extent},
    execution::Execution,
    phase::Phase,
    phases,
    pipeline::{Timed, complete_started},
};
use crate::{
    controllers::forklift::{
        conditions::{ADVISORY, With, condition, has, set},
        error::{Result, chain},
        resolve::Resolved,
        shared::Shared,
    },
    injection::DefectName,
};

/// Whether `spec.cancel` of the Migration contains this VM. References that the inventory does not know are ignored.
pub fn is_requested(execution: &Execution<'_>, vm: &VmStatus) -> bool {
    let migration = execution.migration.as_ref();
    let mut asked = migration
        .into_iter()
        .flat_map(|migration| migration.spec.cancel.iter().flatten());
    asked.any(|reference| {
        let (id, name) = (reference.id.as_deref(), reference.name.as_deref());
        match execution.inventory().vm(id, name) {
            Resolved::One(source) => vm.vm.id.as_deref() == Some(source.id.as_str()),
            _ => false,
        }
    })
}

/// Records a cancel, which the next reconcile executes.
pub fn record(vm: &mut VmStatus, reason: &str) {
    let canceled = condition(condition_types::CANCELED, ADVISORY, "The migration has been canceled.").reason(reason);
    set(&mut vm.conditions, canceled.durable());
    vm.phase = Phase::Completed.name().into();
}

/// Cleans up after VMs whose cancel was recorded, and powers on their source VMs if they ran before. A failed clean-up
/// does not keep a VM from being completed.
pub async fn execute_recorded(
    shared: &Shared,
    plan: &Plan,
    migration: Option<Arc<Migration>>,
    state: &mut PlanMigration,
) {
    let canceled = |vm: &VmStatus| has(&vm.conditions, condition_types::CANCELED) && !vm.is_completed();
    if !state.vms.iter().flatten().any(canceled) {
        return;
    }
    let execution = match Execution::for_plan(shared, plan, migration).await {
        Ok(execution) => Some(execution),
        Err(error) => {
            tracing::warn!(error = %chain(&error), plan = %plan.name_any(), "canceled VMs are not cleaned up");
            None
        }
    };
    for vm in state.vms.iter_mut().flatten().filter(|vm| canceled(vm)) {
        if let Some(execution) = &execution {
            phases::abandon_snapshot(execution, vm).await;
        }
        if let Some(execution) = &execution
            && let Err(error) = undo(execution, vm).await
        {
            tracing::warn!(error = %chain(&error), vm = ?vm.vm.name, "canceled VM is not cleaned up");
        }
        complete_started(vm);
        vm.mark_completed();
    }
}

async fn undo(execution: &Execution<'_>, vm: &VmStatus) -> Result<()> {
    cleanup::clean(execution, vm, Extent::Canceled).await?;
    let name = vm.vm.name.as_deref().unwrap_or_default();
    let injections = &execution.shared.context.injections;
    if vm.restore_power_state.as_deref() == Some("On") && !injections.defect(DefectName::SourceLeftOff, name) {
        execution.client().power_on(vm).await?;
    }
    Ok(())
}
