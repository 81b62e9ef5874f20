//! What the source VM suffers after its migration when the lab has a defect: nobody reports it.

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

/// Does to the source VM what the lab was asked for.
pub async fn after_success(execution: &Execution<'_>, vm: &VmStatus) -> Result<()> {
    let name = vm.vm.name.clone().unwrap_or_default();
    let has = |defect| execution.shared.context.injections.defect(defect, &name);
    if has(DefectName::SourceLeftRunning) {
        power::power_on(execution, vm).await?;
    }
    if has(DefectName::LostSnapshot) {
        change(execution, vm, "RemoveAllSnapshots_Task", vec![]).await?;
    }
    if has(DefectName::ChangedSource) {
        let spec = Value::data("VirtualMachineConfigSpec").with("annotation", "migrated to OpenShift");
        change(execution, vm, "ReconfigVM_Task", vec![("spec", spec)]).await?;
    }
    Ok(())
}

async fn change(execution: &Execution<'_>, vm: &VmStatus, method: &str, args: Vec<(&str, Value)>) -> Result<()> {
    let client = execution.session().await?;
    let moref = moref(vm);
    let changed = client.run_task(&moref, method, args).await;
    changed.tried(|| format!("call {method} of VM '{}'", moref.id))?;
    leave(client).await;
    Ok(())
}
