//! A VM on a source platform, in words that all platforms share.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Identifies a VM on its platform: a managed object id on vSphere, a UUID on oVirt.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VmId(pub String);

impl fmt::Display for VmId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Power state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Power {
    /// Running.
    On,
    /// Switched off.
    Off,
    /// Suspended or paused.
    Suspended,
}

impl Power {
    /// The word for it in features, reports and messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Suspended => "suspended",
        }
    }
}

impl fmt::Display for Power {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Virtual processors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cpu {
    /// Sockets.
    pub sockets: u32,
    /// Cores of each socket.
    pub cores_per_socket: u32,
}

/// Firmware of the VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Firmware {
    /// BIOS.
    Bios,
    /// UEFI.
    Efi {
        /// Whether secure boot is on.
        secure_boot: bool,
    },
}

impl fmt::Display for Firmware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bios => "BIOS",
            Self::Efi { secure_boot: false } => "EFI",
            Self::Efi { secure_boot: true } => "EFI with secure boot",
        })
    }
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nic {
    /// `Network adapter 1`
    pub name: String,
    /// MAC address, lower case with colons.
    pub mac: String,
    /// Id of its network on the platform.
    pub network_id: String,
    /// Name of its network.
    pub network: String,
    /// Whether it is connected when the VM is switched on.
    pub connected: bool,
}

/// A disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// `Hard disk 1`
    pub name: String,
    /// Capacity in bytes.
    pub bytes: u64,
    /// Id of its datastore, storage domain or volume type.
    pub storage_id: String,
    /// Name of the same.
    pub storage: String,
    /// Identity of the disk on its platform, as in the annotation of claims: a path on vSphere, a UUID on oVirt.
    pub id: String,
    /// What happens to what is written, in the platform's words: `persistent`, `independent_persistent`.
    pub mode: String,
}

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Number of the snapshot among those of its VM.
    pub number: i64,
    /// Name.
    pub name: String,
    /// When it was made, as the platform writes it.
    pub created: String,
    /// Power state of the VM at that moment.
    pub power: Power,
}

/// A VM as it is on its platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceVm {
    /// Id.
    pub id: VmId,
    /// Name.
    pub name: String,
    /// Power state.
    pub power: Power,
    /// Processors.
    pub cpu: Cpu,
    /// Whether the tools in its guest run (VMware Tools, a guest agent).
    pub guest_tools: bool,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Network interfaces in hardware order.
    pub nics: Vec<Nic>,
    /// Disks in the order in which Forklift numbers them.
    pub disks: Vec<Disk>,
    /// Firmware.
    pub firmware: Firmware,
    /// Whether it has a trusted platform module.
    pub tpm: bool,
    /// BIOS UUID.
    pub uuid: String,
    /// Guest operating system as the platform names it: `rhel8_64Guest`.
    pub guest_os: String,
    /// Notes of the VM.
    pub annotation: String,
    /// Snapshots, oldest first.
    pub snapshots: Vec<Snapshot>,
}
