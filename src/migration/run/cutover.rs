//! The cutover of a warm migration: when its running VMs are switched off and copied for the last time.

use std::time::Duration;

use forklift_api::forklift::{Migration, Plan, phases};
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::{
    Api, ResourceExt,
    api::{Patch, PatchParams},
};
use serde_json::json;

use super::execution::RunningMigration;
use crate::migration::Error;
use crate::{
    cluster::{retrying, wait::TerminalFailure},
    migration::setup::{MigrationPlan, PlanKind},
    run::Clock,
};

impl MigrationPlan {
    /// When a migration that is run from beginning to end is cut over: as said, else, for a warm one, as the settings say.
    ///
    /// # Errors
    /// A cutover was requested for a cold migration.
    pub(in crate::migration) fn cutover(&self, said: Option<Duration>) -> Result<Option<Duration>, Error> {
        match (self.kind, said) {
            (PlanKind::Cold, Some(_)) => Err(Error::NoCutover { plan: self.name() }),
            (PlanKind::Cold, None) => Ok(None),
            (PlanKind::Warm, said) => Ok(Some(said.unwrap_or(self.scenario.session.settings.migration.cutover))),
        }
    }

    /// Sets the cutover of a running migration: after a delay, or at once.
    pub async fn schedule_cutover(&self, running: &RunningMigration, after: Option<Duration>) -> Result<(), Error> {
        self.cutover(Some(after.unwrap_or_default()))?;
        let at = moment(after, &self.scenario.session.clock, sim_clock::now());
        let namespace = self.plan.namespace().unwrap_or_default();
        let migrations: Api<Migration> = Api::namespaced(self.scenario.session.hub().client.clone(), &namespace);
        let change = Patch::Merge(json!({"spec": {"cutover": at}}));
        let params = PatchParams::default();
        let patched = retrying(|| migrations.patch(&running.name, &params, &change)).await;
        patched.map_err(|source| Error::Schedule {
            migration: running.name.clone(),
            source: Box::new(source),
        })?;
        running.seen.told(at);
        Ok(())
    }
}

/// A VM whose precopies continue without end because no cutover is scheduled; waiting for its end cannot succeed.
pub(in crate::migration) fn waits_for_no_cutover(plan: &Plan) -> Option<TerminalFailure> {
    let paused = plan.latest_vms().iter().find(|vm| vm.phase == phases::COPYING_PAUSED)?;
    Some(TerminalFailure {
        why: format!(
            "the VM \"{}\" is copied again and again, and nothing says when it is cut over",
            paused.source_name()
        ),
        remedy: Some("add `When the cutover is scheduled now`, or write `When the migration runs`".to_owned()),
    })
}

/// A stated time from now, on the clock of the target, or now. Kubernetes' times have whole seconds: what is stated is never
/// earlier.
pub(in crate::migration) fn moment(after: Option<Duration>, clock: &Clock, now: Timestamp) -> Time {
    let Some(after) = after else {
        // A time that is not over yet would let another precopy begin.
        return Time(whole_seconds(now));
    };
    let at = now.checked_add(clock.stated(after)).unwrap_or(Timestamp::MAX);
    match whole_seconds(at) {
        whole if whole == at => Time(at),
        whole => Time(whole.checked_add(Duration::from_secs(1)).unwrap_or(whole)),
    }
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vm_between_two_copies_waits_for_a_cutover() {
        let plan = |phase: &str| {
            let mut plan = Plan::new("p1", Default::default());
            let vm = json!({"id": "vm-1", "name": "a", "phase": phase, "pipeline": []});
            plan.status = Some(serde_json::from_value(json!({"migration": {"vms": [vm]}})).expect("a status"));
            plan
        };
        assert!(waits_for_no_cutover(&plan("CopyDisks")).is_none());
        let why = waits_for_no_cutover(&plan("CopyingPaused")).map(|failure| failure.why);
        let expected = r#"the VM "a" is copied again and again, and nothing says when it is cut over"#;
        assert_eq!(why.as_deref(), Some(expected));
    }

    #[test]
    fn a_cutover_is_not_earlier_than_stated_and_one_at_once_is_not_later_than_now() {
        let now: Timestamp = "2026-08-21T10:00:00.5Z".parse().expect("a time");
        for (after, speed, expected) in [
            (None, "1", "2026-08-21T10:00:00Z"),
            (Some(0), "1", "2026-08-21T10:00:01Z"),
            (Some(600), "1", "2026-08-21T10:10:01Z"),
            (Some(600), "60", "2026-08-21T10:00:11Z"),
        ] {
            let clock = Clock::new(speed.parse().expect("a speed"));
            let at = moment(after.map(Duration::from_secs), &clock, now);
            assert_eq!(at.0.to_string(), expected, "{after:?} at {speed}");
        }
    }
}
