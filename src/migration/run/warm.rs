//! Whether a warm migration was one: its VMs ran until their cutover, which did not come before its time, and were copied
//! once more then.
//!
//! When copies began is told by the Plan. Whether a VM ran meanwhile only its source knows, and what CDI was told to copy
//! only the DataVolumes, which go when the target VM is made: both are looked at while the migration is followed. A look
//! that comes to nothing proves nothing.

use std::collections::{BTreeSet, HashSet};
use std::convert::Infallible;
use std::future::pending;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use forklift_api::cdi::DataVolume;
use forklift_api::forklift::condition_types::SUCCEEDED;
use forklift_api::forklift::{Conditions, Plan, Precopy, VmStatus, labels, phases};
use futures::future::join_all;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::{Api, api::ListParams};
use tokio::sync::watch;

use super::execution::RunningMigration;
use super::run_stats::UnexpectedRunStats;
use crate::{
    cluster::retrying,
    migration::setup::{MigrationPlan, PlanKind},
    run::Clock,
    source::Power,
};

/// Phases in which a VM is copied while it is running (Forklift, `pkg/controller/plan/migrator/base/migrator.go`).
const BEFORE_CUTOVER: &[&str] = &[phases::COPY_DISKS, phases::COPYING_PAUSED];
/// Phases between the last copy and the end of its DataVolumes.
const AFTER_LAST_COPY: &[&str] = &[
    phases::REMOVE_FINAL_SNAPSHOT,
    phases::CREATE_GUEST_CONVERSION_POD,
    phases::CONVERT_GUEST,
];

/// Observations of a warm migration.
#[derive(Debug, Default)]
pub(in crate::migration) struct Observations {
    /// Ids of the source VMs that ran when it began: those of an earlier attempt may be off.
    ran: HashSet<String>,
    /// The Plan whenever it has changed.
    pub(in crate::migration) news: watch::Sender<Option<Plan>>,
    /// The cutovers that Forklift was told, the latest last.
    cutovers: Mutex<Vec<Told>>,
    /// Violations, one line each.
    wrong: Mutex<BTreeSet<String>>,
}

/// A cutover, and since when Forklift knows of it.
#[derive(Debug, Clone)]
struct Told {
    cutover: Time,
    since: Timestamp,
}

/// By so much our clock may differ from that of the cluster.
const SKEW: Duration = Duration::from_secs(60);

impl Observations {
    /// Notes that Forklift knows of this cutover from now on.
    pub(in crate::migration) fn told(&self, cutover: Time) {
        let told = Told {
            cutover,
            since: sim_clock::now(),
        };
        self.cutovers.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }

    /// Time until the last cutover that was set.
    pub(in crate::migration) fn until_cutover(&self) -> Duration {
        let cutovers = self.cutovers.lock().unwrap_or_else(PoisonError::into_inner);
        let left = cutovers
            .last()
            .map(|told| told.cutover.0.duration_since(sim_clock::now()));
        left.and_then(|left| left.try_into().ok()).unwrap_or_default()
    }

    /// Whether a cutover is set.
    pub(in crate::migration) fn has_cutover(&self) -> bool {
        let cutovers = self.cutovers.lock().unwrap_or_else(PoisonError::into_inner);
        !cutovers.is_empty()
    }

    fn note(&self, wrong: impl IntoIterator<Item = String>) {
        let mut noted = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        noted.extend(wrong);
    }
}

impl RunningMigration {
    /// Checks that a successful warm migration was warm from begin to end.
    pub fn was_as_warm_as_planned(&self) -> Result<(), UnexpectedRunStats> {
        let wrong = self.seen.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(UnexpectedRunStats::NotWarm(wrong.iter().cloned().collect()))
        }
    }
}

impl MigrationPlan {
    /// Observes the source VMs of a warm migration before it begins.
    pub(in crate::migration) async fn first_look(&self) -> Observations {
        let vms = self.vms.iter().filter(|_| self.kind == PlanKind::Warm);
        let ran = vms.map(|vm| async move {
            let source = self.source.platform.describe(&vm.source.id).await;
            let runs = matches!(source, Ok(Some(source)) if source.power == Power::On);
            runs.then(|| vm.inventory.id.0.clone())
        });
        Observations {
            ran: join_all(ran).await.into_iter().flatten().collect(),
            ..Observations::default()
        }
    }

    /// Observes source VMs and volumes after each change of the Plan, while `work` runs.
    pub(in crate::migration) async fn watching<T>(
        &self,
        running: &RunningMigration,
        awaited: impl Future<Output = T>,
    ) -> T {
        tokio::select! {
            biased;
            result = awaited => result,
            never = self.watch(running) => match never {},
        }
    }

    async fn watch(&self, running: &RunningMigration) -> Infallible {
        let (mut news, mut looks) = (running.seen.news.subscribe(), HashSet::new());
        while news.changed().await.is_ok() {
            let plan = news.borrow_and_update().clone();
            for vm in plan.iter().flat_map(Plan::latest_vms) {
                if looks.insert((vm.vm.id.clone(), vm.phase.clone(), vm.copies().len())) {
                    running.seen.note(self.look_beyond_the_plan(running, vm).await);
                }
            }
        }
        pending().await
    }

    async fn look_beyond_the_plan(&self, running: &RunningMigration, vm: &VmStatus) -> Option<String> {
        let (id, phase) = (vm.vm.id.as_ref()?, vm.phase.as_str());
        if BEFORE_CUTOVER.contains(&phase) && running.seen.ran.contains(id) {
            return self.switched_off_early(vm).await;
        }
        if AFTER_LAST_COPY.contains(&phase) {
            return self.cutover_not_copied(running, vm).await;
        }
        None
    }

    async fn switched_off_early(&self, vm: &VmStatus) -> Option<String> {
        let is_it = |id: &str| vm.vm.id.as_deref() == Some(id);
        let prepared = self.vms.iter().find(|prepared| is_it(&prepared.inventory.id.0))?;
        let source = self.source.platform.describe(&prepared.source.id).await.ok()??;
        if source.power != Power::Off {
            return None;
        }
        // The cutover may have begun while the source was asked.
        let plan = self.read_again().await.ok()??;
        let now = plan.latest_vms().iter().find(|now| now.vm.id == vm.vm.id)?;
        let is_early = BEFORE_CUTOVER.contains(&now.phase.as_str());
        is_early.then(|| format!("the source VM \"{}\" was switched off before its cutover", source.name))
    }

    /// Whether the last checkpoint of a DataVolume is another snapshot than that of the cutover.
    async fn cutover_not_copied(&self, running: &RunningMigration, vm: &VmStatus) -> Option<String> {
        let snapshot = vm.copies().last()?.snapshot.as_deref()?;
        let client = self.destination().cluster.client.clone();
        let volumes: Api<DataVolume> = Api::namespaced(client, self.target_namespace());
        // An earlier attempt may have left its own.
        let labels = labels::of_vm_in_migration(&running.uid, vm.vm.id.as_deref()?);
        let labelled = ListParams::default().labels(&labels);
        let volumes = retrying(|| volumes.list(&labelled)).await.ok()?.items;
        let missed = volumes.iter().filter(|volume| !ends_with(volume, snapshot)).count();
        (missed > 0).then(|| {
            let (name, all) = (vm.source_name(), volumes.len());
            format!(
                "the cutover of the VM \"{name}\" was not copied: {missed} of its {all} DataVolumes end with an earlier snapshot"
            )
        })
    }

    /// Judges when VMs were copied last by a migration that is over.
    pub(in crate::migration) fn judge_cutover(&self, running: &RunningMigration, plan: &Plan) {
        let told = running
            .seen
            .cutovers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        running
            .seen
            .note(wrong_last_copies(plan, &told, &self.scenario.session.clock));
    }
}

/// Whether the last checkpoint of the volume is this snapshot.
fn ends_with(volume: &DataVolume, snapshot: &str) -> bool {
    let last = volume.spec.checkpoints.as_deref().and_then(<[_]>::last);
    last.is_some_and(|last| last.current == snapshot) && volume.spec.final_checkpoint == Some(true)
}

fn wrong_last_copies(plan: &Plan, told: &[Told], clock: &Clock) -> Vec<String> {
    let run = plan.status.as_ref().and_then(|status| status.migration.as_ref());
    let began = run.and_then(|run| run.started.as_ref());
    // The others arrived in an earlier attempt.
    let arrived = plan
        .latest_vms()
        .iter()
        .filter(|vm| vm.is_true(SUCCEEDED) && vm.started.as_ref() >= began);
    arrived.filter_map(|vm| wrong_last_copy(vm, told, clock)).collect()
}

/// Violations of the copy that begins at the cutover. Forklift compares its own clock with the time that it was told,
/// and notes when it began by the same clock.
fn wrong_last_copy(vm: &VmStatus, told: &[Told], clock: &Clock) -> Option<String> {
    vm.warm.as_ref()?;
    let name = vm.source_name();
    let Some(last) = vm.copies().get(vm.copies_while_running()..).and_then(<[Precopy]>::last) else {
        return Some(format!("the VM \"{name}\" was not copied again at its cutover"));
    };
    let start = last.start.as_ref()?.0;
    let early = in_force(told, start)?.duration_since(start);
    early.is_positive().then(|| {
        let early = humantime::format_duration(clock.simulated(early.unsigned_abs()));
        format!("the VM \"{name}\" was cut over {early} before its time")
    })
}

/// The earliest cutover that Forklift may have gone by then: one that was put off since counts no more.
fn in_force(told: &[Told], then: Timestamp) -> Option<Timestamp> {
    let ends = told.iter().skip(1).map(|next| Some(next.since)).chain([None]);
    let counted = told.iter().zip(ends).filter(|(_, end)| {
        let known = end.and_then(|end| end.checked_add(SKEW).ok());
        known.is_none_or(|end| then <= end)
    });
    counted.map(|(told, _)| told.cutover.0).min()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const BEGAN: &str = "2026-08-21T10:00:00Z";
    const CUTOVER: &str = "2026-08-21T10:02:00Z";

    /// Violations of a VM with this start, number of precopies and start times of the copies.
    fn judged(began: &str, successes: i64, starts: &[&str]) -> Vec<String> {
        let copies: Vec<Value> = starts.iter().map(|start| json!({"start": start})).collect();
        let warm = json!({"successes": successes, "failures": 0, "consecutiveFailures": 0, "precopies": copies});
        let succeeded = json!({"type": "Succeeded", "status": "True", "category": "Advisory",
            "lastTransitionTime": CUTOVER});
        let vm = json!({"id": "vm-1", "name": "a", "phase": "Completed", "pipeline": [], "started": began,
            "conditions": [succeeded], "warm": warm});
        let mut plan = Plan::new("p1", Default::default());
        let status = json!({"migration": {"started": BEGAN, "vms": [vm]}});
        plan.status = Some(serde_json::from_value(status).expect("a status"));
        wrong_last_copies(&plan, &[told(CUTOVER, BEGAN)], &Clock::real())
    }

    fn told(cutover: &str, since: &str) -> Told {
        let time = |text: &str| text.parse().expect("a time");
        Told {
            cutover: Time(time(cutover)),
            since: time(since),
        }
    }

    #[test]
    fn a_cutover_that_was_put_off_counts_for_those_that_went_before() {
        let at = |minute: u32| format!("2026-08-21T10:{minute:02}:00Z");
        let told = [told(&at(2), BEGAN), told(&at(30), &at(10))];
        for (copied, expected) in [(1, at(2)), (2, at(2)), (10, at(2)), (12, at(30)), (31, at(30))] {
            let copied = at(copied).parse().expect("a time");
            assert_eq!(
                in_force(&told, copied).map(|cutover| cutover.to_string()),
                Some(expected)
            );
        }
        assert_eq!(in_force(&[], Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn the_last_copy_begins_at_the_cutover() {
        let (yesterday, before) = ("2026-08-20T10:00:00Z", "2026-08-21T10:01:00Z");
        assert_eq!(judged(BEGAN, 1, &[BEGAN, CUTOVER]), Vec::<String>::new());
        assert_eq!(
            judged(BEGAN, 1, &[BEGAN, before]),
            [r#"the VM "a" was cut over 1m before its time"#]
        );
        assert_eq!(
            judged(BEGAN, 1, &[BEGAN]),
            [r#"the VM "a" was not copied again at its cutover"#]
        );
        let earlier_attempt = judged(yesterday, 1, &[yesterday, yesterday]);
        assert_eq!(earlier_attempt, Vec::<String>::new());
    }

    #[test]
    fn a_volume_ends_with_the_snapshot_of_the_cutover() {
        let volume = |last: &str, is_final: bool| -> DataVolume {
            let checkpoints = json!([{"current": "s1", "previous": ""}, {"current": last, "previous": "52/1"}]);
            let spec = json!({"checkpoints": checkpoints, "finalCheckpoint": is_final});
            serde_json::from_value(json!({"metadata": {"name": "v"}, "spec": spec})).expect("a DataVolume")
        };
        assert!(ends_with(&volume("s2", true), "s2"));
        assert!(!ends_with(&volume("s2", false), "s2"));
        assert!(!ends_with(&volume("s2", true), "s3"));
    }
}
