//! The specification of a clone. Fields stand in the order of the vSphere Web Services reference.

use vim25::{MoRef, Object, Value};

use super::hardware::{device, disks, nics};
use crate::source::{CloneRequest, Provisioning};

/// A `VirtualMachineCloneSpec` for a clone of `source` that stays switched off. `pool` is given when the source has
/// none; `mark` becomes a line of the clone's notes.
pub fn spec(source: &Object, request: &CloneRequest, pool: Option<MoRef>, mark: &str) -> Value {
    Value::data("VirtualMachineCloneSpec")
        .with("location", location(source, request.disk_type, pool))
        .with("template", false)
        .with("config", config(source, request.change_tracking, mark))
        .with("powerOn", false)
}

fn location(source: &Object, disk_type: Option<Provisioning>, pool: Option<MoRef>) -> Value {
    let transform = disk_type.map(|kind| match kind {
        Provisioning::Thin => "sparse",
        Provisioning::Thick | Provisioning::ThickZeroed => "flat",
    });
    // A transform cannot say "zeroed at once": each disk has to be named.
    let locators: Vec<Value> = match disk_type {
        Some(Provisioning::ThickZeroed) => disks(source).filter_map(eager).collect(),
        _ => Vec::new(),
    };
    Value::data("VirtualMachineRelocateSpec")
        .with_some("pool", pool)
        .with("disk", locators)
        .with_some("transform", transform)
}

fn eager(disk: &Value) -> Option<Value> {
    let backing = Value::data("VirtualDiskFlatVer2BackingInfo")
        .with("fileName", "")
        .with("diskMode", disk.str_at("backing.diskMode").unwrap_or("persistent"))
        .with("thinProvisioned", false)
        .with("eagerlyScrub", true);
    let locator = Value::data("VirtualMachineRelocateSpecDiskLocator")
        .with("diskId", i32::try_from(disk.i64_at("key")?).ok()?)
        .with("datastore", disk.moref_at("backing.datastore")?)
        .with("diskBackingInfo", backing);
    Some(locator)
}

fn config(source: &Object, change_tracking: bool, mark: &str) -> Value {
    let notes = source.str_at("config.annotation").unwrap_or_default().trim_end();
    let notes = if notes.is_empty() {
        mark.to_owned()
    } else {
        format!("{notes}\n{mark}")
    };
    let changes: Vec<Value> = nics(source).map(new_address).collect();
    let mut options = Vec::new();
    if change_tracking {
        options.push(option("ctkEnabled"));
        options.extend(disk_nodes(source).map(|node| option(&format!("{node}.ctkEnabled"))));
    }
    Value::data("VirtualMachineConfigSpec")
        .with("annotation", notes)
        .with("deviceChange", changes)
        .with("extraConfig", options)
}

fn option(key: &str) -> Value {
    Value::data("OptionValue").with("key", key).with("value", "TRUE")
}

/// Names of the SCSI disks in the configuration file, `scsi0:1`. Others track changes without an option of their own.
fn disk_nodes(source: &Object) -> impl Iterator<Item = String> {
    disks(source).filter_map(|disk| {
        let controller = device(source, disk.i64_at("controllerKey")?);
        let controller = controller.filter(|controller| controller.get("sharedBus").is_some())?;
        Some(format!(
            "scsi{}:{}",
            controller.i64_at("busNumber")?,
            disk.i64_at("unitNumber")?
        ))
    })
}

/// Asks for a new MAC address of a network card: two VMs with one address disturb each other.
fn new_address(nic: &Value) -> Value {
    let mut device = Value::data(nic.type_name().unwrap_or("VirtualEthernetCard"));
    for (field, value) in nic.fields() {
        device = match field.as_str() {
            "macAddress" => device,
            "addressType" => device.with(field, "generated"),
            // The port of a distributed switch is the original's; the clone gets one of its own.
            "backing" if value.get("port").is_some() => device.with(field, without_port(value)),
            _ => device.with(field, value.clone()),
        };
    }
    Value::data("VirtualDeviceConfigSpec")
        .with("operation", "edit")
        .with("device", device)
}

fn without_port(backing: &Value) -> Value {
    let port = Value::data("DistributedVirtualSwitchPortConnection")
        .with_some("switchUuid", backing.str_at("port.switchUuid"))
        .with_some("portgroupKey", backing.str_at("port.portgroupKey"));
    Value::data(
        backing
            .type_name()
            .unwrap_or("VirtualEthernetCardDistributedVirtualPortBackingInfo"),
    )
    .with("port", port)
}
