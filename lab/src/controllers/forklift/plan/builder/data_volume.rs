//! Builds one DataVolume per disk. virt-v2v fills empty ones; CDI fills those of guests that are not converted and, one
//! checkpoint after the other, those of warm migrations.

use forklift_api::{
    cdi::DataVolume,
    forklift::{StoragePair, VmStatus},
};
use serde_json::{Value, json};

use super::quantity;
use crate::{
    controllers::{
        core::facts::CLASSES,
        forklift::{
            adapter::{Disk, SourceVm},
            error::Result,
            name_templates::{self, ClaimName},
            plan::{
                execution::{Execution, template_name},
                phases::{DISK_INDEX, DISK_SOURCE},
            },
            resolve::Resolved,
        },
        objects,
    },
    injection::DefectName,
};

/// The DataVolumes of a VM in bus order, or why there are none. The Secret is for CDI's importers.
pub fn data_volumes(execution: &Execution<'_>, vm: &VmStatus, secret: &str) -> Result<Result<Vec<DataVolume>, String>> {
    let source = execution.source_vm(vm)?;
    let disks = execution.builder().disks(vm)?;
    let mut volumes = Vec::new();
    for (index, disk) in disks.iter().enumerate() {
        let Some(pair) = storage(execution, disk) else {
            return Ok(Err(format!(
                "failed to find the storage map entry of disk '{}'",
                disk.source
            )));
        };
        let is_last = index + 1 == disks.len();
        let size = size(execution, &source, disk, is_last);
        let place = Place {
            index,
            size,
            pair: &pair,
        };
        volumes.push(data_volume(execution, vm, &source, disk, secret, &place)?);
    }
    Ok(Ok(volumes))
}

/// Renders the claim name; ignores a template that fails.
fn name(execution: &Execution<'_>, vm: &VmStatus, source: &SourceVm, disk: &Disk, index: usize) -> ClaimName {
    let injections = &execution.shared.context.injections;
    let of_disk = disk.template_data.clone();
    let data = name_templates::disk_data(execution.plan, source, &template_name(vm), index, of_disk);
    let named = name_templates::claim_name(execution.plan, &vm.vm, &data);
    match named {
        Ok(ClaimName::Exact(name)) if injections.defect(DefectName::WrongPvcName, &source.name) => {
            ClaimName::Exact(format!("x-{name}"))
        }
        Ok(ClaimName::Generated(name)) if injections.defect(DefectName::WrongPvcName, &source.name) => {
            ClaimName::Generated(format!("x-{name}"))
        }
        Ok(name) => name,
        Err(_) => ClaimName::Generated(execution.generate_name(vm)),
    }
}

/// The capacity, rounded up to whole MiB.
fn size(execution: &Execution<'_>, vm: &SourceVm, disk: &Disk, is_last: bool) -> i64 {
    let injections = &execution.shared.context.injections;
    let mebibytes = disk.mebibytes;
    let mebibytes = if is_last && injections.defect(DefectName::ShrunkDisk, &vm.name) {
        (mebibytes / 2).max(1)
    } else {
        mebibytes
    };
    mebibytes << 20
}

/// The pair of the storage map for a disk's storage.
fn storage(execution: &Execution<'_>, disk: &Disk) -> Option<StoragePair> {
    let pairs = execution.storage_map.spec.map.iter();
    let mut of_disk = pairs.filter(|pair| {
        let (id, name) = (pair.source.id.as_deref(), pair.source.name.as_deref());
        let resolved = execution.inventory().storage(id, name);
        matches!(resolved, Resolved::One(store) if store.id == disk.storage)
    });
    of_disk.next().cloned()
}

/// A storage class of the lab other than this one.
fn another_class(class: &str) -> &str {
    let others = CLASSES.iter().map(|class| class.name);
    others.into_iter().find(|other| *other != class).unwrap_or(class)
}

/// Index, size and storage of a disk on the target.
struct Place<'a> {
    index: usize,
    size: i64,
    pair: &'a StoragePair,
}

fn data_volume(
    execution: &Execution<'_>,
    vm: &VmStatus,
    source: &SourceVm,
    disk: &Disk,
    secret: &str,
    place: &Place<'_>,
) -> Result<DataVolume> {
    let Place { index, size, pair } = *place;
    let name = name(execution, vm, source, disk, index);
    let labels = execution.vm_labels(vm);
    // Forklift also sets the labels as annotations.
    let mut annotations = labels.clone();
    annotations.insert("cdi.kubevirt.io/storage.deleteAfterCompletion".into(), "false".into());
    let mut labels = labels;
    let is_warm = vm.warm.is_some();
    annotations.insert(DISK_SOURCE.into(), disk.source.clone());
    annotations.insert(DISK_INDEX.into(), index.to_string());
    if is_warm {
        annotations.insert("cdi.kubevirt.io/storage.bind.immediate.requested".into(), "true".into());
        annotations.insert("cdi.kubevirt.io/storage.usePopulator".into(), "false".into());
    }
    let is_copied_by_cdi = is_warm || execution.skips_conversion();
    if is_copied_by_cdi {
        // Copy and conversion are separate: the conversion selects its volumes by this label.
        labels.extend([execution.builder().copy_label(vm)?]);
    }
    let destination = &pair.destination;
    let name_on_source = vm.vm.name.as_deref().unwrap_or_default();
    let injections = &execution.shared.context.injections;
    let class = if injections.defect(DefectName::WrongStorageClass, name_on_source) {
        another_class(&destination.storage_class)
    } else {
        &destination.storage_class
    };
    let mut storage = json!({
        "resources": {"requests": {"storage": quantity::bytes(size)}},
        "storageClassName": class,
    });
    if let Some(mode) = destination.access_mode {
        storage["accessModes"] = json!([mode]);
    }
    if let Some(mode) = destination.volume_mode {
        storage["volumeMode"] = json!(mode);
    }
    let mut metadata = json!({"namespace": execution.namespace(), "labels": labels, "annotations": annotations});
    match name {
        ClaimName::Generated(prefix) => metadata["generateName"] = prefix.into(),
        ClaimName::Exact(name) => metadata["name"] = name.into(),
    }
    let spec = if is_copied_by_cdi {
        import(execution, vm, disk, secret, storage)?
    } else {
        json!({"source": {"blank": {}}, "storage": storage})
    };
    Ok(objects::from_json(json!({
        "apiVersion": "cdi.kubevirt.io/v1beta1",
        "kind": "DataVolume",
        "metadata": metadata,
        "spec": spec,
    }))?)
}

/// CDI reads the disk from the source; for a warm migration first the snapshot that there is by now.
fn import(execution: &Execution<'_>, vm: &VmStatus, disk: &Disk, secret: &str, storage: Value) -> Result<Value> {
    let mut spec = json!({
        "source": execution.builder().import_source(vm, disk, secret)?,
        "storage": storage,
    });
    if vm.warm.is_some() {
        spec["checkpoints"] = json!([execution.client().checkpoint(vm, &disk.source)]);
    }
    Ok(spec)
}
