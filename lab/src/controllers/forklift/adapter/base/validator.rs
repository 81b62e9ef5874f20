//! Checks whether VMs of a source can be migrated. Conditions and their order are common to all platforms:
//! `plan/validation`.

use async_trait::async_trait;
use forklift_api::forklift::{NetworkMap, Plan, Provider, Ref, StorageMap};

use super::SourceVm;
use crate::controllers::forklift::{conditions::Staging, error::Result, shared::Shared};

/// References of a plan during validation; its maps may be missing.
#[derive(Clone, Copy)]
pub struct PlanContext<'a> {
    /// Shared state of the controllers.
    pub shared: &'a Shared,
    /// The plan.
    pub plan: &'a Plan,
    /// The source provider.
    pub provider: &'a Provider,
    /// The network map, if it exists.
    pub network_map: Option<&'a NetworkMap>,
    /// The storage map, if it exists.
    pub storage_map: Option<&'a StorageMap>,
}

/// Provider-specific checks of a plan.
#[async_trait]
pub trait Validator: Send + Sync {
    /// Whether all networks of a VM are mapped.
    fn networks_mapped(&self, vm: &SourceVm) -> bool;
    /// Whether all storages of a VM's disks are mapped.
    fn storage_mapped(&self, vm: &SourceVm) -> bool;
    /// Whether the VM's host is in maintenance.
    fn maintenance_mode(&self, vm: &SourceVm) -> bool;
    /// Whether the addresses of all interfaces are known.
    fn static_ips(&self, vm: &SourceVm) -> bool;
    /// Whether changed blocks are tracked.
    fn change_tracking_enabled(&self, vm: &SourceVm) -> bool;
    /// Whether the VM has snapshots.
    fn has_snapshot(&self, vm: &SourceVm) -> bool;
    /// Whether the guest tools of a VM that runs are installed and run too.
    fn guest_tools_installed(&self, vm: &SourceVm) -> bool;
    /// Name of the source's guest tools.
    fn guest_tools(&self) -> &'static str;
    /// Whether a disk has no size.
    fn invalid_disk_sizes(&self, vm: &SourceVm) -> bool;
    /// What is wrong with disks that the VM shares; `planned` are all VMs of the plan.
    fn shared_disks(&self, vm: &SourceVm, planned: &[SourceVm]) -> Option<SharedDisks>;
    /// What is wrong with a template for the names of the VM's claims; `target` is the VM's name as templates see it.
    fn pvc_name_template(&self, vm: &SourceVm, target: &str, template: &str) -> Option<String>;

    /// Checks what the plan needs of the provider's settings. Returns whether a check is still running: the plan is not
    /// ready until it has ended.
    async fn settings(&self, staging: &mut Staging) -> Result<bool>;
}

/// A condition about shared disks of a VM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedDisks {
    /// Type of the condition; the VM's id is added.
    pub type_: &'static str,
    /// Category; an empty one does not block.
    pub category: &'static str,
    /// Message.
    pub message: String,
}

/// Whether the resolved references of a map have this id.
pub fn is_referenced(references: Option<&Vec<Ref>>, id: &str) -> bool {
    references.is_some_and(|references| references.iter().any(|known| known.id.as_deref() == Some(id)))
}
