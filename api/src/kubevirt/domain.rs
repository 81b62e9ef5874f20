//! Virtual hardware: CPU, memory, firmware, disks and interfaces, and the networks and volumes behind them.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::schema::{Embedded, QuantityText};

/// The hardware of a VM.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Domain {
    /// Clock and timers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub clock: Option<Value>,
    /// Processors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Cpu>,
    /// Disks, interfaces and other devices.
    pub devices: Devices,
    /// Features of the hypervisor: ACPI, SMM, Hyper-V enlightenments.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub features: Option<Value>,
    /// BIOS or UEFI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware: Option<Firmware>,
    /// Machine type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<Machine>,
    /// Memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Memory>,
    /// Resources of the VM's pod; the memory request is also a deprecated way to set the VM's memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<DomainResources>,
}

/// Processors: sockets x cores x threads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Cpu {
    /// Cores per socket; default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cores: Option<i64>,
    /// CPU flags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<CpuFeature>>,
    /// Maximum number of sockets with hotplug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_sockets: Option<i64>,
    /// CPU model, or `host-model`, `host-passthrough`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Sockets; default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sockets: Option<i64>,
    /// Threads per core; default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<i64>,
}

/// A CPU flag.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CpuFeature {
    /// The flag, e.g. `vmx`.
    pub name: String,
    /// `force`, `require`, `optional`, `disable` or `forbid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

/// Memory of a VM.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Memory {
    /// Memory of the guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<QuantityText>")]
    pub guest: Option<Quantity>,
    /// Huge pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub hugepages: Option<Value>,
    /// Maximum memory with hotplug.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<QuantityText>")]
    pub max_guest: Option<Quantity>,
}

/// Resources of the pod that the VM runs in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct DomainResources {
    /// Limits, by resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, QuantityText>>")]
    pub limits: Option<BTreeMap<String, Quantity>>,
    /// Requests, by resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, QuantityText>>")]
    pub requests: Option<BTreeMap<String, Quantity>>,
}

/// Machine type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Machine {
    /// E.g. `q35`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,
}

/// BIOS or UEFI, and what the guest reads from it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Firmware {
    /// Bootloader: BIOS or UEFI; default: BIOS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootloader: Option<Bootloader>,
    /// Serial number of the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// UUID of the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
}

/// BIOS or UEFI.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Bootloader {
    /// BIOS.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub bios: Option<Value>,
    /// UEFI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub efi: Option<Efi>,
}

/// UEFI settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Efi {
    /// Whether UEFI variables are persistent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent: Option<bool>,
    /// Secure boot; default: true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secure_boot: Option<bool>,
}

/// Devices of a VM.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Devices {
    /// Disks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disks: Option<Vec<Disk>>,
    /// Input devices, such as tablets.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Embedded>>")]
    pub inputs: Option<Vec<Value>>,
    /// Network interfaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interfaces: Option<Vec<Interface>>,
    /// Trusted platform module.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub tpm: Option<Value>,
}

/// A disk; shows the volume of the same name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Disk {
    /// Position in the boot order, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boot_order: Option<i64>,
    /// `none`, `writethrough` or `writeback`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
    /// The disk is attached as a CD-ROM drive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cdrom: Option<DiskTarget>,
    /// The disk is attached as a disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<DiskTarget>,
    /// The disk is attached as a LUN with SCSI passthrough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lun: Option<LunTarget>,
    /// The volume.
    pub name: String,
    /// Serial number that the guest sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Whether several VMs can use the disk at the same time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shareable: Option<bool>,
}

/// Bus of a disk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct DiskTarget {
    /// `virtio`, `sata`, `scsi` or `usb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
}

/// Bus and reservation of a LUN.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct LunTarget {
    /// `virtio`, `sata` or `scsi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// SCSI persistent reservations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservation: Option<bool>,
}

/// A network interface; attached to the network of the same name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Interface {
    /// Binding by a plugin, e.g. `l2bridge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binding: Option<InterfaceBinding>,
    /// Position in the boot order, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boot_order: Option<i64>,
    /// Attached by a bridge.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub bridge: Option<Value>,
    /// MAC address; absent lets KubeVirt choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac_address: Option<String>,
    /// Attached behind NAT.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub masquerade: Option<Value>,
    /// `virtio`, `e1000e`, ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The network.
    pub name: String,
    /// PCI address in the guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pci_address: Option<String>,
    /// Attached to a virtual function.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub sriov: Option<Value>,
    /// `up`, `down` or `absent`; default: up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// A binding plugin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct InterfaceBinding {
    /// Name of the plugin.
    pub name: String,
}

/// A network that interfaces are attached to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Network {
    /// A secondary network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multus: Option<MultusNetwork>,
    /// Its name in this VM.
    pub name: String,
    /// The cluster's pod network.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub pod: Option<Value>,
}

/// A secondary network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct MultusNetwork {
    /// Whether the network replaces the pod network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<bool>,
    /// The NetworkAttachmentDefinition, `namespace/name` or `name`.
    pub network_name: String,
}

/// A volume of a VM, attached by a disk of the same name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Volume {
    /// Start-up data for cloud-init.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub cloud_init_no_cloud: Option<Value>,
    /// A ConfigMap.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub config_map: Option<Value>,
    /// A disk in a container image.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub container_disk: Option<Value>,
    /// The claim of a DataVolume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_volume: Option<DataVolumeSource>,
    /// Its name in this VM.
    pub name: String,
    /// A claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent_volume_claim: Option<ClaimSource>,
    /// A Secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub secret: Option<Value>,
}

/// The claim of a DataVolume.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct DataVolumeSource {
    /// The DataVolume.
    pub name: String,
}

/// A claim.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct ClaimSource {
    /// The claim.
    pub claim_name: String,
    /// Whether the volume is read-only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
}

impl Cpu {
    /// Processors that the guest sees, with KubeVirt's default of 1 for what is absent.
    pub fn count(&self) -> i64 {
        [self.sockets, self.cores, self.threads]
            .into_iter()
            .map(|part| part.unwrap_or(1).max(1))
            .product()
    }
}
