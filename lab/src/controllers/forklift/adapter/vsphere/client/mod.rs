//! Acts on VMs of a vCenter (`pkg/controller/plan/adapter/vsphere/client.go`). Each action has a session of its own.

mod defects;
mod power;
mod snapshots;

use async_trait::async_trait;
use forklift_api::{
    cdi::Checkpoint,
    forklift::{DiskDelta, VmStatus},
};
use vim25::{Client as Session, MoRef};

use super::credentials;
use crate::controllers::forklift::{
    adapter::base::{Client, PowerState, SnapshotTask},
    error::{Result, Tried},
    plan::id,
    provider::Credentials,
};

pub use snapshots::checkpoint;

/// Logs in for every action.
pub struct VsphereClient<'a> {
    credentials: &'a Credentials,
}

impl<'a> VsphereClient<'a> {
    /// With the provider's credentials.
    pub fn new(credentials: &'a Credentials) -> Self {
        Self { credentials }
    }

    async fn session(&self) -> Result<Session> {
        let connected = Session::connect(credentials::options(self.credentials)).await;
        connected.tried(|| format!("log in to '{}'", self.credentials.url))
    }
}

#[async_trait]
impl Client for VsphereClient<'_> {
    async fn power_state(&self, vm: &VmStatus) -> Result<PowerState> {
        power::state(self.session().await?, &moref(vm)).await
    }

    async fn power_on(&self, vm: &VmStatus) -> Result<()> {
        power::power_on(self.session().await?, &moref(vm)).await
    }

    async fn power_off(&self, vm: &VmStatus) -> Result<()> {
        power::power_off(self.session().await?, &moref(vm)).await
    }

    async fn create_snapshot(&self, vm: &VmStatus) -> Result<Result<Option<String>, String>> {
        Ok(snapshots::create(self.session().await?, &moref(vm)).await)
    }

    async fn remove_snapshot(&self, snapshot: &str) -> Result<String> {
        snapshots::remove(self.session().await?, snapshot).await
    }

    async fn check_snapshot(&self, task: Option<&str>) -> Result<SnapshotTask> {
        match task.filter(|task| !task.is_empty()) {
            None => Ok(SnapshotTask::Done(None)),
            Some(task) => snapshots::check(self.session().await?, task).await,
        }
    }

    async fn snapshot_deltas(&self, snapshot: &str) -> Result<Vec<DiskDelta>> {
        snapshots::deltas(self.session().await?, snapshot).await
    }

    fn checkpoint(&self, vm: &VmStatus, disk: &str) -> Checkpoint {
        checkpoint(vm, disk)
    }

    async fn lose_snapshots(&self, vm: &VmStatus) -> Result<()> {
        defects::lose_snapshots(self.session().await?, &moref(vm)).await
    }

    async fn add_note(&self, vm: &VmStatus, line: &str) -> Result<()> {
        defects::add_note(self.session().await?, &moref(vm), line).await
    }
}

/// A reference to a VM.
fn moref(vm: &VmStatus) -> MoRef {
    MoRef::new("VirtualMachine", id(&vm.vm))
}

/// Ends the session; one that cannot be ended ends by itself.
async fn leave(session: Session) {
    if let Err(error) = session.logout().await {
        tracing::debug!(%error, "could not log out of the source");
    }
}
