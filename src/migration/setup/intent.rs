//! The intention of a scenario: facts from its Given steps, which are carried out by the plan sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use forklift_api::forklift::{AccessMode, VolumeMode};
use k8s_openapi::api::core::v1::Affinity;

use super::hooks::{HookTime, WantedHook};
use super::injections::Injection;
use crate::{
    journal::ControllerSetting,
    session::WantedNamespace,
    source::{NewDisk, Power, Provisioning},
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

/// VMs, maps, hooks and settings that a scenario asks for.
#[derive(Debug, Clone, Default)]
pub struct Intent {
    /// The VMs, in the order of their sentences.
    pub vms: Vec<WantedVm>,
    /// Network mapping; `None`: no plan can be created.
    pub networks: Option<NetworkMapping>,
    /// Storage mapping; `None`: no plan can be created.
    pub storages: Option<StorageMapping>,
    /// Hooks before and after the migration of each VM.
    pub hooks: Vec<WantedHook>,
    /// Faults, defects and holds in the simulated lab.
    pub injections: Vec<Injection>,
    /// VMs that the target has before anything is migrated.
    pub existing_vms: Vec<ExistingVm>,
    /// Settings of MTV's controller during the scenario.
    pub settings: BTreeMap<ControllerSetting, u64>,
    /// Target namespace; `None`: the namespace of the run.
    pub namespace: Option<WantedNamespace>,
    /// Namespace of created networks; `None`: the target namespace.
    pub networks_namespace: Option<WantedNamespace>,
    /// Whether a worker node is reserved.
    pub reserves_node: bool,
    /// Affinity of the target VMs.
    pub affinity: Option<Affinity>,
    /// Disks and snapshots to add to every clone.
    pub every_clone: Extras,
}

/// Disks and snapshots to add to clones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// Disks.
    pub disks: Vec<NewDisk>,
    /// So many snapshots.
    pub snapshots: usize,
}

impl Intent {
    /// Sets the network mapping.
    ///
    /// # Errors
    /// The mapping is already set.
    pub fn map_networks(&mut self, mapping: NetworkMapping) -> Result<(), Error> {
        said_once("networks are", &mut self.networks, mapping)
    }

    /// Sets the storage mapping.
    ///
    /// # Errors
    /// The mapping is already set.
    pub fn map_storages(&mut self, mapping: StorageMapping) -> Result<(), Error> {
        said_once("storage is", &mut self.storages, mapping)
    }
}

impl Intent {
    /// Adds a hook before or after the migration.
    ///
    /// # Errors
    /// A hook of this kind exists; Forklift would run only the first (`pkg/apis/forklift/v1beta1/plan/vm.go`: `FindHook`).
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
    /// Whether a clone is migrated, or the VM itself.
    pub clone: bool,
    /// Options of the VM.
    pub options: VmOptions,
}

/// A VM on the target that is in the way of the plan's VMs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExistingVm {
    /// A VM with this name.
    Named(String),
    /// A VM with a MAC address of the plan's VM that is cloned from this original.
    WithMacOf(String),
}

/// Options of a VM; `None` keeps the property of the original.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VmOptions {
    /// Power state when the migration starts.
    pub power: Option<Power>,
    /// Provisioning of the clone's disks.
    pub disk_type: Option<Provisioning>,
    /// Base of the clone's name, instead of the original's name.
    pub name: Option<String>,
    /// The clone's name keeps upper case, dots and underscores.
    pub keep_name_format: bool,
    /// Name on the target.
    pub target_name: Option<String>,
    /// Whether the guest agent must be connected.
    pub guest_agent: Option<bool>,
    /// Timeout for the guest agent.
    pub guest_agent_timeout: Option<Duration>,
}

/// Mapping of the networks of the source.
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

/// Mapping of one network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkRow {
    /// Name of the network on the source.
    pub source: String,
    /// Destination.
    pub destination: NetworkTarget,
}

/// Destination of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkTarget {
    /// The cluster's pod network.
    Pod,
    /// Nothing: its interfaces are left out.
    Ignored,
    /// A NetworkAttachmentDefinition that exists.
    Attachment {
        /// Namespace of the NetworkAttachmentDefinition.
        namespace: String,
        /// Name of the NetworkAttachmentDefinition.
        name: String,
    },
}

/// Mapping of the storages of the source.
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

/// Mapping of one storage.
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
