//! Differences between source platforms. Each platform has one [`Descriptor`], in `source/<platform>/descriptor.rs`; the rest of
//! the suite asks it and knows no platform by name.

use std::{collections::BTreeMap, fmt, sync::Arc};

use async_trait::async_trait;
use go_template::Data;

use super::{Disk, Error, InventoryAdapter, SourcePlatform, SourceVm};
use crate::settings::{ProviderEntry, ProviderType, providers};

/// Facts that hold for all providers of one platform.
pub trait Descriptor: fmt::Debug + Send + Sync {
    /// Its type in the providers file, in `spec.type` of Providers and in the inventory's paths.
    fn provider_type(&self) -> ProviderType;

    /// Access to a provider of this platform; `None` for an entry of another type.
    fn access(&self, entry: &ProviderEntry) -> Option<Box<dyn Access>>;

    /// What can be asked for.
    fn capabilities(&self) -> Capabilities;

    /// How Forklift's inventory shows its VMs.
    fn inventory(&self) -> &'static dyn InventoryAdapter;

    /// What the ids of one disk have in common: a disk can have one id while it is copied and another one later.
    fn disk_key<'a>(&self, id: &'a str) -> &'a str {
        id
    }

    /// What a disk adds to the data of a template for names of claims (Forklift, `setPVCNameFromTemplate` of the adapters).
    fn claim_name_data(&self, disk: &Disk) -> Data;

    /// Whether Kubernetes adds a suffix to the names of claims when the plan does not say.
    fn generates_claim_names(&self) -> bool {
        true
    }

    /// Name of the snapshots that warm migrations make, where it is always the same.
    fn precopy_snapshot(&self) -> Option<&'static str> {
        None
    }

    /// The serial number that MTV gives the target of this VM on this version of OpenShift.
    ///
    /// # Errors
    /// Why it is not known.
    fn serial(&self, _vm: &SourceVm, _openshift: Option<&str>) -> Result<Serial, String> {
        Err(format!(
            "it is not known which serial number MTV gives VMs of {}",
            self.provider_type()
        ))
    }

    /// The platform's words for messages.
    fn words(&self) -> Words;
}

/// How the suite and MTV reach one provider of the providers file.
#[async_trait]
pub trait Access: Send + Sync {
    /// The tag by which scenarios choose it, without `@`.
    fn tag(&self) -> &'static str;

    /// `spec.url` of the Provider.
    fn url(&self) -> &str;

    /// Data of the Provider's Secret, except what says how the certificate is judged.
    ///
    /// # Errors
    /// A secret of the providers file has not been read from the cluster.
    fn secret(&self) -> Result<BTreeMap<String, String>, providers::Error>;

    /// `spec.settings` of the Provider.
    fn settings(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// Whether its storage array can copy disks.
    fn copy_offload(&self) -> bool {
        false
    }

    /// Connects and logs in. `key` names the provider in messages.
    ///
    /// # Errors
    /// The platform does not answer or refuses the log-in.
    async fn connect(&self, key: &str) -> Result<Arc<dyn SourcePlatform>, Error>;
}

/// What the suite can do with VMs of a platform, and MTV with what the suite prepares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// MTV copies the disks of running VMs (warm migrations).
    pub warm: bool,
    /// Clones can have disks of another provisioning than the original.
    pub disk_types: bool,
    /// Clones can get more disks.
    pub more_disks: bool,
    /// Snapshots can be made of clones.
    pub snapshots: bool,
}

/// A serial number, and what it is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serial {
    /// The number; letters may be of either case.
    pub number: String,
    /// Its origin in words: `BIOS UUID 4213... on OpenShift 4.20.1`.
    pub origin: String,
}

/// Words for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// What identifies disks: `files of disks`.
    pub disk_ids: &'static str,
}
