//! Disks, network interfaces and other devices of a VM.

use serde::Serialize;
use vim25::Value;

use super::{model::Ref, read::Read};

/// A virtual disk.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Disk {
    /// Device key.
    pub key: i64,
    /// Place on its controller.
    pub unit_number: i64,
    /// Its controller's device key.
    pub controller_key: i64,
    /// Backing file: `[datastore] folder/name.vmdk`.
    pub file: String,
    /// Where the file is.
    pub datastore: Ref,
    /// Bytes.
    pub capacity: i64,
    /// Shared between VMs.
    pub shared: bool,
    /// Raw device mapping.
    pub rdm: bool,
    /// `scsi`, `sata`, `ide`, `nvme`.
    pub bus: String,
    /// `persistent`, `independent_persistent`, ...
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mode: String,
    /// The UUID that the guest sees as serial number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub serial: String,
    /// Changed block tracking of the disk.
    pub change_tracking_enabled: bool,
    /// File of the disk that it is a delta of.
    pub parent: String,
}

impl Disk {
    /// The disks among a VM's devices.
    pub fn from_devices(devices: &[Value]) -> Vec<Self> {
        let disks = devices
            .iter()
            .filter(|device| device.type_name() == Some("VirtualDisk"));
        disks.map(|disk| Self::read(disk, devices)).collect()
    }

    fn read(disk: &Value, devices: &[Value]) -> Self {
        let controller_key = disk.number("controllerKey");
        let controller = devices.iter().find(|device| device.number("key") == controller_key);
        let capacity = match disk.number("capacityInBytes") {
            0 => disk.number("capacityInKB") * 1024,
            bytes => bytes,
        };
        let backing = disk.at("backing").and_then(Value::type_name).unwrap_or_default();
        Self {
            key: disk.number("key"),
            unit_number: disk.number("unitNumber"),
            controller_key,
            file: disk.string("backing.fileName"),
            datastore: disk
                .reference("backing.datastore")
                .map(|store| Ref::new(&store))
                .unwrap_or_default(),
            capacity,
            shared: disk.string("backing.sharing") == "sharingMultiWriter",
            rdm: backing.contains("RawDiskMapping"),
            bus: bus(controller.and_then(Value::type_name).unwrap_or_default()).into(),
            mode: disk.string("backing.diskMode"),
            serial: disk.string("backing.uuid"),
            change_tracking_enabled: !disk.string("backing.changeId").is_empty(),
            parent: disk.string("backing.parent.fileName"),
        }
    }

    /// Where its bus stands when disks are ordered (`pkg/controller/plan/adapter/vsphere/builder.go`: `sortedDisksAsVmware`).
    pub fn bus_order(&self) -> u8 {
        match self.bus.as_str() {
            "sata" => 0,
            "ide" => 1,
            "scsi" => 2,
            _ => 3,
        }
    }

    /// The file below all snapshots: each snapshot adds a file named `NAME-NNNNNN.vmdk`.
    pub fn base_file(&self) -> String {
        let is_number = |text: &str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        let stem = self.file.strip_suffix(".vmdk").and_then(|stem| stem.rsplit_once('-'));
        match stem {
            Some((base, number)) if is_number(number) => format!("{base}.vmdk"),
            _ => self.file.clone(),
        }
    }

    /// Capacity in MiB, rounded up.
    pub fn mebibytes(&self) -> i64 {
        (self.capacity + 0xF_FFFF) / 0x10_0000
    }
}

fn bus(controller: &str) -> &'static str {
    match controller {
        "VirtualIDEController" => "ide",
        "VirtualAHCIController" | "VirtualSATAController" => "sata",
        "VirtualNVMEController" => "nvme",
        _ => "scsi",
    }
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Nic {
    /// The network it is connected to.
    pub network: Ref,
    /// MAC address.
    pub mac: String,
    /// Its place among the interfaces.
    pub order: usize,
    /// Device key.
    pub device_key: i64,
    /// PCI address on the target; only known to newer vCenters.
    pub pci_address: String,
    /// Connected when the VM starts.
    pub start_connected: bool,
}

impl Nic {
    /// The interfaces among a VM's devices.
    pub fn from_devices(devices: &[Value]) -> Vec<Self> {
        let cards = devices.iter().filter(|device| device.at("macAddress").is_some());
        cards.enumerate().map(|(order, card)| Self::read(card, order)).collect()
    }

    fn read(card: &Value, order: usize) -> Self {
        let portgroup = card.string("backing.port.portgroupKey");
        let id = if portgroup.is_empty() {
            card.reference("backing.network")
                .map(|network| network.id)
                .unwrap_or_default()
        } else {
            portgroup
        };
        Self {
            network: Ref {
                kind: "Network".into(),
                id,
            },
            mac: card.string("macAddress").to_lowercase(),
            order,
            device_key: card.number("key"),
            pci_address: String::new(),
            start_connected: card.flag("connectable.startConnected"),
        }
    }
}

/// Another device that Forklift looks at.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// vSphere's name of its type.
    pub kind: String,
    /// Device key.
    pub key: i64,
    /// PCI slot.
    pub pci_slot_number: i64,
}

impl Device {
    /// The network cards, passed-through PCI devices, sound cards and USB controllers.
    pub fn from_devices(devices: &[Value]) -> Vec<Self> {
        let listed = |device: &&Value| {
            let kind = device.type_name().unwrap_or_default();
            device.at("macAddress").is_some()
                || matches!(
                    kind,
                    "VirtualPCIPassthrough" | "VirtualUSBController" | "VirtualHdAudioCard"
                )
        };
        let listed = devices.iter().filter(listed);
        listed
            .map(|device| Self {
                kind: device.type_name().unwrap_or_default().into(),
                key: device.number("key"),
                pci_slot_number: device.number("slotInfo.pciSlotNumber"),
            })
            .collect()
    }
}
