//! Power operations: power on, power off, shut down.

use std::{sync::Arc, time::Duration};

use vim25::{Fault, Value};

use super::{
    super::{
        fault, guest,
        state::{Simulator, State},
        tasks::Work,
    },
    Vm, vm, vm_mut,
};

const POWER_ON: Duration = Duration::from_secs(2);
const POWER_OFF: Duration = Duration::from_secs(1);
/// Simulated time that a guest takes to shut down.
const SHUTDOWN: Duration = Duration::from_secs(10);

fn check(state: &State, id: &str, requested: bool) -> Result<(), Fault> {
    let vm = vm(&state.inventory, id)?;
    if vm.template {
        return Err(fault::not_supported("a template has no power"));
    }
    if vm.powered_on == requested {
        return Err(fault::invalid_power_state(vm.powered_on, Some(requested)));
    }
    Ok(())
}

/// `PowerOnVM_Task`.
pub fn on(id: &str) -> Work {
    let (checked, applied) = (id.to_owned(), id.to_owned());
    Work {
        entity: Vm::moref(id),
        method: "PowerOnVM_Task",
        duration: POWER_ON,
        check: Box::new(move |state| check(state, &checked, true)),
        apply: Box::new(move |state, simulator| {
            power_on(simulator, vm_mut(&mut state.inventory, &applied)?, &applied);
            Ok(None)
        }),
    }
}

/// Powers a VM on and boots its guest.
pub fn power_on(simulator: &Arc<Simulator>, vm: &mut Vm, id: &str) {
    vm.powered_on = true;
    vm.boots += 1;
    vm.boot_time = Some(simulator.clock.now().to_string());
    guest::boot(simulator, id.to_owned(), vm.boots);
}

fn power_off(vm: &mut Vm) {
    vm.powered_on = false;
    vm.guest.running = false;
}

/// `PowerOffVM_Task`.
pub fn off(id: &str) -> Work {
    let (checked, applied) = (id.to_owned(), id.to_owned());
    Work {
        entity: Vm::moref(id),
        method: "PowerOffVM_Task",
        duration: POWER_OFF,
        check: Box::new(move |state| check(state, &checked, false)),
        apply: Box::new(move |state, _| {
            power_off(vm_mut(&mut state.inventory, &applied)?);
            Ok(None)
        }),
    }
}

/// `ShutdownGuest`: returns immediately; the guest shuts down in the background.
pub fn shutdown_guest(simulator: &Arc<Simulator>, state: &State, id: &str) -> Result<Value, Fault> {
    check(state, id, false)?;
    let vm = vm(&state.inventory, id)?;
    if !vm.guest.running {
        return Err(fault::tools_unavailable());
    }
    let (background, id, boot) = (Arc::clone(simulator), id.to_owned(), vm.boots);
    tokio::spawn(async move {
        tokio::select! {
            biased;
            () = background.stop.cancelled() => return,
            () = background.clock.sleep(SHUTDOWN) => {}
        }
        background.with(|state| {
            let vm = state.inventory.vm_mut(&id);
            if let Some(vm) = vm.filter(|vm| vm.powered_on && vm.boots == boot) {
                power_off(vm);
                state.touch();
            }
        });
    });
    Ok(Value::nothing())
}
