//! Converts vSphere's VM configuration into the suite's `SourceVm`.

use std::collections::HashMap;

use vim25::{Object, Value};

use super::snapshots;
use crate::source::{Cpu, Disk, Firmware, Nic, Power, SourceVm, VmId};

/// Properties that a description or a clone needs.
pub const PATHS: &[&str] = &[
    "name",
    "parent",
    "resourcePool",
    "network",
    "datastore",
    "runtime.host",
    "runtime.powerState",
    "runtime.connectionState",
    "guest.toolsRunningStatus",
    "config.annotation",
    "config.bootOptions",
    "config.firmware",
    "config.guestId",
    "config.hardware",
    "config.uuid",
    "snapshot.rootSnapshotList",
];

/// The `guest.toolsRunningStatus` of a guest whose VMware Tools run.
pub const TOOLS_RUN: &str = "guestToolsRunning";

/// The power that a `runtime.powerState` stands for.
pub fn power(state: &Value) -> Option<Power> {
    match state.as_str()? {
        "poweredOn" => Some(Power::On),
        "poweredOff" => Some(Power::Off),
        "suspended" => Some(Power::Suspended),
        _ => None,
    }
}

fn devices(vm: &Object) -> impl Iterator<Item = &Value> {
    vm.list("config.hardware.device").iter()
}

/// The network cards among the devices.
pub fn nics(vm: &Object) -> impl Iterator<Item = &Value> {
    devices(vm).filter(|device| device.get("macAddress").is_some())
}

/// The disks among the devices.
pub fn disks(vm: &Object) -> impl Iterator<Item = &Value> {
    devices(vm).filter(|device| device.is("VirtualDisk"))
}

/// The device of this key.
pub fn device(vm: &Object, key: i64) -> Option<&Value> {
    devices(vm).find(|device| device.i64_at("key") == Some(key))
}

/// Describes a VM; `names` has the names of its networks and datastores by id. The error says why the VM cannot be
/// used.
pub fn describe(vm: &Object, names: &HashMap<String, String>) -> Result<SourceVm, String> {
    // A VM whose files are out of reach still has a name, but nothing can be done with it.
    if let Some(state @ ("inaccessible" | "invalid" | "orphaned")) = vm.str_at("runtime.connectionState") {
        return Err(format!(
            "its connection state is {state}; check that its datastore is mounted and its files are there"
        ));
    }
    let missing = |what: &str| format!("vCenter does not say its {what}");
    let number = |path: &str| {
        vm.i64_at(path)
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| *number > 0)
    };
    let cpus = number("config.hardware.numCPU").ok_or_else(|| missing("number of CPUs"))?;
    // 0 or nothing: as many cores as the server likes, which is one for each socket.
    let cores_per_socket = number("config.hardware.numCoresPerSocket").unwrap_or(1);
    let memory = number("config.hardware.memoryMB").ok_or_else(|| missing("memory"))?;
    let firmware = match vm.str_at("config.firmware") {
        Some("efi") => Firmware::Efi {
            secure_boot: vm.bool_at("config.bootOptions.efiSecureBootEnabled").unwrap_or(false),
        },
        _ => Firmware::Bios,
    };
    let power = vm
        .get("runtime.powerState")
        .and_then(power)
        .ok_or_else(|| missing("power state"))?;
    Ok(SourceVm {
        id: VmId(vm.moref.id.clone()),
        name: vm.name().to_owned(),
        power,
        cpu: Cpu {
            sockets: cpus.div_ceil(cores_per_socket),
            cores_per_socket,
        },
        guest_tools: vm.str_at("guest.toolsRunningStatus") == Some(TOOLS_RUN),
        memory_mib: u64::from(memory),
        nics: nics(vm).map(|device| nic(device, names)).collect(),
        disks: disks_in_order(vm).map(|device| disk(device, names)).collect(),
        firmware,
        tpm: devices(vm).any(|device| device.is("VirtualTPM")),
        uuid: vm.str_at("config.uuid").unwrap_or_default().to_owned(),
        guest_os: vm.str_at("config.guestId").unwrap_or_default().to_owned(),
        annotation: vm.str_at("config.annotation").unwrap_or_default().to_owned(),
        snapshots: snapshots::of(vm),
    })
}

fn label(device: &Value) -> String {
    device.str_at("deviceInfo.label").unwrap_or_default().to_owned()
}

fn nic(device: &Value, names: &HashMap<String, String>) -> Nic {
    // A port group's key is also its id; a standard network is referred to by id and by name.
    let port_group = device.str_at("backing.port.portgroupKey");
    let standard = device.moref_at("backing.network").map(|network| network.id.as_str());
    let network_id = port_group.or(standard).unwrap_or_default();
    let network = names
        .get(network_id)
        .map(String::as_str)
        .or(device.str_at("backing.deviceName"));
    Nic {
        name: label(device),
        mac: device.str_at("macAddress").unwrap_or_default().to_lowercase(),
        network_id: network_id.to_owned(),
        network: network.unwrap_or_default().to_owned(),
        connected: device.bool_at("connectable.startConnected").unwrap_or(true),
    }
}

fn disk(device: &Value, names: &HashMap<String, String>) -> Disk {
    let kilobytes = device
        .i64_at("capacityInKB")
        .map(|kilobytes| kilobytes.saturating_mul(1024));
    let bytes = device.i64_at("capacityInBytes").or(kilobytes).unwrap_or_default();
    let storage_id = device
        .moref_at("backing.datastore")
        .map(|datastore| datastore.id.clone())
        .unwrap_or_default();
    Disk {
        name: label(device),
        bytes: u64::try_from(bytes).unwrap_or_default(),
        storage: names.get(&storage_id).cloned().unwrap_or_default(),
        storage_id,
        id: device.str_at("backing.fileName").unwrap_or_default().to_owned(),
        mode: device.str_at("backing.diskMode").unwrap_or_default().to_owned(),
    }
}

/// Where a disk is plugged in. Slots sort as Forklift sorts disks: by kind of bus, controller and unit
/// (`pkg/controller/plan/adapter/vsphere/builder.go`).
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    /// Kind of its bus.
    bus: Bus,
    /// Number of its controller.
    controller: i64,
    /// Unit number on the controller.
    unit: i64,
}

/// Kinds of buses, in the order in which Forklift numbers disks (`sortedDisksAsVmware`).
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Bus {
    /// SATA.
    Sata,
    /// IDE.
    Ide,
    /// SCSI, of any kind.
    Scsi,
    /// NVMe.
    Nvme,
}

/// The disks in Forklift's order.
fn disks_in_order(vm: &Object) -> impl Iterator<Item = &Value> {
    let mut disks: Vec<&Value> = disks(vm).collect();
    disks.sort_by_key(|disk| slot(vm, disk));
    disks.into_iter()
}

fn slot(vm: &Object, disk: &Value) -> Slot {
    let key = disk.i64_at("controllerKey").unwrap_or_default();
    let controller = device(vm, key).and_then(Value::type_name);
    Slot {
        bus: match controller {
            Some("VirtualAHCIController" | "VirtualSATAController") => Bus::Sata,
            Some("VirtualIDEController") => Bus::Ide,
            Some("VirtualNVMEController") => Bus::Nvme,
            _ => Bus::Scsi,
        },
        controller: key,
        unit: disk.i64_at("unitNumber").unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use vim25::MoRef;

    use super::*;

    fn object(properties: Vec<(&str, Value)>) -> Object {
        let mut object = Object::new(MoRef::new("VirtualMachine", "vm-1"));
        for (path, value) in properties {
            object.set(path, Some(value));
        }
        object
    }

    fn hardware() -> Value {
        let disk = Value::data("VirtualDisk").with("capacityInKB", 1024_i64).with(
            "backing",
            Value::data("VirtualDiskFlatVer2BackingInfo").with("datastore", MoRef::new("Datastore", "datastore-1")),
        );
        let port = Value::data("DistributedVirtualSwitchPortConnection").with("portgroupKey", "dvportgroup-2");
        let nic = Value::data("VirtualVmxnet3")
            .with(
                "backing",
                Value::data("VirtualEthernetCardDistributedVirtualPortBackingInfo").with("port", port),
            )
            .with(
                "connectable",
                Value::data("VirtualDeviceConnectInfo").with("startConnected", false),
            )
            .with("macAddress", "00:50:56:AB:CD:EF");
        Value::data("VirtualHardware")
            .with("numCPU", 6)
            .with("numCoresPerSocket", 2)
            .with("memoryMB", 2048)
            .with("device", vec![disk, nic])
    }

    #[test]
    fn hardware_is_described_in_the_suites_words() {
        let vm = object(vec![
            ("runtime.powerState", "poweredOff".into()),
            ("config.hardware", hardware()),
            ("config.firmware", "efi".into()),
            (
                "config.bootOptions",
                Value::data("VirtualMachineBootOptions").with("efiSecureBootEnabled", true),
            ),
        ]);
        let names = HashMap::from([
            ("datastore-1".to_owned(), "LocalDS_0".to_owned()),
            ("dvportgroup-2".to_owned(), "cnv-test".to_owned()),
        ]);
        let vm = describe(&vm, &names).unwrap();
        assert_eq!(
            vm.cpu,
            Cpu {
                sockets: 3,
                cores_per_socket: 2
            }
        );
        assert_eq!(vm.firmware, Firmware::Efi { secure_boot: true });
        assert_eq!(
            (vm.disks[0].bytes, vm.disks[0].storage.as_str()),
            (1 << 20, "LocalDS_0")
        );
        assert_eq!(vm.nics[0].mac, "00:50:56:ab:cd:ef");
        assert_eq!((vm.nics[0].network.as_str(), vm.nics[0].connected), ("cnv-test", false));
    }

    #[test]
    fn disks_are_ordered_by_bus_controller_and_unit() {
        let controller = |kind: &str, key: i32| Value::data(kind).with("key", key);
        let disk = |number: i32, controller: i32, unit: i32| {
            let label = Value::data("Description").with("label", format!("Hard disk {number}").as_str());
            Value::data("VirtualDisk")
                .with("deviceInfo", label)
                .with("controllerKey", controller)
                .with("unitNumber", unit)
        };
        let devices = vec![
            controller("VirtualAHCIController", 15000),
            controller("ParaVirtualSCSIController", 1000),
            controller("ParaVirtualSCSIController", 1001),
            disk(2, 1001, 0),
            disk(3, 1000, 1),
            disk(4, 1000, 0),
            disk(1, 15000, 0),
        ];
        let hardware = Value::data("VirtualHardware")
            .with("numCPU", 1)
            .with("memoryMB", 1024)
            .with("device", devices);
        let vm = object(vec![
            ("runtime.powerState", "poweredOff".into()),
            ("config.hardware", hardware),
        ]);
        let vm = describe(&vm, &HashMap::new()).unwrap();
        let order: Vec<&str> = vm.disks.iter().map(|disk| disk.name.as_str()).collect();
        assert_eq!(order, ["Hard disk 1", "Hard disk 4", "Hard disk 3", "Hard disk 2"]);
    }

    #[test]
    fn a_vm_whose_files_are_out_of_reach_is_refused() {
        let vm = object(vec![
            ("runtime.connectionState", "inaccessible".into()),
            ("config.hardware", hardware()),
        ]);
        assert!(describe(&vm, &HashMap::new()).unwrap_err().contains("inaccessible"));
    }
}
