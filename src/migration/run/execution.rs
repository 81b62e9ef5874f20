//! Runs a plan: creates the Migration, follows the Plan, and tells how it ended.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use forklift_api::forklift::condition_types::{ARCHIVED, READY, SUCCEEDED};
use forklift_api::forklift::{Conditions, Migration, MigrationSpec, ObjectRef, Plan, labels};
use jiff::Timestamp;
use kube::ResourceExt;

use super::cutover::{moment, waits_for_no_cutover};
use super::progress::{ProgressMeter, standing};
use super::warm::Observations;
use crate::migration::Error;
use crate::migration::{
    result::MigrationOutcome,
    setup::{MigrationPlan, PlanKind},
};
use crate::{
    cluster::{
        blockers::blocked,
        condition::{ConditionExt, ConditionState, is_true},
        tracked,
        wait::{TerminalFailure, Wait},
    },
    events::log::ScenarioLog,
    journal::{ObjectSubject, Subject},
    run::{Clock, names},
    source::Power,
};

/// A migration that has been started.
#[derive(Debug, Clone)]
pub struct RunningMigration {
    pub(in crate::migration) name: String,
    pub(in crate::migration) uid: String,
    /// Progress that has been logged so far.
    meter: Arc<Mutex<ProgressMeter>>,
    /// Observations of a warm migration.
    pub(in crate::migration) seen: Arc<Observations>,
}

impl RunningMigration {
    /// The most VMs that were in flight at the same time, as far as it was followed.
    pub(in crate::migration) fn most_in_flight(&self) -> usize {
        let meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        meter.most_in_flight
    }

    /// Logs the progress.
    pub(in crate::migration) fn report(&self, plan: &Plan, log: &ScenarioLog) {
        let mut meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        meter.report(plan, log);
        self.seen.news.send_replace(Some(plan.clone()));
    }
}

impl MigrationPlan {
    /// Starts the migration and waits for its end, whatever it is. A warm one is cut over so long after its start, or as the
    /// settings say.
    pub async fn run(&self, cutover: Option<Duration>) -> Result<(RunningMigration, MigrationOutcome), Error> {
        let running = self.begin(self.cutover(cutover)?).await?;
        let outcome = self.finish(&running).await?;
        Ok((running, outcome))
    }

    /// Starts the migration; a warm one goes on until it is told to cut over.
    pub async fn start(&self) -> Result<RunningMigration, Error> {
        self.begin(None).await
    }

    async fn begin(&self, cutover: Option<Duration>) -> Result<RunningMigration, Error> {
        if let Some(vm) = self
            .vms
            .iter()
            .find(|vm| !vm.wanted.clone && vm.source.power == Power::On)
        {
            let vm = vm.source.name.clone();
            return Err(Error::WouldStayOff { vm });
        }
        // Forklift creates the target VMs: from here on they may exist.
        for vm in &self.vms {
            self.announce(&vm.target_name()).await?;
        }
        if self.kind == PlanKind::Warm {
            self.announce_snapshots().await?;
        }
        let namespace = self.plan.namespace().unwrap_or_default();
        let seen = self.first_look().await;
        let spec = spec(&self.plan, cutover, &self.scenario.session.clock, sim_clock::now());
        let mut migration = Migration::new(&names::flavoured(&self.source.base_name, self.kind.flavour()), spec);
        migration.metadata.namespace = Some(namespace);
        let title = format!("creating the migration {}", migration.name_any());
        let created = tracked::create(self.scenario.session.hub(), self.scenario.scope(), migration);
        let created = self.scenario.log.activity(title, created).await?;
        if let Some(cutover) = created.spec.cutover.clone() {
            seen.told(cutover);
        }
        Ok(RunningMigration {
            name: created.name_any(),
            uid: created.uid().unwrap_or_default(),
            meter: Arc::default(),
            seen: Arc::new(seen),
        })
    }

    /// Starts another migration of a plan whose last one failed or was cancelled, once the plan can be run: a source VM
    /// that boots again keeps it from being so for a while.
    pub async fn start_again(&self) -> Result<RunningMigration, Error> {
        let (name, session) = (self.name(), &self.scenario.session);
        let wait = Wait::new(session.hub(), self.api(), &name)
            .for_(format!("the plan {name} to be ready for another run"))
            .at_most(session.settings.timeouts.plan_ready)
            .advice("see what the plan reports; where the source VM is merely slow to boot, raise timeouts.plan_ready")
            .of_uid(self.uid())
            .fails_when(archived)
            .until(is_true(READY).and(is_true(ARCHIVED).not("a plan that is not archived")));
        let title = format!("waiting for the plan {name} to be ready again");
        let plan: Plan = self.scenario.log.activity(title, wait).await?;
        if plan.status.is_true(SUCCEEDED) {
            return Err(Error::HasSucceeded { plan: name });
        }
        self.start().await
    }

    /// Follows a migration to its end.
    ///
    /// The Plan is watched, not the Migration: its status is a reconcile ahead, and it alone tells of blockers and of a
    /// Migration that was deleted. A condition that blocks the Plan while the migration runs does not end the wait, as
    /// Forklift gives it some minutes to go (`BLOCKER_GRACE_PERIOD_MINUTES`); one that keeps it from beginning does, as it
    /// would wait for ever.
    pub async fn finish(&self, running: &RunningMigration) -> Result<MigrationOutcome, Error> {
        let (uid, log) = (running.uid.as_str(), self.scenario.log.clone());
        let has_cutover = running.seen.has_cutover();
        let session = &self.scenario.session;
        let until_cutover = session.clock.simulated(running.seen.until_cutover());
        let wait = Wait::new(self.scenario.session.hub(), self.api(), self.name())
            .for_(format!("the end of the migration {}", running.name))
            .at_most(session.settings.timeouts.migration + until_cutover)
            .advice(format!(
                "see the pods of the plan and their events, `oc get pods -n {} -l {}`; where it is merely slow, raise \
                 timeouts.migration",
                self.target_namespace(),
                labels::of_plan(&self.uid())
            ))
            .of_uid(self.uid())
            .fails_when(move |plan: &Plan| {
                let forgotten = || waits_for_no_cutover(plan).filter(|_| is_begun(plan, uid) && !has_cutover);
                cannot_begin(plan, uid).or_else(forgotten)
            })
            .observing(move |plan: &Plan| {
                if is_begun(plan, &running.uid) {
                    running.report(plan, &log);
                }
            })
            .until(|plan: Option<&Plan>| ended(plan, uid));
        let title = format!("migrating {}", self.vm_names());
        let plan = self.watching(running, self.scenario.log.activity(title, wait)).await?;
        self.judge_cutover(running, &plan);
        self.announce_renamed(&plan).await?;
        Ok(MigrationOutcome::from_plan(&plan, uid).unwrap_or(MigrationOutcome::Canceled))
    }

    fn vm_names(&self) -> String {
        let names: Vec<String> = self.vms.iter().map(|vm| format!("\"{}\"", vm.source.name)).collect();
        names.join(", ")
    }

    async fn announce(&self, target: &str) -> Result<(), Error> {
        let subject = ObjectSubject::target_vm(
            self.destination().id().clone(),
            self.target_namespace(),
            target,
            &self.uid(),
        );
        let intended = self.scenario.scope().intend(Subject::Object(subject)).await;
        intended.map(drop).map_err(|source| Error::Journal {
            what: format!("the target VM \"{target}\""),
            source,
        })
    }

    /// Forklift makes snapshots of the source VMs, of which one can stay behind; those of a clone go with it.
    async fn announce_snapshots(&self) -> Result<(), Error> {
        for vm in self.vms.iter().filter(|vm| !vm.wanted.clone) {
            let vm = vm.source.name.clone();
            let subject = Subject::Snapshots {
                provider: self.source.key.clone(),
                vm: vm.clone(),
            };
            let intended = self.scenario.scope().intend(subject).await;
            intended.map_err(|source| Error::Journal {
                what: format!("the snapshots of the VM \"{vm}\""),
                source,
            })?;
        }
        Ok(())
    }

    /// Forklift chooses another name when the one of the source is taken or no DNS name.
    async fn announce_renamed(&self, plan: &Plan) -> Result<(), Error> {
        let vms = plan.latest_vms();
        for vm in vms {
            let Some(new_name) = &vm.new_name else { continue };
            let expected = self
                .vms
                .iter()
                .find(|prepared| prepared.source.name == vm.source_name());
            if expected.is_none_or(|prepared| prepared.target_name() != *new_name) {
                self.announce(new_name).await?;
            }
        }
        Ok(())
    }
}

/// A run of this plan, cut over so long from now.
fn spec(plan: &Plan, cutover: Option<Duration>, clock: &Clock, now: Timestamp) -> MigrationSpec {
    MigrationSpec {
        plan: ObjectRef::new(plan.namespace().unwrap_or_default(), plan.name_any()),
        cutover: cutover.map(|after| moment(Some(after), clock, now)),
        ..MigrationSpec::default()
    }
}

pub(in crate::migration) fn is_begun(plan: &Plan, migration_uid: &str) -> bool {
    plan.run_of(migration_uid).is_some()
}

fn ended(plan: Option<&Plan>, migration_uid: &str) -> ConditionState {
    let outcome = plan.and_then(|plan| MigrationOutcome::from_plan(plan, migration_uid));
    ConditionState::from_bool(outcome.is_some(), || match plan {
        Some(plan) if is_begun(plan, migration_uid) => format!("the end of all VMs ({})", standing(plan)),
        Some(_) => "the beginning (Forklift has not taken up the migration)".to_owned(),
        None => "the plan".to_owned(),
    })
}

/// An archived plan runs no migration, and says nothing of one that is created for it
/// (Forklift, `pkg/controller/plan/controller.go`).
fn archived(plan: &Plan) -> Option<TerminalFailure> {
    (plan.spec.archived == Some(true)).then(|| TerminalFailure {
        why: "it is archived, and MTV runs no archived plan".to_owned(),
        remedy: Some("archive the plan after its last migration, or make another plan".to_owned()),
    })
}

pub(in crate::migration) fn cannot_begin(plan: &Plan, migration_uid: &str) -> Option<TerminalFailure> {
    if is_begun(plan, migration_uid) {
        return None;
    }
    if let Some(reason) = archived(plan) {
        return Some(reason);
    }
    let TerminalFailure { why, remedy } = blocked(plan.status.conditions())?;
    let why = format!("Forklift does not begin a migration whose plan is blocked: {why}");
    Some(TerminalFailure { why, remedy })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn plan(conditions: Value, history: Value) -> Plan {
        let mut plan = Plan::new("p1", Default::default());
        let status = json!({"conditions": conditions, "migration": {"history": history}});
        plan.status = Some(serde_json::from_value(status).expect("a status"));
        plan
    }

    fn critical() -> Value {
        json!([{
            "type": "VMAlreadyExists", "status": "True", "category": "Critical", "reason": "NotUnique",
            "message": "Target VM already exists.", "lastTransitionTime": "2026-08-21T10:00:00Z",
        }])
    }

    fn run_of(uid: &str) -> Value {
        let nothing = json!({"namespace": "", "name": "", "uid": "", "generation": 0});
        json!([{
            "plan": nothing, "provider": {"source": nothing, "destination": nothing},
            "map": {"network": nothing, "storage": nothing},
            "migration": {"namespace": "mtv", "name": "m", "uid": uid, "generation": 1},
        }])
    }

    #[test]
    fn a_migration_says_when_it_is_cut_over_or_waits_to_be_told() {
        let (plan, now) = (plan(json!([]), json!([])), Timestamp::UNIX_EPOCH);
        let cutover = |after| {
            spec(&plan, after, &Clock::real(), now)
                .cutover
                .map(|at| at.0.as_second())
        };
        assert_eq!(cutover(Some(Duration::from_secs(600))), Some(600));
        assert_eq!(cutover(None), None);
    }

    #[test]
    fn a_blocked_plan_never_begins_but_one_that_runs_may_recover() {
        let reason = cannot_begin(&plan(critical(), json!([])), "mine").expect("a reason");
        insta::assert_snapshot!(reason.why, @"Forklift does not begin a migration whose plan is blocked: VMAlreadyExists (NotUnique): Target VM already exists.");
        assert_eq!(cannot_begin(&plan(critical(), run_of("mine")), "mine"), None);
        assert!(cannot_begin(&plan(critical(), run_of("earlier")), "mine").is_some());
        assert_eq!(cannot_begin(&plan(json!([]), json!([])), "mine"), None);
    }

    #[test]
    fn an_archived_plan_never_begins() {
        let mut plan = plan(json!([]), json!([]));
        plan.spec.archived = Some(true);
        let reason = cannot_begin(&plan, "mine").expect("a reason");
        insta::assert_snapshot!(reason.why, @"it is archived, and MTV runs no archived plan");
    }

    #[test]
    fn a_wait_says_what_is_missing() {
        let missing = |plan: Option<&Plan>| match ended(plan, "mine") {
            ConditionState::Holds => Vec::new(),
            ConditionState::Not(clauses) => clauses,
        };
        assert_eq!(missing(None), ["the plan"]);
        assert_eq!(
            missing(Some(&plan(json!([]), json!([])))),
            ["the beginning (Forklift has not taken up the migration)"]
        );
        assert_eq!(
            missing(Some(&plan(json!([]), run_of("mine")))),
            ["the end of all VMs (Forklift has not begun)"]
        );
    }
}
