//! Describes a source VM for the objects of its migration. The objects themselves, their names and labels are common:
//! `plan/builder`.

use std::collections::BTreeMap;

use forklift_api::forklift::{ConversionSpec, Progress, Task, VmStatus, annotations};
use go_template::Data;
use k8s_openapi::ByteString;
use serde_json::Value;

use crate::controllers::forklift::error::Result;

/// Provider-specific parts of the objects of a migration.
pub trait Builder: Send + Sync {
    /// Data of the Secret with which importers and virt-v2v reach the source.
    fn secret(&self) -> BTreeMap<String, ByteString>;

    /// The disks of a VM as tasks of the pipeline, in the order of the inventory.
    fn tasks(&self, vm: &VmStatus) -> Result<Vec<Task>>;

    /// The disks of a VM as volumes, in the order in which the target has them.
    fn disks(&self, vm: &VmStatus) -> Result<Vec<Disk>>;

    /// A label that volumes have whose copy is apart from the conversion; the conversion finds them by it.
    fn copy_label(&self, vm: &VmStatus) -> Result<(String, String)>;

    /// Where CDI reads a disk from: `source` of a DataVolume. `secret` is the name of the importers' Secret.
    fn import_source(&self, vm: &VmStatus, disk: &Disk, secret: &str) -> Result<Value>;

    /// The VM's hardware, or why it cannot be migrated.
    fn hardware(&self, vm: &VmStatus) -> Result<Result<Hardware, String>>;

    /// Adds to a Conversion what virt-v2v needs to know of the source.
    fn conversion(&self, vm: &VmStatus, spec: &mut ConversionSpec) -> Result<()>;

    /// How a snapshot of a VM is inspected.
    fn inspection(&self, snapshot: &str) -> Inspection;

    /// The VM as hooks read it, in the form of Go's YAML.
    fn workload(&self, vm: &VmStatus) -> Value;

    /// The source's word for the operating system that virt-v2v's inspection (XML) names.
    fn operating_system(&self, inspection: &str) -> Option<String>;
}

/// A source disk that becomes a volume.
#[derive(Debug, Clone)]
pub struct Disk {
    /// What identifies it: the annotation `disk-source` of its volume.
    pub source: String,
    /// Id of the storage that it is on.
    pub storage: String,
    /// Capacity in MiB, rounded up.
    pub mebibytes: i64,
    /// What templates of names know of it beside what all platforms have.
    pub template_data: Data,
}

/// How a snapshot is inspected.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// Data of the Secret with which the inspecting pod reaches the source.
    pub connection: BTreeMap<String, ByteString>,
    /// Fields of the Conversion's `spec` beside those that all inspections have.
    pub spec: Vec<(&'static str, Value)>,
}

/// The hardware of a VM, in units that KubeVirt has too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hardware {
    /// CPU sockets.
    pub sockets: i64,
    /// Cores of each socket.
    pub cores: i64,
    /// Bytes of memory.
    pub memory: i64,
    /// Serial number of the machine.
    pub serial: String,
    /// Another number that the source knows the machine by: what the defect `WrongSerial` takes instead.
    pub other_serial: String,
    /// UEFI rather than BIOS.
    pub is_efi: bool,
    /// Secure boot.
    pub secure_boot: bool,
    /// Has a TPM.
    pub has_tpm: bool,
    /// The guest can run VMs of its own.
    pub nested_virtualization: bool,
    /// Time zone of the clock; empty when unknown.
    pub timezone: String,
    /// Disks, in the order in which the target has them.
    pub disks: Vec<HardwareDisk>,
}

/// A disk of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HardwareDisk {
    /// Name of the disk on the source.
    pub source: String,
    /// The name that its volume can have instead.
    pub base: String,
    /// Serial number.
    pub serial: String,
    /// Shared between VMs.
    pub is_shared: bool,
}

/// The task of a disk that is counted in MiB.
pub fn task(name: String, mebibytes: i64) -> Task {
    Task {
        name,
        progress: Progress {
            completed: 0,
            total: mebibytes,
        },
        annotations: Some(BTreeMap::from([(annotations::UNIT.to_owned(), "MB".to_owned())])),
        ..Task::default()
    }
}
