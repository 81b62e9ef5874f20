//! What the source VM suffers during and after its migration when the lab has a defect: nobody reports it.

use forklift_api::forklift::VmStatus;
use vim25::Value;

use super::power;
use crate::{
    controllers::forklift::{
        error::{Result, Tried},
        plan::execution::{Execution, leave, moref},
    },
    injection::DefectName,
};

/// Switches the source VM of a warm migration off too early when the lab was asked for that.
pub async fn before_first_copy(execution: &Execution<'_>, vm: &VmStatus) -> Result<()> {
    let name = vm.vm.name.as_deref().unwrap_or_default();
    let injections = &execution.shared.context.injections;
    match vm.warm.is_some() && injections.defect(DefectName::SourceOffTooEarly, name) {
        true => power::power_off(execution, vm).await,
        false => Ok(()),
    }
}

/// Does to the source VM what the lab was asked for.
pub async fn after_success(execution: &Execution<'_>, vm: &VmStatus) -> Result<()> {
    let name = vm.vm.name.clone().unwrap_or_default();
    let has = |defect| execution.shared.context.injections.defect(defect, &name);
    if has(DefectName::SourceLeftRunning) {
        power::power_on(execution, vm).await?;
    }
    if !has(DefectName::LostSnapshot) && !has(DefectName::ChangedSource) {
        return Ok(());
    }
    let client = execution.session().await?;
    let moref = moref(vm);
    let tried = |what: &str| format!("{what} VM '{}'", moref.id);
    if has(DefectName::LostSnapshot) {
        let removed = client.run_task(&moref, "RemoveAllSnapshots_Task", vec![]).await;
        removed.tried(|| tried("remove the snapshots of"))?;
    }
    if has(DefectName::ChangedSource) {
        let object = client.get(&moref, &["config.annotation"]).await;
        let object = object.tried(|| tried("read the notes of"))?;
        let notes = object.str_at("config.annotation").unwrap_or_default();
        let notes = format!("{notes}\nmigrated to OpenShift");
        let spec = Value::data("VirtualMachineConfigSpec").with("annotation", notes);
        let changed = client.run_task(&moref, "ReconfigVM_Task", vec![("spec", spec)]).await;
        changed.tried(|| tried("change the notes of"))?;
    }
    leave(client).await;
    Ok(())
}
