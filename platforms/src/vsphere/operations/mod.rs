//! Operations on VMs: clone, power, reconfigure, snapshot, destroy.

mod clone;
mod destroy;
mod power;
mod reconfigure;
mod snapshot;

use std::sync::Arc;

use vim25::{Fault, Value};

use super::{
    fault,
    inventory::{Inventory, Vm},
    state::{Simulator, State},
    tasks,
};

pub use reconfigure::track_changes;

/// Calls a method of the VM `id`.
pub fn call_vm(
    simulator: &Arc<Simulator>,
    state: &mut State,
    id: &str,
    method: &str,
    args: Value,
) -> Result<Value, Fault> {
    vm(&state.inventory, id)?;
    let work = match method {
        "CloneVM_Task" => clone::work(state, id, args)?,
        "PowerOnVM_Task" => power::on(id),
        "PowerOffVM_Task" => power::off(id),
        "ReconfigVM_Task" => reconfigure::work(id, args)?,
        "Destroy_Task" => destroy::work(id),
        "CreateSnapshot_Task" => snapshot::create(id, &args)?,
        "RemoveAllSnapshots_Task" => snapshot::remove_all(id),
        "ShutdownGuest" => return power::shutdown_guest(simulator, state, id),
        _ => return Err(fault::method_not_found(&Vm::moref(id), method)),
    };
    Ok(tasks::start(simulator, state, work))
}

/// Calls a method of the snapshot `id`.
pub fn call_snapshot(
    simulator: &Arc<Simulator>,
    state: &mut State,
    id: &str,
    method: &str,
    args: &Value,
) -> Result<Value, Fault> {
    let this = snapshot::moref(id);
    let owner = state.inventory.vms.iter().find(|(_, vm)| vm.snapshot(id).is_some());
    let owner = owner
        .map(|(owner, _)| owner.clone())
        .ok_or_else(|| fault::not_found(&this))?;
    match method {
        "RemoveSnapshot_Task" => Ok(tasks::start(simulator, state, snapshot::remove(&owner, id, args))),
        _ => Err(fault::method_not_found(&this, method)),
    }
}

fn vm<'a>(inventory: &'a Inventory, id: &str) -> Result<&'a Vm, Fault> {
    inventory.vms.get(id).ok_or_else(|| fault::not_found(&Vm::moref(id)))
}

fn vm_mut<'a>(inventory: &'a mut Inventory, id: &str) -> Result<&'a mut Vm, Fault> {
    inventory.vm_mut(id).ok_or_else(|| fault::not_found(&Vm::moref(id)))
}
