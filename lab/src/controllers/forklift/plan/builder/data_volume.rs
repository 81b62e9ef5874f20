//! DataVolumes: one empty volume for each disk, which virt-v2v fills.

use forklift_api::{
    cdi::DataVolume,
    forklift::{StoragePair, VmStatus},
};
use serde_json::json;

use super::quantity;
use crate::{
    controllers::{
        forklift::{
            error::Result,
            inventory::vsphere::{Disk, Vm},
            plan::{
                execution::{Execution, template_name},
                phases::{DISK_INDEX, DISK_SOURCE},
            },
            resolve::{self, Resolved},
            template::DiskName,
        },
        objects,
    },
    injection::DefectName,
};

/// The DataVolumes of a VM in bus order, or why there are none.
pub fn data_volumes(execution: &Execution<'_>, vm: &VmStatus) -> Result<Result<Vec<DataVolume>, String>> {
    let source = execution.source_vm(vm)?;
    let disks = source.disks_in_bus_order();
    let mut volumes = Vec::new();
    for (index, disk) in disks.iter().enumerate() {
        let Some(pair) = storage(execution, disk) else {
            return Ok(Err(format!(
                "failed to find the storage map entry of disk '{}'",
                disk.file
            )));
        };
        let is_last = index + 1 == disks.len();
        let size = size(execution, &source, disk, is_last);
        volumes.push(data_volume(execution, vm, disk, index, size, &pair)?);
    }
    Ok(Ok(volumes))
}

/// The capacity, rounded up to whole MiB.
fn size(execution: &Execution<'_>, vm: &Vm, disk: &Disk, is_last: bool) -> i64 {
    let injections = &execution.shared.context.injections;
    let mebibytes = disk.mebibytes();
    let mebibytes = match is_last && injections.defect(DefectName::ShrunkDisk, &vm.base.name) {
        true => (mebibytes / 2).max(1),
        false => mebibytes,
    };
    mebibytes << 20
}

/// What the storage map says about a disk's datastore.
fn storage(execution: &Execution<'_>, disk: &Disk) -> Option<StoragePair> {
    let pairs = execution.storage_map.spec.map.iter();
    let mut of_disk = pairs.filter(|pair| {
        let (id, name) = (pair.source.id.as_deref(), pair.source.name.as_deref());
        let resolved = resolve::datastore(&execution.inventory, id, name);
        matches!(resolved, Resolved::One(store) if store.id == disk.datastore.id)
    });
    of_disk.next().cloned()
}

fn data_volume(
    execution: &Execution<'_>,
    vm: &VmStatus,
    disk: &Disk,
    index: usize,
    size: i64,
    pair: &StoragePair,
) -> Result<DataVolume> {
    let plan = execution.plan.metadata.name.clone().unwrap_or_default();
    let name = DiskName {
        plan: &plan,
        target_vm: &template_name(vm),
        index,
    };
    let labels = execution.vm_labels(vm);
    // The labels are annotations too.
    let mut annotations = labels.clone();
    annotations.insert("cdi.kubevirt.io/storage.deleteAfterCompletion".into(), "false".into());
    annotations.insert(DISK_SOURCE.into(), disk.file.clone());
    annotations.insert(DISK_INDEX.into(), index.to_string());
    let destination = &pair.destination;
    let mut storage = json!({
        "resources": {"requests": {"storage": quantity::bytes(size)}},
        "storageClassName": destination.storage_class,
    });
    if let Some(mode) = destination.access_mode {
        storage["accessModes"] = json!([mode]);
    }
    if let Some(mode) = destination.volume_mode {
        storage["volumeMode"] = json!(mode);
    }
    Ok(objects::from_json(json!({
        "apiVersion": "cdi.kubevirt.io/v1beta1",
        "kind": "DataVolume",
        "metadata": {
            "generateName": name.generate_name(),
            "namespace": execution.namespace(),
            "labels": labels,
            "annotations": annotations,
        },
        "spec": {"source": {"blank": {}}, "storage": storage},
    }))?)
}
