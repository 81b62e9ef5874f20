//! Virtual hardware: controllers, disks, NICs, and the devices that every VM has.

use vim25::{MoRef, Value};

use super::inventory::{Inventory, NetworkKind};

/// Bytes in a KiB.
pub const KIB: i64 = 1024;
/// Bytes in a GiB.
pub const GIB: i64 = 1024 * 1024 * KIB;

/// Firmware.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firmware {
    /// BIOS.
    Bios,
    /// UEFI.
    Efi,
}

impl Firmware {
    /// Name of the firmware in the vSphere API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bios => "bios",
            Self::Efi => "efi",
        }
    }
}

/// Kinds of disk controllers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ControllerKind {
    /// VMware's paravirtual SCSI.
    Pvscsi,
    /// LSI Logic SAS.
    LsiSas,
    /// LSI Logic parallel.
    LsiLogic,
    /// SATA (AHCI).
    Sata,
    /// NVMe.
    Nvme,
}

impl ControllerKind {
    const ALL: [Self; 5] = [Self::Pvscsi, Self::LsiSas, Self::LsiLogic, Self::Sata, Self::Nvme];

    /// Type name of the device in the vSphere API.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Pvscsi => "ParaVirtualSCSIController",
            Self::LsiSas => "VirtualLsiLogicSASController",
            Self::LsiLogic => "VirtualLsiLogicController",
            Self::Sata => "VirtualAHCIController",
            Self::Nvme => "VirtualNVMEController",
        }
    }

    /// Returns the kind of a device type.
    pub fn from_type_name(type_name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.type_name() == type_name)
    }

    /// Whether the controller is a SCSI controller.
    pub fn is_scsi(self) -> bool {
        matches!(self, Self::Pvscsi | Self::LsiSas | Self::LsiLogic)
    }

    /// Key of the first controller of this kind.
    pub fn first_key(self) -> i32 {
        match self {
            Self::Sata => 15000,
            Self::Nvme => 31000,
            _ => 1000,
        }
    }

    /// Key of the first disk on a controller of this kind.
    fn first_disk_key(self) -> i32 {
        match self {
            Self::Sata => 16000,
            Self::Nvme => 32000,
            _ => 2000,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Sata => "SATA controller",
            Self::Nvme => "NVME controller",
            _ => "SCSI controller",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Pvscsi => "VMware paravirtual SCSI",
            Self::LsiSas => "LSI Logic SAS",
            Self::LsiLogic => "LSI Logic",
            Self::Sata => "AHCI",
            Self::Nvme => "NVME Controller",
        }
    }

    /// Prefix of the controller's options in the configuration file.
    fn bus_name(self) -> &'static str {
        match self {
            Self::Sata => "sata",
            Self::Nvme => "nvme",
            _ => "scsi",
        }
    }
}

/// A disk controller.
#[derive(Debug, Clone, PartialEq)]
pub struct Controller {
    /// Device key.
    pub key: i32,
    /// Kind of the controller.
    pub kind: ControllerKind,
    /// Bus number.
    pub bus: i32,
    /// Whether the bus is shared: other VMs can use disks on it.
    pub shared: bool,
}

/// A disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Disk {
    /// Device key.
    pub key: i32,
    /// Key of its controller.
    pub controller: i32,
    /// Unit number on the controller.
    pub unit: i32,
    /// Size in bytes.
    pub bytes: i64,
    /// Bytes allocated in the datastore.
    pub allocated: i64,
    /// Id of the datastore that contains the file.
    pub datastore: String,
    /// Path of the file in the datastore: `directory/name.vmdk`.
    pub file: String,
    /// Parent files: the files of the disk before each snapshot, oldest first.
    pub parents: Vec<String>,
    /// Number of snapshots taken; each starts a new change id for changed block tracking.
    pub generation: u32,
    /// Whether the disk is thin-provisioned.
    pub thin: bool,
    /// Whether a thick disk is eagerly zeroed.
    pub eager: bool,
    /// Disk mode: `persistent`, `independent_persistent`, ...
    pub mode: String,
    /// UUID of the disk.
    pub uuid: String,
    /// Whether several VMs share the disk (multi-writer).
    pub shared: bool,
}

/// Kinds of network cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NicKind {
    /// VMware's paravirtual card.
    Vmxnet3,
    /// Intel 82574L.
    E1000e,
    /// Intel 82545EM.
    E1000,
}

impl NicKind {
    const ALL: [Self; 3] = [Self::Vmxnet3, Self::E1000e, Self::E1000];

    /// Type name of the device in the vSphere API.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Vmxnet3 => "VirtualVmxnet3",
            Self::E1000e => "VirtualE1000e",
            Self::E1000 => "VirtualE1000",
        }
    }

    /// Returns the kind of a device type.
    pub fn from_type_name(type_name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.type_name() == type_name)
    }
}

/// A network card.
#[derive(Debug, Clone, PartialEq)]
pub struct Nic {
    /// Device key.
    pub key: i32,
    /// Kind of the network card.
    pub kind: NicKind,
    /// MAC address in lower case.
    pub mac: String,
    /// `assigned` by vCenter or `manual`.
    pub address_type: String,
    /// Id of the network.
    pub network: String,
    /// Whether it is connected when the VM starts.
    pub start_connected: bool,
}

/// The hardware of a VM.
#[derive(Debug, Clone, PartialEq)]
pub struct Hardware {
    /// Virtual CPUs.
    pub cpus: i32,
    /// Cores per socket.
    pub cores_per_socket: i32,
    /// Memory in MiB.
    pub memory_mb: i32,
    /// Firmware.
    pub firmware: Firmware,
    /// Whether nested virtualization is enabled.
    pub nested: bool,
    /// Disk controllers.
    pub controllers: Vec<Controller>,
    /// Disks in the order of the guest.
    pub disks: Vec<Disk>,
    /// Network cards.
    pub nics: Vec<Nic>,
}

impl Hardware {
    /// Returns the controller with this key.
    pub fn controller(&self, key: i32) -> Option<&Controller> {
        self.controllers.iter().find(|controller| controller.key == key)
    }

    /// Name of a disk in the configuration file: `scsi0:1`.
    pub fn disk_node(&self, disk: &Disk) -> Option<String> {
        let controller = self.controller(disk.controller)?;
        Some(format!(
            "{}{}:{}",
            controller.kind.bus_name(),
            controller.bus,
            disk.unit
        ))
    }

    /// Returns the first free unit number of a controller. Unit 7 of a SCSI bus is reserved for the controller.
    pub fn free_unit(&self, controller: &Controller) -> i32 {
        let used = |unit: i32| {
            self.disks
                .iter()
                .any(|disk| disk.controller == controller.key && disk.unit == unit)
        };
        let reserved = |unit: i32| controller.kind.is_scsi() && unit == 7;
        (0..64).find(|unit| !used(*unit) && !reserved(*unit)).unwrap_or(64)
    }

    /// Device key of a disk at this unit of a controller.
    pub fn disk_key(&self, controller: &Controller, unit: i32) -> i32 {
        let (per_bus, kind) = match controller.kind {
            kind @ ControllerKind::Sata => (30, kind),
            kind => (16, kind),
        };
        kind.first_disk_key() + controller.bus * per_bus + unit
    }

    /// Device key of the next network card.
    pub fn next_nic_key(&self) -> i32 {
        let used = |key: i32| self.nics.iter().any(|nic| nic.key == key);
        (4000..4100).find(|key| !used(*key)).unwrap_or(4100)
    }

    /// All devices as `VirtualDevice` values.
    pub fn devices(&self, inventory: &Inventory, powered_on: bool, tracking: bool) -> Vec<Value> {
        let fixed = fixed_devices(self);
        let controllers = self
            .controllers
            .iter()
            .map(|controller| self.controller_value(controller));
        let disks = self
            .disks
            .iter()
            .enumerate()
            .map(|(index, disk)| disk.value(index, inventory, tracking));
        let nics = self
            .nics
            .iter()
            .enumerate()
            .map(|(index, nic)| nic.value(index, inventory, powered_on));
        fixed.into_iter().chain(controllers).chain(disks).chain(nics).collect()
    }

    fn controller_value(&self, controller: &Controller) -> Value {
        let kind = controller.kind;
        let attached = self.disks.iter().filter(|disk| disk.controller == controller.key);
        let value = Value::data(kind.type_name())
            .with("key", controller.key)
            .with(
                "deviceInfo",
                description(&format!("{} {}", kind.label(), controller.bus), kind.summary()),
            )
            .with("controllerKey", PCI_KEY)
            .with("unitNumber", 3 + controller.bus)
            .with("busNumber", controller.bus)
            .with("device", attached.map(|disk| disk.key).collect::<Vec<_>>());
        if !kind.is_scsi() {
            return value;
        }
        let sharing = if controller.shared {
            "virtualSharing"
        } else {
            "noSharing"
        };
        value
            .with("hotAddRemove", true)
            .with("sharedBus", Value::text("VirtualSCSISharing", sharing))
            .with("scsiCtlrUnitNumber", 7)
    }
}

const IDE_KEY: i32 = 200;
const PCI_KEY: i32 = 100;

/// The devices that every VM has.
fn fixed_devices(hardware: &Hardware) -> Vec<Value> {
    let controller = |type_name: &str, key: i32, label: &str, bus: i32, devices: Vec<i32>| {
        Value::data(type_name)
            .with("key", key)
            .with("deviceInfo", description(label, label))
            .with("busNumber", bus)
            .with("device", devices)
    };
    let on_pci = hardware.controllers.iter().map(|controller| controller.key);
    let on_pci = on_pci
        .chain(hardware.nics.iter().map(|nic| nic.key))
        .chain([500, 12000]);
    let cdrom = Value::data("VirtualCdrom")
        .with("key", 3000)
        .with("deviceInfo", description("CD/DVD drive 1", "Remote device"))
        .with(
            "backing",
            Value::data("VirtualCdromRemotePassthroughBackingInfo")
                .with("deviceName", "")
                .with("useAutoDetect", false)
                .with("exclusive", false),
        )
        .with("connectable", connectable(false, false))
        .with("controllerKey", IDE_KEY)
        .with("unitNumber", 0);
    vec![
        controller("VirtualIDEController", IDE_KEY, "IDE 0", 0, vec![3000]),
        controller("VirtualIDEController", 201, "IDE 1", 1, vec![]),
        controller("VirtualPS2Controller", 300, "PS2 controller 0", 0, vec![600, 700]),
        controller("VirtualPCIController", PCI_KEY, "PCI controller 0", 0, on_pci.collect()),
        controller("VirtualSIOController", 400, "SIO controller 0", 0, vec![]),
        device("VirtualKeyboard", 600, "Keyboard", "Keyboard", 300, 0),
        device(
            "VirtualPointingDevice",
            700,
            "Pointing device",
            "Pointing device; Device",
            300,
            1,
        ),
        device("VirtualMachineVideoCard", 500, "Video card", "Video card", PCI_KEY, 0),
        device(
            "VirtualMachineVMCIDevice",
            12000,
            "VMCI device",
            "Device on the virtual machine PCI bus",
            PCI_KEY,
            17,
        ),
        cdrom,
    ]
}

fn device(type_name: &str, key: i32, label: &str, summary: &str, controller: i32, unit: i32) -> Value {
    Value::data(type_name)
        .with("key", key)
        .with("deviceInfo", description(label, summary))
        .with("controllerKey", controller)
        .with("unitNumber", unit)
}

fn description(label: &str, summary: &str) -> Value {
    Value::data("Description").with("label", label).with("summary", summary)
}

fn connectable(start_connected: bool, connected: bool) -> Value {
    Value::data("VirtualDeviceConnectInfo")
        .with("startConnected", start_connected)
        .with("allowGuestControl", true)
        .with("connected", connected)
        .with("status", if connected { "ok" } else { "untried" })
}

impl Disk {
    fn value(&self, index: usize, inventory: &Inventory, tracking: bool) -> Value {
        let kilobytes = self.bytes / KIB;
        Value::data("VirtualDisk")
            .with("key", self.key)
            .with(
                "deviceInfo",
                description(
                    &format!("Hard disk {}", index + 1),
                    &format!("{} KB", grouped(kilobytes)),
                ),
            )
            .with("backing", self.backing(&self.file, &self.parents, inventory, tracking))
            .with("controllerKey", self.controller)
            .with("unitNumber", self.unit)
            .with("capacityInKB", kilobytes)
            .with("capacityInBytes", self.bytes)
            .with("diskObjectId", format!("{}-{}", self.controller, self.key))
    }

    fn backing(&self, file: &str, parents: &[String], inventory: &Inventory, tracking: bool) -> Value {
        let datastore = inventory
            .datastores
            .get(&self.datastore)
            .map_or("", |datastore| &datastore.name);
        let below = parents.split_last();
        let mut digits = self.uuid.replace('-', "");
        digits.make_ascii_lowercase();
        Value::data("VirtualDiskFlatVer2BackingInfo")
            .with("fileName", format!("[{datastore}] {file}"))
            .with("datastore", MoRef::new("Datastore", &self.datastore))
            .with("backingObjectId", "")
            .with("diskMode", &self.mode)
            .with("split", false)
            .with("writeThrough", false)
            .with("thinProvisioned", self.thin)
            .with("eagerlyScrub", self.eager)
            .with("uuid", &self.uuid)
            .with("contentId", digits.clone())
            // Format of vSphere: identity of the change tracking file, and its generation.
            .with_some(
                "changeId",
                tracking.then(|| format!("{}/{}", self.uuid, self.generation + 1)),
            )
            .with_some(
                "parent",
                below.map(|(file, rest)| self.backing(file, rest, inventory, false)),
            )
            .with("digestEnabled", false)
            .with(
                "sharing",
                if self.shared {
                    "sharingMultiWriter"
                } else {
                    "sharingNone"
                },
            )
    }
}

impl Nic {
    fn value(&self, index: usize, inventory: &Inventory, powered_on: bool) -> Value {
        let network = inventory.networks.get(&self.network);
        let name = network.map_or("", |network| network.name.as_str());
        let (summary, backing) = match network.map(|network| &network.kind) {
            Some(NetworkKind::Distributed { switch, .. }) => {
                let uuid = inventory.switches.get(switch).map_or("", |switch| &switch.uuid);
                let port = Value::data("DistributedVirtualSwitchPortConnection")
                    .with("switchUuid", uuid)
                    .with("portgroupKey", &self.network)
                    .with("portKey", (self.key % 4000 + 8).to_string());
                let backing = Value::data("VirtualEthernetCardDistributedVirtualPortBackingInfo").with("port", port);
                (format!("DVSwitch: {uuid}"), backing)
            }
            _ => {
                let backing = Value::data("VirtualEthernetCardNetworkBackingInfo")
                    .with("deviceName", name)
                    .with("useAutoDetect", false)
                    .with("network", MoRef::new("Network", &self.network));
                (name.to_owned(), backing)
            }
        };
        Value::data(self.kind.type_name())
            .with("key", self.key)
            .with(
                "deviceInfo",
                description(&format!("Network adapter {}", index + 1), &summary),
            )
            .with("backing", backing)
            .with(
                "connectable",
                connectable(self.start_connected, powered_on && self.start_connected),
            )
            .with(
                "slotInfo",
                Value::data("VirtualDevicePciBusSlotInfo")
                    .with("pciSlotNumber", 160 + 32 * i32::try_from(index).unwrap_or(0)),
            )
            .with("controllerKey", PCI_KEY)
            .with("unitNumber", 7 + self.key % 4000)
            .with("addressType", &self.address_type)
            .with("macAddress", &self.mac)
            .with("wakeOnLanEnabled", true)
    }
}

/// Formats a number with thousands separators, as vSphere does for sizes: `16,777,216`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_thousands_separators() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (16_777_216, "16,777,216")] {
            assert_eq!(grouped(number), text);
        }
    }
}
