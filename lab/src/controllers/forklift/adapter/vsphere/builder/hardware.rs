//! The hardware of a VM.

use super::serial;
use crate::controllers::forklift::adapter::{
    base::{Hardware, HardwareDisk},
    vsphere::inventory::{Vcenter, Vm},
};

/// The hardware, or why the VM cannot be migrated.
pub fn hardware(inventory: &Vcenter, source: &Vm) -> Result<Hardware, String> {
    let name = &source.base.name;
    if source.is_template {
        return Err(format!("VM {name} is a template"));
    }
    if source.connection_state != "connected" {
        return Err(format!("VM {name} is not connected"));
    }
    let cores = source.cores_per_socket.max(1);
    let tables = inventory.tables();
    let timezone = tables.hosts.get(&source.host).map(|host| host.timezone.clone());
    let disks = source.disks_in_bus_order().into_iter().map(|disk| HardwareDisk {
        source: disk.file.clone(),
        // A warm migration names disks after the file below its snapshots.
        base: disk.base_file(),
        serial: serial::disk(&disk.serial, &source.base.id, disk.key),
        is_shared: disk.shared,
    });
    Ok(Hardware {
        sockets: source.cpu_count / cores,
        cores,
        memory: source.memory_mb << 20,
        serial: serial::vmware(&source.uuid),
        other_serial: serial::vmware(&source.instance_uuid),
        is_efi: source.firmware == "efi",
        secure_boot: source.secure_boot,
        has_tpm: source.tpm_enabled,
        nested_virtualization: source.nested_hv_enabled,
        timezone: timezone.unwrap_or_default(),
        disks: disks.collect(),
    })
}
