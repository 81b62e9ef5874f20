//! The source platforms that VMs are migrated from: one folder per platform, with its [`Descriptor`] and its connection, a
//! [`SourcePlatform`].

mod descriptor;
pub mod inventory;
#[cfg(test)]
mod messages;
mod platforms;
pub mod vm;
pub mod vsphere;

use async_trait::async_trait;
use thiserror::Error;

pub use descriptor::{Access, Capabilities, Descriptor, Serial, Words};
pub use inventory::{InventoryAdapter, InventoryNic, InventoryVm, Item};
pub use platforms::Platforms;
pub use vm::{Cpu, Disk, Firmware, Nic, Power, Snapshot, SourceVm, VmId};

/// A failure on a source platform. `platform` is always the provider's key and address.
#[derive(Debug, Error)]
pub enum Error {
    /// A secret of the providers file is not there.
    #[error(transparent)]
    Providers(#[from] crate::settings::providers::Error),
    /// No VM or template of that name.
    #[error("{platform} has no VM named \"{vm}\"{}", nearest_hint(.nearest))]
    NoSuchVm {
        /// Provider key and address.
        platform: String,
        /// The name that was looked for.
        vm: String,
        /// Names that look alike, best first.
        nearest: Vec<String>,
    },
    /// More than one VM of that name.
    #[error("{platform} has {count} VMs named \"{vm}\"; rename all but one")]
    Ambiguous {
        /// Provider key and address.
        platform: String,
        /// The name.
        vm: String,
        /// Number.
        count: usize,
    },
    /// Log-in was refused.
    #[error(
        "{platform} refused the log-in of \"{user}\": {}; correct username and password of this provider in the providers file",
        message.trim_end_matches('.')
    )]
    Login {
        /// Provider key and address.
        platform: String,
        /// User name.
        user: String,
        /// Message of the platform.
        message: String,
    },
    /// The platform could not be reached.
    #[error(
        "{platform} does not answer\n  what to do: check its api_url in the providers file, and the network in between"
    )]
    Unreachable {
        /// Provider key and address.
        platform: String,
        /// Cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The platform refused or failed an operation.
    #[error("could not {action} on {platform}")]
    Operation {
        /// Provider key and address.
        platform: String,
        /// Verb and object: `clone the VM "a" as "b"`.
        action: String,
        /// Cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The platform cannot do that.
    #[error("{platform} cannot {action}")]
    Unsupported {
        /// Provider key and address.
        platform: String,
        /// The requested operation.
        action: String,
    },
}

fn nearest_hint(nearest: &[String]) -> String {
    match nearest {
        [] => "; correct the name, or make that VM".to_owned(),
        names => format!("; the nearest names are \"{}\"", names.join("\", \"")),
    }
}

/// Hardware of a clone; `None` keeps the property of the original.
#[derive(Debug, Clone, Default)]
pub struct CloneRequest {
    /// Name of the clone.
    pub name: String,
    /// Run that owns it; written into its annotation so that leftovers can be found.
    pub run: String,
    /// Disk provisioning.
    pub disk_type: Option<Provisioning>,
    /// Whether changed blocks are tracked (warm migrations need it).
    pub change_tracking: bool,
}

/// A disk that a VM gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewDisk {
    /// Size.
    pub bytes: u64,
    /// Space allocation.
    pub provisioning: Provisioning,
    /// What happens to what is written.
    pub mode: DiskMode,
}

/// Persistence of writes to a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskMode {
    /// Writes are kept and included in snapshots.
    Persistent,
    /// Writes are kept; snapshots exclude the disk.
    OutsideSnapshots,
    /// Writes are discarded when the VM is powered off.
    Discarded,
}

/// Disk provisioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provisioning {
    /// Allocated as it is written.
    Thin,
    /// Allocated at once, zeroed when written.
    Thick,
    /// Allocated and zeroed at once.
    ThickZeroed,
}

/// An open connection to a source platform.
#[async_trait]
pub trait SourcePlatform: Send + Sync {
    /// What is true of all providers of this platform.
    fn descriptor(&self) -> &'static dyn Descriptor;

    /// What the platform says it is, with its version.
    fn product(&self) -> &str;

    /// The VM of that name, as it is now. Templates count as VMs.
    async fn find(&self, name: &str) -> Result<SourceVm, Error>;

    /// The VM of that id, as it is now; `None` when it is gone.
    async fn describe(&self, vm: &VmId) -> Result<Option<SourceVm>, Error>;

    /// Names of its networks.
    async fn networks(&self) -> Result<Vec<String>, Error>;

    /// Names of what disks are kept in: datastores, storage domains, volume types.
    async fn storages(&self) -> Result<Vec<String>, Error>;

    /// Clones a VM, powered off, with new MAC addresses, and returns the clone.
    async fn clone_vm(&self, original: &str, request: &CloneRequest) -> Result<SourceVm, Error>;

    /// Switches a VM on or off and returns when it is; nothing happens when it already is.
    async fn set_power(&self, vm: &VmId, power: Power) -> Result<(), Error>;

    /// Returns when the tools in the guest of a running VM run, or at once where none are installed. It has no deadline.
    async fn wait_for_guest(&self, vm: &VmId) -> Result<(), Error>;

    /// Makes a snapshot of a VM and returns when it is there.
    async fn create_snapshot(&self, _vm: &VmId, _name: &str) -> Result<(), Error> {
        Err(Error::Unsupported {
            platform: self.product().to_owned(),
            action: "make snapshots for the suite".to_owned(),
        })
    }

    /// Removes the snapshots of that name of a VM, also one that is being made at this moment.
    async fn remove_snapshots(&self, _vm: &VmId, _name: &str) -> Result<(), Error> {
        Err(Error::Unsupported {
            platform: self.product().to_owned(),
            action: "remove snapshots for the suite".to_owned(),
        })
    }

    /// Adds disks to a VM that is off.
    async fn add_disks(&self, _vm: &VmId, _disks: &[NewDisk]) -> Result<(), Error> {
        Err(Error::Unsupported {
            platform: self.product().to_owned(),
            action: "add disks for the suite".to_owned(),
        })
    }

    /// Removes a VM with its disks, switching it off first; a VM that is gone is no error.
    async fn delete(&self, vm: &VmId) -> Result<(), Error>;

    /// VMs whose annotation says that they belong to this run.
    async fn owned_by(&self, run: &str) -> Result<Vec<SourceVm>, Error>;

    /// Returns when the clones that are being made at this moment, whoever asked for them, exist or have failed: one that
    /// was asked for by a process that is gone can appear long after it. It has no deadline.
    async fn wait_for_clones(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Ends the session on the platform.
    async fn disconnect(&self);
}
