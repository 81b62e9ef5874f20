//! Acts on the VMs of a source.

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
    /// Switches the VM on, unless it is.
    async fn power_on(&self, vm: &VmStatus) -> Result<()>;
    /// Asks the VM to shut down; whether it has is for [`Client::power_state`] to say.
    async fn power_off(&self, vm: &VmStatus) -> Result<()>;

    /// Asks for a snapshot: the id of the task, if there is one, or why the source refuses.
    async fn create_snapshot(&self, vm: &VmStatus) -> Result<Result<Option<String>, String>>;
    /// Asks for the removal of a snapshot: the id of the task.
    async fn remove_snapshot(&self, snapshot: &str) -> Result<String>;
    /// Looks at the task that makes or removes a snapshot. No task has ended.
    async fn check_snapshot(&self, task: Option<&str>) -> Result<SnapshotTask>;
    /// From what each disk of a snapshot has changed since, in the source's words.
    async fn snapshot_deltas(&self, snapshot: &str) -> Result<Vec<DiskDelta>>;
    /// The copy from the latest snapshot, of what changed on this disk since the one before.
    fn checkpoint(&self, vm: &VmStatus, disk: &str) -> Checkpoint;

    /// Removes all snapshots of the VM, for the defect `LostSnapshot`.
    async fn lose_snapshots(&self, vm: &VmStatus) -> Result<()>;
    /// Adds a line to the VM's notes, for the defect `ChangedSource`.
    async fn add_note(&self, vm: &VmStatus, line: &str) -> Result<()>;
}

/// Whether a VM is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerState {
    /// It runs.
    On,
    /// It does not.
    Off,
    /// Neither: suspended, for instance.
    Unknown,
}

impl PowerState {
    /// As the status shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::On => "On",
            Self::Off => "Off",
            Self::Unknown => "Unknown",
        }
    }
}

/// How far the source is with a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotTask {
    /// It works.
    Running,
    /// It is done; a task that makes a snapshot has its id.
    Done(Option<String>),
    /// It failed, and why.
    Failed(String),
}
