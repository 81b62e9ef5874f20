//! What the Givens of a scenario said: intention, on which nothing acts before the plan sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use forklift_api::forklift::{AccessMode, VolumeMode};
use k8s_openapi::api::core::v1::Affinity;

use super::hooks::{HookTime, WantedHook};
use super::injections::Injection;
use crate::{
    journal::ControllerSetting,
    session::WantedNamespace,
    source::{DiskType, NewDisk, Power},
};

/// Givens that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A second sentence maps the same.
    #[error("{what} mapped already; keep one of the two sentences")]
    MappedTwice {
        /// `storage is`, or `networks are`.
        what: &'static str,
    },
    /// A second hook of the same time.
    #[error("there is a {time} hook already, and MTV runs one of each kind; keep one of the two sentences")]
    HookTwice {
        /// When it runs.
        time: HookTime,
    },
}

/// What a scenario wants to migrate, and how.
#[derive(Debug, Clone, Default)]
pub struct Intent {
    /// The VMs, in the order of their sentences.
    pub vms: Vec<WantedVm>,
    /// What the source's networks become; unsaid: no plan can be made.
    pub networks: Option<NetworkMapping>,
    /// What the source's storages become; unsaid: no plan can be made.
    pub storages: Option<StorageMapping>,
    /// What runs before and after the migration of each VM.
    pub hooks: Vec<WantedHook>,
    /// What goes wrong with the VMs in the simulated lab.
    pub injections: Vec<Injection>,
    /// VMs that the target has before anything is migrated.
    pub existing_vms: Vec<ExistingVm>,
    /// What MTV's controller is set to meanwhile.
    pub settings: BTreeMap<ControllerSetting, u64>,
    /// Where the VMs land; unsaid, in the run's namespace.
    pub namespace: Option<WantedNamespace>,
    /// Where the networks are that are made for the VMs; unsaid, where the VMs land.
    pub networks_namespace: Option<WantedNamespace>,
    /// Whether a worker node is reserved.
    pub reserves_node: bool,
    /// Affinity of the target VMs.
    pub affinity: Option<Affinity>,
    /// What every clone gets before it is migrated.
    pub every_clone: Extras,
}

/// What clones get before they are migrated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// Disks.
    pub disks: Vec<NewDisk>,
    /// So many snapshots.
    pub snapshots: usize,
}

impl Intent {
    /// Says what the source's networks become.
    ///
    /// # Errors
    /// It was said before.
    pub fn map_networks(&mut self, mapping: NetworkMapping) -> Result<(), Error> {
        said_once("networks are", &mut self.networks, mapping)
    }

    /// Says what the source's storages become.
    ///
    /// # Errors
    /// It was said before.
    pub fn map_storages(&mut self, mapping: StorageMapping) -> Result<(), Error> {
        said_once("storage is", &mut self.storages, mapping)
    }
}

impl Intent {
    /// Says what runs before or after the migration.
    ///
    /// # Errors
    /// It was said before; Forklift would run only the first (`pkg/apis/forklift/v1beta1/plan/vm.go`: `FindHook`).
    pub fn add_hook(&mut self, hook: WantedHook) -> Result<(), Error> {
        if self.hooks.iter().any(|known| known.time == hook.time) {
            return Err(Error::HookTwice { time: hook.time });
        }
        self.hooks.push(hook);
        Ok(())
    }
}

fn said_once<T>(what: &'static str, said: &mut Option<T>, mapping: T) -> Result<(), Error> {
    match said.replace(mapping) {
        None => Ok(()),
        Some(_) => Err(Error::MappedTwice { what }),
    }
}

/// A VM of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedVm {
    /// Name of the VM or template on the source.
    pub original: String,
    /// Whether a clone of it is migrated, or the VM itself.
    pub clone: bool,
    /// What is wanted of it.
    pub options: VmOptions,
}

/// A VM on the target that is in the way of the plan's VMs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExistingVm {
    /// It has this name.
    Named(String),
    /// It has a MAC address of the plan's VM that is made from this original.
    WithMacOf(String),
}

/// What is wanted of a VM; what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VmOptions {
    /// Power state when the migration starts.
    pub power: Option<Power>,
    /// Provisioning of the clone's disks.
    pub disk_type: Option<DiskType>,
    /// What the clone's name is made from, instead of the original's name.
    pub name: Option<String>,
    /// The clone's name keeps upper case, dots and underscores.
    pub keep_name_format: bool,
    /// Name on the target.
    pub target_name: Option<String>,
    /// Whether the guest agent must answer.
    pub guest_agent: Option<bool>,
    /// How long the guest agent is awaited.
    pub guest_agent_timeout: Option<Duration>,
}

/// What the networks of the source become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkMapping {
    /// The first one the pod network, each further one a network of its own.
    FromInventory {
        /// A row for each interface, also where several are on one network.
        per_nic: bool,
    },
    /// As the scenario says.
    AsFollows(Vec<NetworkRow>),
}

/// What one network becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkRow {
    /// Name of the network on the source.
    pub source: String,
    /// What it becomes.
    pub destination: NetworkTarget,
}

/// What a network can become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkTarget {
    /// The cluster's pod network.
    Pod,
    /// Nothing: its interfaces are left out.
    Ignored,
    /// A NetworkAttachmentDefinition that exists.
    Attachment {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
}

/// What the storages of the source become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageMapping {
    /// All of them the storage class of the settings.
    FromInventory,
    /// All of them this storage class.
    Class(String),
    /// As the scenario says.
    AsFollows(Vec<StorageRow>),
}

impl StorageMapping {
    /// The storage classes that it names.
    pub fn classes(&self) -> BTreeSet<String> {
        match self {
            Self::FromInventory => BTreeSet::new(),
            Self::Class(class) => BTreeSet::from([class.clone()]),
            Self::AsFollows(rows) => rows.iter().map(|row| row.class.clone()).collect(),
        }
    }
}

/// What one storage becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageRow {
    /// Name of the datastore, storage domain or volume type on the source.
    pub source: String,
    /// Storage class.
    pub class: String,
    /// Access mode; `None` leaves it to the storage profile.
    pub access_mode: Option<AccessMode>,
    /// Volume mode; `None` leaves it to the storage profile.
    pub volume_mode: Option<VolumeMode>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_storages_and_networks_become_is_said_once() {
        let mut intent = Intent::default();
        intent.map_storages(StorageMapping::Class("lab-file".into())).unwrap();
        intent
            .map_networks(NetworkMapping::FromInventory { per_nic: false })
            .unwrap();
        let storage = intent.map_storages(StorageMapping::FromInventory).unwrap_err();
        insta::assert_snapshot!(storage, @"storage is mapped already; keep one of the two sentences");
        let networks = intent.map_networks(NetworkMapping::AsFollows(vec![])).unwrap_err();
        insta::assert_snapshot!(networks, @"networks are mapped already; keep one of the two sentences");
    }

    #[test]
    fn there_is_one_hook_of_each_kind() {
        let hook = |time| WantedHook {
            time,
            playbook: String::new(),
        };
        let mut intent = Intent::default();
        intent.add_hook(hook(HookTime::PreMigration)).unwrap();
        intent.add_hook(hook(HookTime::PostMigration)).unwrap();
        let twice = intent.add_hook(hook(HookTime::PostMigration)).unwrap_err();
        insta::assert_snapshot!(twice, @"there is a post-migration hook already, and MTV runs one of each kind; keep one of the two sentences");
    }
}
