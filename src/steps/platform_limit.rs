//! What some source platforms cannot do, whatever their version: sentences, options and columns name their limit.
//!
//! The facts about MTV are in Forklift's `pkg/controller/plan/validation.go` and in the adapters below
//! `pkg/controller/plan/adapter/`.

/// Which platforms can do something, and why the others cannot.
#[derive(Debug)]
pub struct PlatformLimit {
    platforms: Platforms,
    /// Why the other platforms cannot do it.
    pub reason: &'static str,
}

/// Tags of platforms, without `@`.
#[derive(Debug)]
enum Platforms {
    Only(&'static [&'static str]),
    AllBut(&'static str),
}

const VSPHERE: Platforms = Platforms::Only(&["vsphere", "esxi"]);

impl PlatformLimit {
    const fn new(platforms: Platforms, reason: &'static str) -> Self {
        Self { platforms, reason }
    }

    /// Whether the platform with this tag can do it.
    pub fn allows(&self, platform: &str) -> bool {
        match self.platforms {
            Platforms::Only(can) => can.contains(&platform),
            Platforms::AllBut(cannot) => platform != cannot,
        }
    }
}

/// Warm migrations.
pub static WARM: PlatformLimit = PlatformLimit::new(
    Platforms::Only(&["vsphere", "esxi", "ovirt"]),
    "MTV takes precopies from vSphere and oVirt only",
);

/// Disks that the storage array copies.
pub static COPY_OFFLOAD: PlatformLimit =
    PlatformLimit::new(VSPHERE, "MTV lets storage arrays copy the disks of vSphere VMs only");

/// Raw device mappings.
pub static RAW_DEVICES: PlatformLimit = PlatformLimit::new(VSPHERE, "raw device mappings are a feature of vSphere");

/// Clones.
pub static CLONES: PlatformLimit = PlatformLimit::new(
    Platforms::AllBut("ova"),
    "an OVA file has no platform that could clone it; write: Given the VM \"...\" as it is",
);

/// Encrypted disks.
pub static ENCRYPTION: PlatformLimit = PlatformLimit::new(
    Platforms::Only(&["vsphere", "esxi", "ova"]),
    "MTV opens encrypted disks of vSphere VMs and OVA files only",
);

/// Disks that several VMs use.
pub static SHARED_DISKS: PlatformLimit =
    PlatformLimit::new(VSPHERE, "MTV migrates disks that VMs share from vSphere only");

/// The inspection of guests before a migration.
pub static INSPECTION: PlatformLimit = PlatformLimit::new(VSPHERE, "MTV inspects the guests of vSphere VMs only");

/// Certificates of the source.
pub static CERTIFICATES: PlatformLimit =
    PlatformLimit::new(Platforms::AllBut("ova"), "a share of OVA files has no certificate");
