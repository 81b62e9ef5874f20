//! Snapshot operations: each snapshot adds a new file to the chain of every disk.

use std::time::Duration;

use vim25::{Fault, MoRef, Value};

use super::{
    super::{
        fault,
        inventory::{Snapshot, Vm},
        tasks::Work,
    },
    vm, vm_mut,
};

const CREATE: Duration = Duration::from_secs(2);
const REMOVE: Duration = Duration::from_secs(2);

/// Reference of a snapshot.
pub fn moref(id: &str) -> MoRef {
    MoRef::new("VirtualMachineSnapshot", id)
}

/// `CreateSnapshot_Task`.
pub fn create(id: &str, args: &Value) -> Result<Work, Fault> {
    let name = args
        .str_at("name")
        .filter(|name| !name.is_empty())
        .ok_or_else(|| fault::invalid_argument("name"))?;
    let (name, description) = (
        name.to_owned(),
        args.str_at("description").unwrap_or_default().to_owned(),
    );
    let quiesce = args.bool_at("quiesce").unwrap_or(false);
    let (checked, applied) = (id.to_owned(), id.to_owned());
    Ok(Work {
        entity: Vm::moref(id),
        method: "CreateSnapshot_Task",
        duration: CREATE,
        check: Box::new(move |state| {
            let vm = vm(&state.inventory, &checked)?;
            if vm.hardware.disks.iter().any(|disk| disk.shared) {
                return Err(fault::not_supported(
                    "a VM with disks that other VMs share takes no snapshots",
                ));
            }
            Ok(())
        }),
        apply: Box::new(move |state, simulator| {
            let number = state.inventory.next_number("snapshot");
            let vm = vm_mut(&mut state.inventory, &applied)?;
            let snapshot = Snapshot {
                id: format!("snapshot-{number}"),
                number: vm.snapshots.iter().map(|snapshot| snapshot.number).max().unwrap_or(0) + 1,
                name,
                description,
                created: simulator.clock.now().to_string(),
                powered_on: vm.powered_on,
                quiesced: quiesce && vm.guest.running,
                parent: vm.current_snapshot.clone(),
                hardware: vm.hardware.clone(),
            };
            let reference = moref(&snapshot.id);
            for disk in vm
                .hardware
                .disks
                .iter_mut()
                .filter(|disk| !disk.mode.starts_with("independent"))
            {
                let base = disk.parents.first().unwrap_or(&disk.file);
                let delta = format!("{}-{:06}.vmdk", base.trim_end_matches(".vmdk"), snapshot.number);
                disk.parents.push(std::mem::replace(&mut disk.file, delta));
                disk.generation += 1;
            }
            vm.current_snapshot = Some(snapshot.id.clone());
            vm.snapshots.push(snapshot);
            Ok(Some(reference.into()))
        }),
    })
}

/// `RemoveSnapshot_Task`; `owner` is the VM of the snapshot.
pub fn remove(owner: &str, id: &str, args: &Value) -> Work {
    let with_children = args.bool_at("removeChildren").unwrap_or(false);
    let (checked, applied) = ((owner.to_owned(), id.to_owned()), (owner.to_owned(), id.to_owned()));
    Work {
        entity: Vm::moref(owner),
        method: "RemoveSnapshot_Task",
        duration: REMOVE,
        check: Box::new(move |state| {
            let (owner, id) = &checked;
            vm(&state.inventory, owner)?
                .snapshot(id)
                .map(|_| ())
                .ok_or_else(|| fault::not_found(&moref(id)))
        }),
        apply: Box::new(move |state, _| {
            let (owner, id) = &applied;
            let vm = vm_mut(&mut state.inventory, owner)?;
            remove_one(vm, id, with_children);
            consolidate_disks(vm);
            Ok(None)
        }),
    }
}

/// `RemoveAllSnapshots_Task`.
pub fn remove_all(id: &str) -> Work {
    let (checked, applied) = (id.to_owned(), id.to_owned());
    Work {
        entity: Vm::moref(id),
        method: "RemoveAllSnapshots_Task",
        duration: REMOVE,
        check: Box::new(move |state| vm(&state.inventory, &checked).map(|_| ())),
        apply: Box::new(move |state, _| {
            let vm = vm_mut(&mut state.inventory, &applied)?;
            vm.snapshots.clear();
            vm.current_snapshot = None;
            consolidate_disks(vm);
            Ok(None)
        }),
    }
}

fn remove_one(vm: &mut Vm, id: &str, with_children: bool) {
    let Some(index) = vm.snapshots.iter().position(|snapshot| snapshot.id == id) else {
        return;
    };
    let removed = vm.snapshots.remove(index);
    if vm.current_snapshot.as_deref() == Some(id) {
        vm.current_snapshot.clone_from(&removed.parent);
    }
    let children = vm
        .snapshots
        .iter_mut()
        .filter(|snapshot| snapshot.parent.as_deref() == Some(id));
    let children: Vec<String> = children
        .map(|child| {
            child.parent.clone_from(&removed.parent);
            child.id.clone()
        })
        .collect();
    if with_children {
        for child in children {
            remove_one(vm, &child, true);
        }
    }
}

/// Consolidates disks: merges the files of removed snapshots into their parents.
fn consolidate_disks(vm: &mut Vm) {
    let mut depth = 0;
    let mut next = vm.current_snapshot.clone();
    while let Some(snapshot) = next.and_then(|id| vm.snapshot(&id)) {
        depth += 1;
        next = snapshot.parent.clone();
    }
    for disk in &mut vm.hardware.disks {
        if depth == 0 {
            if let Some(base) = disk.parents.drain(..).next() {
                disk.file = base;
            }
        } else {
            disk.parents.truncate(depth);
        }
    }
}
