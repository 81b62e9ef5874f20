//! `ReconfigVM_Task`: applies a `VirtualMachineConfigSpec`.

use std::time::Duration;

use vim25::{Fault, MoRef, Value};

use super::{
    super::{
        fault,
        hardware::{Controller, ControllerKind, Disk, Firmware, KIB, Nic, NicKind},
        identity,
        inventory::{Inventory, Vm},
        tasks::Work,
    },
    vm,
};

const RECONFIGURE: Duration = Duration::from_secs(1);

/// `ReconfigVM_Task`.
pub fn work(id: &str, args: Value) -> Result<Work, Fault> {
    let spec = args.get("spec").ok_or_else(|| fault::invalid_argument("spec"))?.clone();
    let (checked, applied) = (id.to_owned(), id.to_owned());
    Ok(Work {
        entity: Vm::moref(id),
        method: "ReconfigVM_Task",
        duration: RECONFIGURE,
        check: Box::new(move |state| vm(&state.inventory, &checked).map(|_| ())),
        apply: Box::new(move |state, _| {
            // Apply all changes to a copy, so that a failure changes nothing.
            let mut changed = vm(&state.inventory, &applied)?.clone();
            apply(&mut state.inventory, &mut changed, &spec)?;
            changed.revision += 1;
            state.inventory.put_vm(applied, changed);
            Ok(None)
        }),
    })
}

/// Applies a `VirtualMachineConfigSpec`. Fields that the simulator does not support are rejected, not ignored.
pub fn apply(inventory: &mut Inventory, vm: &mut Vm, spec: &Value) -> Result<(), Fault> {
    let mut tracking = None;
    for (field, value) in spec.fields() {
        let invalid = || fault::invalid_argument(&format!("spec.{field}"));
        let number = || {
            value
                .as_i64()
                .and_then(|number| i32::try_from(number).ok())
                .filter(|number| *number > 0)
        };
        match field.as_str() {
            "name" => rename(
                inventory,
                vm,
                value.as_str().filter(|name| !name.is_empty()).ok_or_else(invalid)?,
            )?,
            "annotation" => value.as_str().unwrap_or_default().clone_into(&mut vm.annotation),
            "numCPUs" => {
                powered_off(vm)?;
                vm.hardware.cpus = number().ok_or_else(invalid)?;
            }
            "numCoresPerSocket" => {
                powered_off(vm)?;
                vm.hardware.cores_per_socket = number().ok_or_else(invalid)?;
            }
            "memoryMB" => {
                powered_off(vm)?;
                vm.hardware.memory_mb = number().filter(|memory| memory % 4 == 0).ok_or_else(invalid)?;
            }
            "nestedHVEnabled" => vm.hardware.nested = value.as_bool().ok_or_else(invalid)?,
            "firmware" => {
                powered_off(vm)?;
                vm.hardware.firmware = match value.as_str() {
                    Some("bios") => Firmware::Bios,
                    Some("efi") => Firmware::Efi,
                    _ => return Err(invalid()),
                };
            }
            "changeTrackingEnabled" => tracking = Some(value.as_bool().ok_or_else(invalid)?),
            "extraConfig" => {
                for option in value.as_array() {
                    let key = option.str_at("key").ok_or_else(invalid)?;
                    vm.set_option(key, option.str_at("value").unwrap_or_default());
                }
            }
            "deviceChange" => {
                for change in value.as_array() {
                    change_device(inventory, vm, change)?;
                }
                settle_controller_keys(vm);
            }
            // Clients send a part of the specification as an empty element if they set none of its fields.
            _ if value.fields().is_empty() && value.as_str().is_none_or(str::is_empty) => {}
            unknown => return Err(fault::not_supported(&format!("VirtualMachineConfigSpec.{unknown}"))),
        }
    }
    if vm.hardware.cpus % vm.hardware.cores_per_socket != 0 {
        return Err(fault::invalid_argument("spec.numCoresPerSocket"));
    }
    if let Some(tracking) = tracking {
        track_changes(vm, tracking);
    }
    Ok(())
}

/// Enables or disables changed block tracking of a VM and all its disks.
pub fn track_changes(vm: &mut Vm, on: bool) {
    let value = if on { "TRUE" } else { "FALSE" };
    vm.set_option("ctkEnabled", value);
    let nodes: Vec<String> = vm
        .hardware
        .disks
        .iter()
        .filter_map(|disk| vm.hardware.disk_node(disk))
        .collect();
    for node in nodes {
        vm.set_option(&format!("{node}.ctkEnabled"), value);
    }
}

fn powered_off(vm: &Vm) -> Result<(), Fault> {
    if vm.powered_on {
        Err(fault::invalid_power_state(true, Some(false)))
    } else {
        Ok(())
    }
}

fn rename(inventory: &Inventory, vm: &mut Vm, name: &str) -> Result<(), Fault> {
    let taken = inventory
        .vms
        .iter()
        .find(|(_, other)| other.folder == vm.folder && other.name == name && other.instance_uuid != vm.instance_uuid);
    if let Some((id, _)) = taken {
        return Err(fault::duplicate_name(name, &Vm::moref(id)));
    }
    name.clone_into(&mut vm.name);
    Ok(())
}

/// Reads a reference and checks its type and that its object exists; `None` if the field is absent.
pub fn reference_at(inventory: &Inventory, value: &Value, path: &str, kind: &str) -> Result<Option<MoRef>, Fault> {
    let Some(moref) = value.moref_at(path) else {
        return Ok(None);
    };
    if moref.kind != kind {
        return Err(fault::invalid_argument(path));
    }
    if !inventory.contains(moref) {
        return Err(fault::not_found(moref));
    }
    Ok(Some(moref.clone()))
}

fn change_device(inventory: &mut Inventory, vm: &mut Vm, change: &Value) -> Result<(), Fault> {
    let device = change
        .get("device")
        .ok_or_else(|| fault::invalid_argument("spec.deviceChange.device"))?;
    let kind = device.type_name().unwrap_or_default();
    let operation = change.str_at("operation").unwrap_or_default();
    let key = device
        .i64_at("key")
        .and_then(|key| i32::try_from(key).ok())
        .unwrap_or(-1);
    let unknown_device = || fault::invalid_argument("spec.deviceChange.device.key");
    if kind == "VirtualDisk" {
        let known = vm.hardware.disks.iter().position(|disk| disk.key == key);
        match (operation, known) {
            ("add", _) => add_disk(inventory, vm, device),
            ("edit", Some(index)) => edit_disk(vm, index, device),
            ("remove", Some(index)) => {
                vm.hardware.disks.remove(index);
                Ok(())
            }
            _ => Err(unknown_device()),
        }
    } else if let Some(nic_kind) = NicKind::from_type_name(kind) {
        let known = vm.hardware.nics.iter().position(|nic| nic.key == key);
        match (operation, known) {
            ("add", _) => add_nic(inventory, vm, nic_kind, device),
            ("edit", Some(index)) => edit_nic(inventory, vm, index, device),
            ("remove", Some(index)) => {
                vm.hardware.nics.remove(index);
                Ok(())
            }
            _ => Err(unknown_device()),
        }
    } else if let Some(controller_kind) = ControllerKind::from_type_name(kind) {
        let known = vm
            .hardware
            .controllers
            .iter()
            .position(|controller| controller.key == key);
        match (operation, known) {
            ("add", _) => add_controller(vm, controller_kind, key, device),
            ("remove", Some(index)) if !vm.hardware.disks.iter().any(|disk| disk.controller == key) => {
                vm.hardware.controllers.remove(index);
                Ok(())
            }
            _ => Err(unknown_device()),
        }
    } else {
        Err(fault::not_supported(&format!("{operation} of a {kind}")))
    }
}

/// Adds a controller. A negative key is temporary: disks in the same request refer to the controller by this key.
fn add_controller(vm: &mut Vm, kind: ControllerKind, key: i32, device: &Value) -> Result<(), Fault> {
    let free = (0..4).find(|bus| {
        !vm.hardware
            .controllers
            .iter()
            .any(|known| known.kind.first_key() == kind.first_key() && known.bus == *bus)
    });
    let bus = free.ok_or_else(|| fault::invalid_argument("spec.deviceChange.device.busNumber"))?;
    let wanted = device.i64_at("busNumber").and_then(|bus| i32::try_from(bus).ok());
    let bus = wanted.filter(|wanted| *wanted >= bus).unwrap_or(bus);
    vm.hardware.controllers.push(Controller {
        key: if key < 0 { key } else { kind.first_key() + bus },
        kind,
        bus,
        shared: matches!(device.str_at("sharedBus"), Some("virtualSharing" | "physicalSharing")),
    });
    Ok(())
}

/// Replaces temporary controller keys by final ones, in the controllers and their disks.
fn settle_controller_keys(vm: &mut Vm) {
    let hardware = &mut vm.hardware;
    for controller in hardware.controllers.iter_mut().filter(|controller| controller.key < 0) {
        let temporary = controller.key;
        controller.key = controller.kind.first_key() + controller.bus;
        for disk in hardware.disks.iter_mut().filter(|disk| disk.controller == temporary) {
            disk.controller = controller.key;
        }
    }
}

fn bytes(device: &Value) -> Option<i64> {
    let kilobytes = device.i64_at("capacityInKB").map(|kilobytes| kilobytes * KIB);
    device
        .i64_at("capacityInBytes")
        .or(kilobytes)
        .filter(|bytes| *bytes > 0)
}

fn add_disk(inventory: &mut Inventory, vm: &mut Vm, device: &Value) -> Result<(), Fault> {
    let invalid = |field: &str| fault::invalid_argument(&format!("spec.deviceChange.device.{field}"));
    let wanted = device.i64_at("controllerKey").ok_or_else(|| invalid("controllerKey"))?;
    let controller = vm
        .hardware
        .controllers
        .iter()
        .find(|controller| i64::from(controller.key) == wanted);
    let controller = controller.cloned().ok_or_else(|| invalid("controllerKey"))?;
    let unit = device
        .i64_at("unitNumber")
        .and_then(|unit| i32::try_from(unit).ok())
        .filter(|unit| *unit >= 0);
    let unit = unit.unwrap_or_else(|| vm.hardware.free_unit(&controller));
    let taken = vm
        .hardware
        .disks
        .iter()
        .any(|disk| disk.controller == controller.key && disk.unit == unit);
    if taken || (controller.kind.is_scsi() && unit == 7) {
        return Err(invalid("unitNumber"));
    }
    let bytes = bytes(device).ok_or_else(|| invalid("capacityInKB"))?;
    let backing = device.get("backing").ok_or_else(|| invalid("backing"))?;
    let path = backing.str_at("fileName").unwrap_or_default();
    let (named, file) = split_path(path);
    let datastore = match reference_at(inventory, backing, "datastore", "Datastore")? {
        Some(datastore) => datastore.id,
        None if named.is_empty() => vm.datastore.clone(),
        None => {
            let known = inventory
                .datastores
                .iter()
                .find(|(_, datastore)| datastore.name == named);
            known
                .map(|(id, _)| id.clone())
                .ok_or_else(|| invalid("backing.fileName"))?
        }
    };
    let number = inventory.next_number("disk");
    let file = if file.is_empty() {
        format!("{0}/{0}_{number}.vmdk", vm.directory)
    } else {
        file.to_owned()
    };
    let thin = backing.bool_at("thinProvisioned").unwrap_or(false);
    let allocated = if thin { 0 } else { bytes };
    if allocated > inventory.free(&datastore) {
        return Err(fault::no_disk_space(
            inventory
                .datastores
                .get(&datastore)
                .map_or("", |datastore| &datastore.name),
        ));
    }
    vm.hardware.disks.push(Disk {
        key: vm.hardware.disk_key(&controller, unit),
        controller: controller.key,
        unit,
        bytes,
        allocated,
        datastore,
        uuid: identity::disk_uuid(&file),
        file,
        parents: Vec::new(),
        generation: 0,
        thin,
        eager: !thin && backing.bool_at("eagerlyScrub").unwrap_or(false),
        mode: backing.str_at("diskMode").unwrap_or("persistent").to_owned(),
        shared: backing.str_at("sharing") == Some("sharingMultiWriter"),
    });
    Ok(())
}

/// Splits `[LocalDS_0] vm/vm.vmdk` into the name of the datastore and the path.
fn split_path(path: &str) -> (&str, &str) {
    match path.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((datastore, file)) => (datastore, file.trim()),
        None => ("", path.trim()),
    }
}

fn edit_disk(vm: &mut Vm, index: usize, device: &Value) -> Result<(), Fault> {
    let has_snapshots = !vm.snapshots.is_empty();
    let Some(disk) = vm.hardware.disks.get_mut(index) else {
        return Ok(());
    };
    if let Some(bytes) = bytes(device).filter(|bytes| *bytes != disk.bytes) {
        if bytes < disk.bytes || has_snapshots {
            return Err(fault::invalid_argument("spec.deviceChange.device.capacityInKB"));
        }
        disk.bytes = bytes;
        if !disk.thin {
            disk.allocated = bytes;
        }
    }
    if let Some(mode) = device.str_at("backing.diskMode") {
        mode.clone_into(&mut disk.mode);
    }
    if let Some(sharing) = device.str_at("backing.sharing") {
        disk.shared = sharing == "sharingMultiWriter";
    }
    Ok(())
}

/// Returns the network of a backing, if any.
fn network(inventory: &Inventory, device: &Value) -> Result<Option<String>, Fault> {
    let Some(backing) = device.get("backing") else {
        return Ok(None);
    };
    let port_group = backing.str_at("port.portgroupKey");
    let known = if let Some(key) = port_group {
        inventory.networks.get_key_value(key)
    } else if let Some(moref) = backing.moref_at("network") {
        inventory.networks.get_key_value(&moref.id)
    } else {
        let name = backing.str_at("deviceName");
        inventory
            .networks
            .iter()
            .find(|(_, network)| Some(network.name.as_str()) == name)
    };
    let invalid = || fault::invalid_argument("spec.deviceChange.device.backing");
    known.map(|(id, _)| Some(id.clone())).ok_or_else(invalid)
}

/// Returns MAC address and address type of a device: the manual address, or a new one.
fn address(inventory: &mut Inventory, device: &Value) -> (String, String) {
    let manual = device.str_at("macAddress").filter(|mac| !mac.is_empty());
    match (device.str_at("addressType"), manual) {
        (Some("manual"), Some(mac)) => (mac.to_lowercase(), "manual".to_owned()),
        _ => (inventory.next_mac(), "assigned".to_owned()),
    }
}

fn add_nic(inventory: &mut Inventory, vm: &mut Vm, kind: NicKind, device: &Value) -> Result<(), Fault> {
    let invalid = || fault::invalid_argument("spec.deviceChange.device.backing");
    let network = network(inventory, device)?.ok_or_else(invalid)?;
    let (mac, address_type) = address(inventory, device);
    vm.hardware.nics.push(Nic {
        key: vm.hardware.next_nic_key(),
        kind,
        mac,
        address_type,
        network,
        start_connected: device.bool_at("connectable.startConnected").unwrap_or(true),
    });
    Ok(())
}

fn edit_nic(inventory: &mut Inventory, vm: &mut Vm, index: usize, device: &Value) -> Result<(), Fault> {
    let network = network(inventory, device)?;
    let Some(nic) = vm.hardware.nics.get_mut(index) else {
        return Ok(());
    };
    if let Some(network) = network {
        nic.network = network;
    }
    if let Some(connected) = device.bool_at("connectable.startConnected") {
        nic.start_connected = connected;
    }
    let same_mac = device
        .str_at("macAddress")
        .is_none_or(|mac| mac.eq_ignore_ascii_case(&nic.mac));
    let same_type = device
        .str_at("addressType")
        .is_none_or(|kind| kind.eq_ignore_ascii_case(&nic.address_type));
    if !(same_mac && same_type) {
        (nic.mac, nic.address_type) = address(inventory, device);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datastore_paths_are_split() {
        for (path, datastore, file) in [
            ("[LocalDS_0] vm/vm.vmdk", "LocalDS_0", "vm/vm.vmdk"),
            ("[LocalDS_0]", "LocalDS_0", ""),
            ("", "", ""),
        ] {
            assert_eq!(split_path(path), (datastore, file));
        }
    }
}
