//! Snapshots of MTV on source VMs after a cancelled migration.

use std::time::Duration;

use forklift_api::forklift::{Plan, VmStatus};
use futures::future::try_join_all;
use sim_clock::{Instant, sleep_until};
use thiserror::Error as ThisError;

use crate::{
    migration::{
        Error,
        setup::{MigrationPlan, PreparedVm},
    },
    source::SourceVm,
};

/// Between two looks, as stated: the source consolidates disks meanwhile.
const PAUSE: Duration = Duration::from_secs(5);

/// Snapshots of MTV that stay on the source.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[error("{}", .0.join("\n"))]
pub struct RemainingSnapshots(Vec<String>);

impl MigrationPlan {
    /// The snapshots that MTV took of a VM since it was as before, in words.
    pub fn snapshots_of_mtv(&self, vm: &SourceVm, before: &SourceVm) -> Vec<String> {
        let name = self.source.platform.descriptor().precopy_snapshot();
        let of_mtv = vm
            .snapshots
            .iter()
            .filter(|snapshot| Some(snapshot.name.as_str()) == name);
        let new = of_mtv.filter(|snapshot| !before.snapshots.contains(snapshot));
        new.map(|snapshot| format!("snapshot {} \"{}\" of \"{}\"", snapshot.number, snapshot.name, vm.name))
            .collect()
    }

    /// Checks that the snapshots of MTV on the source VMs are removed before the cancel timeout: Forklift asks for their
    /// removal and does not wait for it.
    pub async fn snapshots_go(&self) -> Result<(), Error> {
        let plan = self.read_again().await?;
        let removed: Vec<&str> = plan.iter().flat_map(Plan::latest_vms).filter_map(removed).collect();
        let removed = |vm: &&PreparedVm| removed.contains(&vm.inventory.id.0.as_str());
        let sources: Vec<&PreparedVm> = self.vms.iter().filter(removed).collect();
        let title = format!("waiting for the snapshots of the plan {} to go", self.name());
        let left = self.scenario.log.activity(title, self.snapshots_left(&sources)).await?;
        if left.is_empty() {
            Ok(())
        } else {
            Err(Error::Snapshots(RemainingSnapshots(left)))
        }
    }

    async fn snapshots_left(&self, sources: &[&PreparedVm]) -> Result<Vec<String>, Error> {
        let session = &self.scenario.session;
        let deadline = Instant::now() + session.clock.deadline(session.settings.timeouts.cancel);
        loop {
            let looks = sources.iter().map(|vm| self.source.platform.describe(&vm.source.id));
            let seen = try_join_all(looks).await?;
            let both = seen.iter().zip(sources);
            let left = both.filter_map(|(now, vm)| Some(self.snapshots_of_mtv(now.as_ref()?, &vm.source)));
            let left: Vec<String> = left
                .flatten()
                .map(|left| format!("MTV left the {left} on the source"))
                .collect();
            if left.is_empty() || Instant::now() >= deadline || session.cancel.is_cancelled() {
                return Ok(left);
            }
            let pause = Instant::now() + session.clock.stated(PAUSE);
            tokio::select! {
                biased;
                () = session.cancel.cancelled() => {}
                () = sleep_until(pause.min(deadline)) => {}
            }
        }
    }
}

/// The id of a VM whose last snapshot Forklift can remove: it does not know one whose making it has not seen the end of
/// (`pkg/controller/plan/migration.go`: `removeLastWarmSnapshot`).
fn removed(vm: &VmStatus) -> Option<&str> {
    vm.copies().last()?.snapshot.as_ref()?;
    vm.vm.id.as_deref()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_snapshot_that_is_being_made_is_not_removed() {
        let removed_of = |precopies: Value| {
            let warm = json!({"successes": 0, "failures": 0, "consecutiveFailures": 0, "precopies": precopies});
            let vm = json!({"id": "vm-1", "phase": "Completed", "pipeline": [], "warm": warm});
            let vm: VmStatus = serde_json::from_value(vm).expect("a status");
            removed(&vm).map(str::to_owned)
        };
        let (made, being_made) = (json!({"snapshot": "snapshot-1"}), json!({"createTaskId": "task-1"}));
        assert_eq!(removed_of(json!([made])), Some("vm-1".to_owned()));
        assert_eq!(removed_of(json!([made, being_made])), None);
        assert_eq!(removed_of(json!([])), None);
    }
}
