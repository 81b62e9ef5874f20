//! `Destroy_Task`: deletes a VM with its disks.

use std::time::Duration;

use super::{
    super::{fault, tasks::Work},
    Vm, vm,
};

const DESTROY: Duration = Duration::from_secs(1);

/// `Destroy_Task`.
pub fn work(id: &str) -> Work {
    let (checked, applied) = (id.to_owned(), id.to_owned());
    Work {
        entity: Vm::moref(id),
        method: "Destroy_Task",
        duration: DESTROY,
        check: Box::new(move |state| {
            let vm = vm(&state.inventory, &checked)?;
            if vm.powered_on {
                return Err(fault::invalid_power_state(true, Some(false)));
            }
            Ok(())
        }),
        apply: Box::new(move |state, _| {
            state.remove_vm(&applied);
            Ok(None)
        }),
    }
}
