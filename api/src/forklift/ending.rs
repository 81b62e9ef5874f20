//! Outcome of migrations, from their conditions (`pkg/controller/plan/controller.go`,
//! `pkg/controller/migration/controller.go`).

use super::condition_types::{CANCELED, EXECUTING, FAILED, SUCCEEDED};
use super::{Conditions, Migration, Plan, Snapshot, VmStatus};

/// Outcome of a run of a plan, or of the migration of one VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Every VM that was not cancelled was migrated.
    Succeeded,
    /// At least one VM was not migrated.
    Failed,
    /// The run was cancelled before a VM was migrated or failed.
    Canceled,
}

impl Ending {
    /// Derives the ending from conditions. A VM that is cancelled while it fails has both conditions and
    /// counts as cancelled.
    fn from_conditions(conditions: &impl Conditions) -> Option<Self> {
        let endings = [
            (SUCCEEDED, Self::Succeeded),
            (CANCELED, Self::Canceled),
            (FAILED, Self::Failed),
        ];
        endings
            .into_iter()
            .find_map(|(type_, ending)| conditions.is_true(type_).then_some(ending))
    }
}

impl Plan {
    /// The VMs of the latest run.
    pub fn latest_vms(&self) -> &[VmStatus] {
        self.status.as_ref().map(|status| status.vms()).unwrap_or_default()
    }

    /// Returns the run of the Migration with this UID, if it is the latest run.
    ///
    /// Lifecycle conditions of a Plan remain set until the next run, so only the history entry that refers to the
    /// Migration is valid. The entry also exists for a Migration that was deleted while it ran.
    pub fn run_of(&self, migration_uid: &str) -> Option<&Snapshot> {
        let latest = self.status.as_ref()?.latest();
        latest.filter(|run| run.migration.uid == migration_uid)
    }

    /// Ending of the run of this Migration; `None` while it runs and after the start of another run.
    pub fn ending_of(&self, migration_uid: &str) -> Option<Ending> {
        Ending::from_conditions(self.run_of(migration_uid)?)
    }

    /// Whether a Migration of the plan is running.
    pub fn is_executing(&self) -> bool {
        self.status.is_true(EXECUTING)
    }
}

impl Migration {
    /// Ending of the Migration, set up to one reconcile after that of its Plan, or never if the Plan is blocked
    /// (`pkg/controller/migration/validation.go`). `completed` is not used: it is absent after cancellation.
    pub fn ended(&self) -> Option<Ending> {
        Ending::from_conditions(&self.status)
    }
}

impl VmStatus {
    /// Ending of the VM's migration; `None` while it runs. `completed` is set up to one reconcile later.
    pub fn ended(&self) -> Option<Ending> {
        Ending::from_conditions(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forklift::{Condition, PlanMigration, PlanStatus, SnapshotRef};

    fn conditions(types: &[&str]) -> Option<Vec<Condition>> {
        let condition = |type_: &&str| Condition {
            type_: (*type_).to_owned(),
            status: "True".to_owned(),
            ..Condition::default()
        };
        Some(types.iter().map(condition).collect())
    }

    fn run(uid: &str, types: &[&str]) -> Snapshot {
        Snapshot {
            conditions: conditions(types),
            migration: SnapshotRef {
                uid: uid.to_owned(),
                ..SnapshotRef::default()
            },
            ..Snapshot::default()
        }
    }

    #[test]
    fn the_ending_is_read_from_the_latest_run() {
        let mut plan = Plan::new("p1", Default::default());
        assert_eq!(plan.ending_of("second"), None);
        let mut tell = |history: Vec<Snapshot>, uid: &str| {
            let migration = PlanMigration {
                history: Some(history),
                ..PlanMigration::default()
            };
            plan.status = Some(PlanStatus {
                conditions: conditions(&[SUCCEEDED]),
                migration: Some(migration),
                ..PlanStatus::default()
            });
            plan.ending_of(uid)
        };
        let first = || run("first", &[FAILED]);
        assert_eq!(tell(vec![first()], "first"), Some(Ending::Failed));
        assert_eq!(tell(vec![first()], "second"), None);
        assert_eq!(tell(vec![first(), run("second", &[EXECUTING])], "second"), None);
        assert_eq!(
            tell(vec![first(), run("second", &[CANCELED])], "second"),
            Some(Ending::Canceled)
        );
        assert_eq!(tell(vec![first(), run("second", &[CANCELED])], "first"), None);
    }

    #[test]
    fn a_vm_that_failed_while_it_was_cancelled_is_cancelled() {
        for (types, ending) in [
            (&[SUCCEEDED][..], Some(Ending::Succeeded)),
            (&[FAILED], Some(Ending::Failed)),
            (&[FAILED, CANCELED], Some(Ending::Canceled)),
            (&["Pending"], None),
        ] {
            let vm = VmStatus {
                conditions: conditions(types),
                ..VmStatus::default()
            };
            assert_eq!(vm.ended(), ending, "{types:?}");
        }
    }
}
