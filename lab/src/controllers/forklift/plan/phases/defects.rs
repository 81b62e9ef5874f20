//! Defects of the lab that change the source VM during or after its migration without being reported.

use forklift_api::forklift::VmStatus;

use crate::{
    controllers::forklift::{error::Result, plan::execution::Execution},
    injection::DefectName,
};

/// Powers off the source VM of a warm migration too early, if this defect is requested.
pub async fn before_first_copy(execution: &Execution<'_>, vm: &VmStatus) -> Result<()> {
    let name = vm.vm.name.as_deref().unwrap_or_default();
    let injections = &execution.shared.context.injections;
    if vm.warm.is_some() && injections.defect(DefectName::SourceOffTooEarly, name) {
        execution.client().power_off(vm).await
    } else {
        Ok(())
    }
}

/// Applies the requested defects to the source VM after a successful migration.
pub async fn after_success(execution: &Execution<'_>, vm: &VmStatus) -> Result<()> {
    let name = vm.vm.name.clone().unwrap_or_default();
    let has = |defect| execution.shared.context.injections.defect(defect, &name);
    let client = execution.client();
    if has(DefectName::SourceLeftRunning) {
        client.power_on(vm).await?;
    }
    if has(DefectName::LostSnapshot) {
        client.lose_snapshots(vm).await?;
    }
    if has(DefectName::ChangedSource) {
        client.add_note(vm, "migrated to OpenShift").await?;
    }
    Ok(())
}
