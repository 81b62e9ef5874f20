//! The specification of disks that a VM gets. Fields stand in the order of the vSphere Web Services reference.

use std::collections::BTreeSet;

use vim25::{Object, Value};

use super::hardware;
use crate::source::{DiskMode, NewDisk, Provisioning};

/// The unit that a SCSI controller has itself.
const CONTROLLERS_OWN: i64 = 7;

/// A `VirtualMachineConfigSpec` that adds disks to the controller of the VM's first disk, in the VM's datastore.
pub fn addition(vm: &Object, wanted: &[NewDisk]) -> Result<Value, String> {
    let first = hardware::disks(vm).next();
    let controller = first.and_then(|disk| disk.i64_at("controllerKey"));
    let controller = controller.ok_or("it has no disk whose controller could take another one")?;
    let is_scsi = hardware::device(vm, controller).is_some_and(|device| device.get("sharedBus").is_some());
    let taken: BTreeSet<i64> = hardware::disks(vm)
        .filter(|disk| disk.i64_at("controllerKey") == Some(controller))
        .filter_map(|disk| disk.i64_at("unitNumber"))
        .collect();
    let is_taken = |unit: &i64| taken.contains(unit) || is_scsi && *unit == CONTROLLERS_OWN;
    let free = (0..).filter(|unit| !is_taken(unit));
    // Negative keys are names for the time of the request.
    let places = (1..).map(|number| -100 - number).zip(free);
    let changes: Vec<Value> = wanted
        .iter()
        .zip(places)
        .map(|(disk, (key, unit))| change(disk, key, controller, unit))
        .collect();
    Ok(Value::data("VirtualMachineConfigSpec").with("deviceChange", changes))
}

fn change(disk: &NewDisk, key: i64, controller: i64, unit: i64) -> Value {
    let mode = match disk.mode {
        DiskMode::Persistent => "persistent",
        DiskMode::OutsideSnapshots => "independent_persistent",
        DiskMode::Discarded => "independent_nonpersistent",
    };
    let backing = Value::data("VirtualDiskFlatVer2BackingInfo")
        .with("fileName", "")
        .with("diskMode", mode)
        .with("thinProvisioned", disk.provisioning == Provisioning::Thin)
        .with("eagerlyScrub", disk.provisioning == Provisioning::ThickZeroed);
    let small = |number: i64| i32::try_from(number).unwrap_or_default();
    let device = Value::data("VirtualDisk")
        .with("key", small(key))
        .with("backing", backing)
        .with("controllerKey", small(controller))
        .with("unitNumber", small(unit))
        .with("capacityInKB", i64::try_from(disk.bytes >> 10).unwrap_or(i64::MAX));
    Value::data("VirtualDeviceConfigSpec")
        .with("operation", "add")
        .with("fileOperation", "create")
        .with("device", device)
}

#[cfg(test)]
mod tests {
    use vim25::MoRef;

    use super::*;

    fn vm(units: &[i32]) -> Object {
        let disk = |unit: &i32| {
            Value::data("VirtualDisk")
                .with("controllerKey", 1000)
                .with("unitNumber", *unit)
        };
        let mut devices = vec![
            Value::data("ParaVirtualSCSIController")
                .with("key", 1000)
                .with("sharedBus", "noSharing"),
        ];
        devices.extend(units.iter().map(disk));
        let mut vm = Object::new(MoRef::new("VirtualMachine", "vm-1"));
        let hardware = Value::data("VirtualHardware").with("device", devices);
        vm.set("config.hardware", Some(hardware));
        vm
    }

    #[test]
    fn units_are_the_first_free_ones_but_the_controllers_own() {
        let disk = NewDisk {
            bytes: 1 << 30,
            provisioning: Provisioning::Thin,
            mode: DiskMode::Persistent,
        };
        for (taken, count, expected) in [
            (&[0, 1, 6][..], 3, &[2, 3, 4][..]),
            (&[0, 1, 2, 3, 4, 5], 2, &[6, 8]),
            (&[0], 1, &[1]),
        ] {
            let spec = addition(&vm(taken), &vec![disk; count]).unwrap();
            let changes = spec.list("deviceChange").iter();
            let units: Vec<i64> = changes
                .filter_map(|change| change.i64_at("device.unitNumber"))
                .collect();
            assert_eq!(units, expected, "{taken:?}");
        }
    }

    #[test]
    fn a_disk_is_described_as_it_is_wanted() {
        let disk = NewDisk {
            bytes: 3 << 30,
            provisioning: Provisioning::ThickZeroed,
            mode: DiskMode::OutsideSnapshots,
        };
        let spec = addition(&vm(&[0]), &[disk]).unwrap();
        let change = &spec.list("deviceChange")[0];
        assert_eq!(change.i64_at("device.capacityInKB"), Some(3 << 20));
        assert_eq!(change.str_at("device.backing.diskMode"), Some("independent_persistent"));
        let provisioning = (
            change.bool_at("device.backing.thinProvisioned"),
            change.bool_at("device.backing.eagerlyScrub"),
        );
        assert_eq!(provisioning, (Some(false), Some(true)));
    }

    #[test]
    fn a_vm_without_a_disk_is_refused() {
        assert!(addition(&vm(&[]), &[]).is_err());
    }
}
