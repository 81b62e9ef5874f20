//! Milestones of a running migration that scenarios wait for: precopies and pipeline steps.

use forklift_api::forklift::pipeline_steps::COMPLETED;
use forklift_api::forklift::{Plan, Step, VmStatus};

use super::execution::{RunningMigration, cannot_begin, is_begun};
use super::precopies::counted;
use super::progress::standing;
use crate::cluster::{
    condition::ConditionState,
    wait::{TerminalFailure, Wait},
};
use crate::migration::Error;
use crate::migration::{
    result::{MigrationOutcome, PipelineStep},
    setup::MigrationPlan,
};

impl MigrationPlan {
    /// Waits until each VM has been copied so many times while it ran.
    pub async fn precopies_completed(&self, running: &RunningMigration, number: usize) -> Result<(), Error> {
        let lacking = move |plan: &Plan| {
            let vms = plan.latest_vms().iter().filter(|vm| vm.copies_while_running() < number);
            let said: Vec<String> = vms
                .map(|vm| format!("\"{}\" has {}", vm.source_name(), vm.copies_while_running()))
                .collect();
            said.join(", ")
        };
        let no_copies = |plan: &Plan| {
            let cold = plan.latest_vms().iter().find(|vm| vm.warm.is_none())?;
            Some(format!(
                "\"{}\" is migrated cold, without precopies",
                cold.source_name()
            ))
        };
        let what = format!("{} of each VM", counted(number));
        let reached = move |plan: &Plan| {
            ConditionState::from_bool(lacking(plan).is_empty(), || format!("as many ({})", lacking(plan)))
        };
        self.milestone(running, what, no_copies, reached).await
    }

    /// Waits until every VM has left this step behind.
    pub async fn step_completed(&self, running: &RunningMigration, step: PipelineStep) -> Result<(), Error> {
        let reached = move |plan: &Plan| {
            ConditionState::from_bool(all_behind(plan, step), || {
                format!("all VMs to have left it ({})", standing(plan))
            })
        };
        let what = format!("the end of the step {step}");
        self.milestone(running, what, move |plan| unknown(plan, step), reached)
            .await
    }

    /// Waits until a VM is in this step.
    pub async fn step_running(&self, running: &RunningMigration, step: PipelineStep) -> Result<(), Error> {
        let reached = move |plan: &Plan| {
            let one = plan.latest_vms().iter().any(|vm| place(vm, step) == Some(Place::In));
            ConditionState::from_bool(one, || format!("a VM to be in it ({})", standing(plan)))
        };
        let missed = move |plan: &Plan| {
            let behind = all_behind(plan, step).then(|| format!("every VM has left the step {step} behind already"));
            unknown(plan, step).or(behind)
        };
        let what = format!("the beginning of the step {step}");
        self.milestone(running, what, missed, reached).await
    }

    /// Follows a migration to something on its way. A migration that ends before, and one that never comes to it, end the
    /// wait.
    async fn milestone(
        &self,
        running: &RunningMigration,
        what: String,
        in_vain: impl Fn(&Plan) -> Option<String> + Send + Sync,
        reached: impl Fn(&Plan) -> ConditionState + Send + Sync,
    ) -> Result<(), Error> {
        let (uid, log) = (running.uid.as_str(), self.scenario.log.clone());
        let title = format!("waiting for {what}");
        let wait = Wait::new(self.scenario.session.hub(), self.api(), self.name())
            .for_(what)
            .at_most(self.scenario.session.settings.timeouts.migration)
            .advice("where the migration is merely slow, raise timeouts.migration")
            .of_uid(self.uid())
            .fails_when(|plan: &Plan| {
                let outcome = MigrationOutcome::from_plan(plan, uid);
                let why = outcome.map(|outcome| format!("the migration is over: {outcome}"));
                let why = why.or_else(|| in_vain(plan).filter(|_| is_begun(plan, uid)));
                cannot_begin(plan, uid).or(why.map(TerminalFailure::from))
            })
            .observing(|plan: &Plan| {
                if is_begun(plan, uid) {
                    running.report(plan, &log);
                }
            })
            .until(|plan: Option<&Plan>| match plan.filter(|plan| is_begun(plan, uid)) {
                Some(plan) if !plan.latest_vms().is_empty() => reached(plan),
                _ => ConditionState::Not(vec![
                    "the beginning (Forklift has not taken up the migration)".to_owned(),
                ]),
            });
        self.watching(running, self.scenario.log.activity(title, wait)).await?;
        Ok(())
    }
}

/// Position of a VM relative to a pipeline step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    In,
    Behind,
}

/// `None`: its pipeline has no such step.
///
/// A step is behind when a later one has begun. Its own end does not say so: the disk transfer of a warm migration ends with
/// each precopy and begins again with the next.
fn place(vm: &VmStatus, step: PipelineStep) -> Option<Place> {
    let index = vm.pipeline.iter().position(|known| step.is(&known.name))?;
    let (known, later) = (vm.pipeline.get(index)?, vm.pipeline.get(index + 1..)?);
    let has_ended = known.phase.as_deref() == Some(COMPLETED);
    let is_behind = match later {
        [] => known.completed.is_some(),
        later => later.iter().any(|step: &Step| step.started.is_some()),
    };
    Some(match () {
        () if is_behind => Place::Behind,
        () if known.started.is_some() && !has_ended => Place::In,
        () => Place::Before,
    })
}

fn all_behind(plan: &Plan, step: PipelineStep) -> bool {
    plan.latest_vms()
        .iter()
        .all(|vm| place(vm, step) == Some(Place::Behind))
}

fn unknown(plan: &Plan, step: PipelineStep) -> Option<String> {
    let vm = plan.latest_vms().iter().find(|vm| place(vm, step).is_none())?;
    let steps: Vec<&str> = vm.pipeline.iter().map(|step| step.name.as_str()).collect();
    Some(format!(
        "the migration of \"{}\" has no step {step}; it has {}",
        vm.source_name(),
        steps.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn vm(steps: &[(&str, Option<&str>, bool, bool)]) -> VmStatus {
        let time = |is: bool| is.then_some("2026-08-21T10:00:00Z");
        let steps: Vec<Value> = steps
            .iter()
            .map(|(name, phase, started, completed)| {
                json!({
                    "name": name, "phase": phase, "started": time(*started), "completed": time(*completed),
                    "progress": {"completed": 0, "total": 1},
                })
            })
            .collect();
        serde_json::from_value(json!({"id": "vm-1", "name": "a", "phase": "x", "pipeline": steps})).expect("a status")
    }

    fn places(vm: &VmStatus) -> Vec<Option<Place>> {
        let steps = ["Initialize", "disk transfer", "Cutover", "PostHook"];
        let steps = steps.map(|step| step.parse().expect("a step"));
        steps.into_iter().map(|step| place(vm, step)).collect()
    }

    #[test]
    fn a_paused_transfer_is_not_behind() {
        let paused = vm(&[
            ("Initialize", Some("Completed"), true, true),
            ("DiskTransfer", Some("Completed"), true, true),
            ("Cutover", None, false, false),
        ]);
        assert_eq!(
            places(&paused),
            [Some(Place::Behind), Some(Place::Before), Some(Place::Before), None]
        );
        let cut_over = vm(&[
            ("Initialize", Some("Completed"), true, true),
            ("DiskTransfer", Some("Completed"), true, true),
            ("Cutover", Some("Running"), true, false),
        ]);
        assert_eq!(
            places(&cut_over),
            [Some(Place::Behind), Some(Place::Behind), Some(Place::In), None]
        );
    }

    #[test]
    fn a_step_is_completed_when_no_vm_is_in_it_any_more() {
        let behind = vm(&[("Initialize", None, true, true), ("DiskTransfer", None, true, false)]);
        let inside = vm(&[("Initialize", None, true, false), ("DiskTransfer", None, false, false)]);
        let step = "Initialize".parse().expect("a step");
        for (vms, expected) in [
            ([&behind, &inside], false),
            ([&inside, &behind], false),
            ([&behind, &behind], true),
        ] {
            let mut plan = Plan::new("p1", Default::default());
            let status = json!({"migration": {"vms": vms}});
            plan.status = Some(serde_json::from_value(status).expect("a status"));
            assert_eq!(all_behind(&plan, step), expected, "{vms:?}");
        }
    }

    #[test]
    fn a_step_that_waits_for_its_disks_is_run() {
        let copying = vm(&[
            ("Initialize", Some("Completed"), true, true),
            ("DiskTransfer", Some("Pending"), true, false),
            ("Cutover", None, false, false),
        ]);
        assert_eq!(places(&copying)[1], Some(Place::In));
    }
}
