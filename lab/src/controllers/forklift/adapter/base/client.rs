//! Actions on the VMs of a source.

use async_trait::async_trait;
use forklift_api::{
    cdi::Checkpoint,
    forklift::{DiskDelta, VmStatus},
};

use crate::controllers::forklift::error::Result;

/// Provider-specific actions on a source VM.
#[async_trait]
pub trait Client: Send + Sync {
    /// Reads the power state.
    async fn power_state(&self, vm: &VmStatus) -> Result<PowerState>;
    /// Powers on the VM, if it is not powered on.
    async fn power_on(&self, vm: &VmStatus) -> Result<()>;
    /// Requests the shutdown of the VM; [`Client::power_state`] shows when it is powered off.
    async fn power_off(&self, vm: &VmStatus) -> Result<()>;

    /// Requests a snapshot. Returns the id of the task, if there is one, or the reason of the source's refusal.
    async fn create_snapshot(&self, vm: &VmStatus) -> Result<Result<Option<String>, String>>;
    /// Requests the removal of a snapshot; returns the id of the task.
    async fn remove_snapshot(&self, snapshot: &str) -> Result<String>;
    /// Checks the task that creates or removes a snapshot; without a task the operation has ended.
    async fn check_snapshot(&self, task: Option<&str>) -> Result<SnapshotTask>;
    /// Change id of each disk of a snapshot, in the source's format.
    async fn snapshot_deltas(&self, snapshot: &str) -> Result<Vec<DiskDelta>>;
    /// The copy from the latest snapshot, of what changed on this disk since the one before.
    fn checkpoint(&self, vm: &VmStatus, disk: &str) -> Checkpoint;

    /// Removes all snapshots of the VM, for the defect `LostSnapshot`.
    async fn lose_snapshots(&self, vm: &VmStatus) -> Result<()>;
    /// Adds a line to the VM's notes, for the defect `ChangedSource`.
    async fn add_note(&self, vm: &VmStatus, line: &str) -> Result<()>;
}

/// Power state of a VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerState {
    /// The VM runs.
    On,
    /// The VM is powered off.
    Off,
    /// Another state, such as suspended.
    Unknown,
}

impl PowerState {
    /// The power state as the status of the VM shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::On => "On",
            Self::Off => "Off",
            Self::Unknown => "Unknown",
        }
    }
}

/// State of a snapshot task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotTask {
    /// The task runs.
    Running,
    /// It is done; a task that makes a snapshot has its id.
    Done(Option<String>),
    /// It failed, and why.
    Failed(String),
}
