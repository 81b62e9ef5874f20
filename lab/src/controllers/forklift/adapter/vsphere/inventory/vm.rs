//! Virtual machines of a vCenter.

use serde::Serialize;
use vim25::Object;

use super::{
    device::{Device, Disk, Nic},
    guest::{GuestDisk, GuestIpStack, GuestNetwork},
    model::{Base, Ref},
    read::{Read, base},
};

/// The properties that are collected of every VM.
pub const PATHS: &[&str] = &[
    "name",
    "parent",
    "network",
    "snapshot.currentSnapshot",
    "config.template",
    "config.uuid",
    "config.instanceUuid",
    "config.firmware",
    "config.bootOptions.efiSecureBootEnabled",
    "config.changeTrackingEnabled",
    "config.cpuHotAddEnabled",
    "config.cpuHotRemoveEnabled",
    "config.memoryHotAddEnabled",
    "config.nestedHVEnabled",
    "config.flags.diskUuidEnabled",
    "config.guestId",
    "config.guestFullName",
    "config.hardware.numCPU",
    "config.hardware.numCoresPerSocket",
    "config.hardware.memoryMB",
    "config.hardware.device",
    "runtime.powerState",
    "runtime.connectionState",
    "runtime.host",
    "runtime.consolidationNeeded",
    "runtime.faultToleranceState",
    "guest.guestFullName",
    "guest.hostName",
    "guest.ipAddress",
    "guest.toolsStatus",
    "guest.toolsRunningStatus",
    "guest.toolsVersionStatus2",
    "guest.net",
    "guest.disk",
    "guest.ipStack",
    "summary.storage.committed",
    "summary.quickStats.balloonedMemory",
];

/// The keys that detail level 1 adds to the base.
pub const DETAIL_1: &[&str] = &[
    "revisionValidated",
    "isTemplate",
    "powerState",
    "host",
    "networks",
    "disks",
    "concerns",
];

/// A VM as the inventory shows it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Vm {
    /// Identity and place.
    #[serde(flatten)]
    pub base: Base,
    /// The revision that was validated last.
    pub revision_validated: u64,
    /// Templates cannot be migrated and are not listed.
    pub is_template: bool,
    /// `poweredOn`, `poweredOff`, `suspended`.
    pub power_state: String,
    /// ESXi host it is on.
    pub host: String,
    /// Networks it is connected to.
    pub networks: Vec<Ref>,
    /// Its disks, in the order of its devices.
    pub disks: Vec<Disk>,
    /// Always empty: the validation service is off in the lab, as with an empty `POLICY_AGENT_URL`.
    pub concerns: Vec<serde_json::Value>,
    /// Version of the rules that found the concerns.
    pub policy_version: u64,
    /// BIOS UUID.
    pub uuid: String,
    /// vCenter's own UUID of it.
    pub instance_uuid: String,
    /// `bios` or `efi`.
    pub firmware: String,
    /// `connected`, `orphaned`, ...
    pub connection_state: String,
    /// Current snapshot.
    pub snapshot: Ref,
    /// Changed block tracking of the VM.
    pub change_tracking_enabled: bool,
    /// Snapshots that wait for consolidation.
    pub consolidation_needed: bool,
    /// Host CPUs that it is bound to.
    pub cpu_affinity: Vec<i32>,
    /// CPU hot add.
    pub cpu_hot_add_enabled: bool,
    /// CPU hot remove.
    pub cpu_hot_remove_enabled: bool,
    /// Memory hot add.
    pub memory_hot_add_enabled: bool,
    /// Fault tolerance.
    pub fault_tolerance_enabled: bool,
    /// Virtual CPUs.
    pub cpu_count: i64,
    /// Cores of each socket.
    pub cores_per_socket: i64,
    /// Memory in MiB.
    #[serde(rename = "memoryMB")]
    pub memory_mb: i64,
    /// Operating system as configured.
    pub guest_name: String,
    /// Operating system as VMware Tools report it.
    pub guest_name_from_vmware_tools: String,
    /// Host name inside the guest.
    pub host_name: String,
    /// Operating system id.
    pub guest_id: String,
    /// Memory taken back by ballooning.
    pub ballooned_memory: i64,
    /// First address of the guest.
    pub ip_address: String,
    /// Bytes in use on the datastores.
    pub storage_used: i64,
    /// Has a virtual TPM.
    pub tpm_enabled: bool,
    /// NUMA nodes that it is bound to.
    pub numa_node_affinity: Vec<String>,
    /// Devices that Forklift looks at.
    pub devices: Vec<Device>,
    /// Network interfaces, in the order of its devices.
    pub nics: Vec<Nic>,
    /// Addresses inside the guest.
    pub guest_networks: Vec<GuestNetwork>,
    /// File systems inside the guest.
    pub guest_disks: Vec<GuestDisk>,
    /// Routes inside the guest.
    pub guest_ip_stacks: Vec<GuestIpStack>,
    /// UEFI secure boot.
    pub secure_boot: bool,
    /// `toolsOk`, `toolsNotInstalled`, ...
    pub tools_status: String,
    /// `guestToolsRunning`, `guestToolsNotRunning`.
    pub tools_running_status: String,
    /// Version status of VMware Tools.
    pub tools_version_status2: String,
    /// `disk.EnableUUID`.
    pub disk_enable_uuid: bool,
    /// Nested virtualization.
    #[serde(rename = "nestedHVEnabled")]
    pub nested_hv_enabled: bool,
    /// Definitions of custom attributes.
    pub custom_def: Vec<serde_json::Value>,
    /// Custom attributes.
    pub custom_values: Vec<serde_json::Value>,
    /// Tags.
    pub tags: Vec<serde_json::Value>,
}

impl Vm {
    /// Reads a VM.
    pub fn read(object: &Object) -> Self {
        let devices = object.items("config.hardware.device");
        Self {
            base: base(object),
            is_template: object.flag("config.template"),
            power_state: object.string("runtime.powerState"),
            host: object.reference("runtime.host").map(|host| host.id).unwrap_or_default(),
            networks: object.references("network"),
            disks: Disk::from_devices(devices),
            uuid: object.string("config.uuid"),
            instance_uuid: object.string("config.instanceUuid"),
            firmware: object.string("config.firmware"),
            connection_state: object.string("runtime.connectionState"),
            snapshot: object
                .reference("snapshot.currentSnapshot")
                .map(|snapshot| Ref::new(&snapshot))
                .unwrap_or_default(),
            change_tracking_enabled: object.flag("config.changeTrackingEnabled"),
            consolidation_needed: object.flag("runtime.consolidationNeeded"),
            cpu_hot_add_enabled: object.flag("config.cpuHotAddEnabled"),
            cpu_hot_remove_enabled: object.flag("config.cpuHotRemoveEnabled"),
            memory_hot_add_enabled: object.flag("config.memoryHotAddEnabled"),
            fault_tolerance_enabled: !matches!(
                object.string("runtime.faultToleranceState").as_str(),
                "" | "notConfigured"
            ),
            cpu_count: object.number("config.hardware.numCPU"),
            cores_per_socket: object.number("config.hardware.numCoresPerSocket").max(1),
            memory_mb: object.number("config.hardware.memoryMB"),
            guest_name: object.string("config.guestFullName"),
            guest_name_from_vmware_tools: object.string("guest.guestFullName"),
            host_name: object.string("guest.hostName"),
            guest_id: object.string("config.guestId"),
            ballooned_memory: object.number("summary.quickStats.balloonedMemory"),
            ip_address: object.string("guest.ipAddress"),
            storage_used: object.number("summary.storage.committed"),
            tpm_enabled: devices.iter().any(|device| device.type_name() == Some("VirtualTPM")),
            devices: Device::from_devices(devices),
            nics: Nic::from_devices(devices),
            guest_networks: GuestNetwork::from_interfaces(object.items("guest.net")),
            guest_disks: GuestDisk::from_disks(object.items("guest.disk")),
            guest_ip_stacks: GuestIpStack::from_stacks(object.items("guest.ipStack")),
            secure_boot: object.flag("config.bootOptions.efiSecureBootEnabled"),
            tools_status: object.string("guest.toolsStatus"),
            tools_running_status: object.string("guest.toolsRunningStatus"),
            tools_version_status2: object.string("guest.toolsVersionStatus2"),
            disk_enable_uuid: object.flag("config.flags.diskUuidEnabled"),
            nested_hv_enabled: object.flag("config.nestedHVEnabled"),
            ..Self::default()
        }
    }

    /// Whether it is powered on.
    pub fn is_powered_on(&self) -> bool {
        self.power_state == "poweredOn"
    }

    /// A VM that vCenter has lost: neither UUIDs nor host.
    pub fn is_ghost(&self) -> bool {
        self.uuid.is_empty() && self.instance_uuid.is_empty() && self.host.is_empty()
    }

    /// Whether the guest is Windows: the text `win` in its id or name, as Forklift looks for it.
    pub fn is_windows(&self) -> bool {
        let has_win = |text: &str| text.to_lowercase().contains("win");
        has_win(&self.guest_id) || has_win(&self.guest_name)
    }

    /// Its disks in bus order, which is the order of the target's volumes.
    pub fn disks_in_bus_order(&self) -> Vec<&Disk> {
        let mut disks: Vec<&Disk> = self.disks.iter().collect();
        disks.sort_by_key(|disk| (disk.bus_order(), disk.controller_key, disk.unit_number));
        disks
    }
}
