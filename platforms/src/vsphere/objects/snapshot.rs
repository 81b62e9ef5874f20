//! `VirtualMachineSnapshot`.

use vim25::{MoRef, Value};

use super::{
    super::{inventory::Vm, state::State},
    entity::references,
    vm::hardware_value,
};

/// Names of properties.
pub const PROPERTIES: &[&str] = &["availableField", "childSnapshot", "config", "value", "vm"];

fn reference(id: &str) -> MoRef {
    MoRef::new("VirtualMachineSnapshot", id)
}

/// Properties of the snapshot `id`.
pub fn properties(state: &State, id: &str) -> Option<Value> {
    let (vm_id, vm, snapshot) = state
        .inventory
        .vms
        .iter()
        .find_map(|(vm_id, vm)| Some((vm_id, vm, vm.snapshot(id)?)))?;
    let children = vm.snapshots.iter().filter(|child| child.parent.as_deref() == Some(id));
    let children = children.map(|child| reference(&child.id)).collect();
    let tracking = vm.change_tracking();
    let config = Value::data("VirtualMachineConfigInfo")
        .with("name", &vm.name)
        .with("uuid", &vm.uuid)
        .with("instanceUuid", &vm.instance_uuid)
        .with(
            "hardware",
            hardware_value(&snapshot.hardware, &state.inventory, snapshot.powered_on, tracking),
        )
        .with("changeTrackingEnabled", tracking);
    Some(
        Value::data("VirtualMachineSnapshot")
            .with("config", config)
            .with("childSnapshot", references(children))
            .with("vm", Vm::moref(vm_id)),
    )
}

/// Snapshots of a VM as `VirtualMachineSnapshotInfo`; `None` if the VM has no snapshots.
pub fn tree(id: &str, vm: &Vm) -> Option<Value> {
    let current = vm.current_snapshot.as_ref()?;
    Some(
        Value::data("VirtualMachineSnapshotInfo")
            .with("currentSnapshot", reference(current))
            .with(
                "rootSnapshotList",
                Value::array("VirtualMachineSnapshotTree", branches(id, vm, None)),
            ),
    )
}

fn branches(id: &str, vm: &Vm, parent: Option<&str>) -> Vec<Value> {
    let snapshots = vm
        .snapshots
        .iter()
        .filter(|snapshot| snapshot.parent.as_deref() == parent);
    let branch = |snapshot: &super::super::inventory::Snapshot| {
        let state = if snapshot.powered_on { "poweredOn" } else { "poweredOff" };
        Value::data("VirtualMachineSnapshotTree")
            .with("snapshot", reference(&snapshot.id))
            .with("vm", Vm::moref(id))
            .with("name", &snapshot.name)
            .with("description", &snapshot.description)
            .with("id", snapshot.number)
            .with("createTime", Value::text("dateTime", &snapshot.created))
            .with("state", Value::text("VirtualMachinePowerState", state))
            .with("quiesced", snapshot.quiesced)
            .with("childSnapshotList", branches(id, vm, Some(&snapshot.id)))
            .with("replaySupported", false)
    };
    snapshots.map(branch).collect()
}
