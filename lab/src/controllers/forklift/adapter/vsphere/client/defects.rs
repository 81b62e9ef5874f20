//! Changes of a source VM for defects of the lab.

use vim25::{Client as Session, MoRef, Value};

use super::leave;
use crate::controllers::forklift::error::{Result, Tried};

/// Removes all snapshots.
pub async fn lose_snapshots(session: Session, vm: &MoRef) -> Result<()> {
    let removed = session.run_task(vm, "RemoveAllSnapshots_Task", vec![]).await;
    removed.tried(|| format!("remove the snapshots of VM '{}'", vm.id))?;
    leave(session).await;
    Ok(())
}

/// Adds a line to the notes.
pub async fn add_note(session: Session, vm: &MoRef, line: &str) -> Result<()> {
    let object = session.get(vm, &["config.annotation"]).await;
    let object = object.tried(|| format!("read the notes of VM '{}'", vm.id))?;
    let notes = object.str_at("config.annotation").unwrap_or_default();
    let spec = Value::data("VirtualMachineConfigSpec").with("annotation", format!("{notes}\n{line}"));
    let changed = session.run_task(vm, "ReconfigVM_Task", vec![("spec", spec)]).await;
    changed.tried(|| format!("change the notes of VM '{}'", vm.id))?;
    leave(session).await;
    Ok(())
}
