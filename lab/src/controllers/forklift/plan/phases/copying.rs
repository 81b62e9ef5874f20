//! Copies of a warm migration: CDI copies each snapshot into the same volumes as a checkpoint of their DataVolumes, and
//! pauses between the copies (`pkg/controller/plan/migration.go`).

use std::time::Duration;

use forklift_api::{cdi::DataVolume, forklift::VmStatus};
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::ResourceExt;
use serde_json::json;
use sim_clock::{Instant, changes_at};

use super::{disks, run::Outcome};
use crate::{
    controllers::forklift::{
        conditions::now,
        error::Result,
        plan::{
            execution::{Execution, id, selector},
            phase::Phase,
        },
    },
    injection::DefectName,
};

/// Follows the copy of a snapshot; after the copy the VM pauses for the precopy interval.
pub async fn follow(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    let outcome = disks::follow(execution, vm, Phase::CopyDisks).await?;
    if !matches!(outcome, Outcome::Passed) {
        return Ok(outcome);
    }
    let shared = execution.shared;
    let interval = shared.context.clock.stated(shared.settings.precopy_interval());
    shared.pauses.begin(key(execution, vm), interval);
    let warm = vm.warm.get_or_insert_default();
    warm.successes += 1;
    warm.consecutive_failures = 0;
    // The time in the status has whole seconds; the precise end of the pause is in `Pauses`.
    let next = now().0.checked_add(interval).unwrap_or(now().0);
    warm.next_precopy_at = Some(Time(next));
    if let Some(precopy) = warm.precopies.iter_mut().flatten().last() {
        precopy.end = Some(now());
    }
    Ok(Outcome::Passed)
}

/// Waits for the cutover or for the next precopy; only this phase checks the cutover time.
pub fn pause(execution: &Execution<'_>, vm: &VmStatus) -> Outcome {
    let is_hasty = has(execution, vm, DefectName::CutoverAtOnce);
    let cutover = cutover(execution, vm);
    if let Some(at) = cutover {
        changes_at(moment(at.0));
    }
    if cutover.is_some_and(|at| is_hasty || at.0 <= execution.shared.context.clock.now()) {
        // Jump, so that `DiskTransfer` is not completed again; `Cutover` starts with its first copied byte.
        return Outcome::Jumps(Phase::StorePowerState);
    }
    let shown = vm.warm.as_ref().and_then(|warm| warm.next_precopy_at.as_ref());
    let is_over = execution.shared.pauses.is_over(&key(execution, vm));
    if is_over.unwrap_or_else(|| shown.is_none_or(|at| at.0 <= execution.shared.context.clock.now())) {
        Outcome::Passed
    } else {
        Outcome::Stays
    }
}

/// The moment of a timestamp in the future; now for one in the past.
fn moment(at: Timestamp) -> Instant {
    let left = at.duration_since(sim_clock::now());
    Instant::now() + Duration::try_from(left).unwrap_or_default()
}

fn has(execution: &Execution<'_>, vm: &VmStatus, defect: DefectName) -> bool {
    let name = vm.vm.name.as_deref().unwrap_or_default();
    execution.shared.context.injections.defect(defect, name)
}

fn key(execution: &Execution<'_>, vm: &VmStatus) -> String {
    let migration = execution.migration.as_ref().and_then(|migration| migration.uid());
    format!("{}/{}", migration.unwrap_or_default(), id(&vm.vm))
}

/// Cutover time of the VM: its own, else that of the Migration.
fn cutover<'a>(execution: &'a Execution<'_>, vm: &VmStatus) -> Option<&'a Time> {
    let spec = &execution.migration.as_ref()?.spec;
    let own = spec.vm_cutover.iter().flatten().find(|own| own.id == id(&vm.vm));
    own.map(|own| &own.cutover).or(spec.cutover.as_ref())
}

/// Adds the latest snapshot to the DataVolumes as a checkpoint, final or not.
pub async fn add_checkpoint(execution: &Execution<'_>, vm: &VmStatus, is_final: bool) -> Result<Outcome> {
    let labels = selector(&execution.vm_labels_of_all_runs(vm));
    let volumes = execution.destination().within::<DataVolume>(execution.namespace());
    for volume in volumes.list(&labels).await {
        let source = volume
            .annotations()
            .get(disks::DISK_SOURCE)
            .cloned()
            .unwrap_or_default();
        let mut checkpoints = volume.spec.checkpoints.clone().unwrap_or_default();
        let checkpoint = execution.client().checkpoint(vm, &source);
        let is_skipped = is_final && has(execution, vm, DefectName::LastCopySkipped);
        if !is_skipped && checkpoints.last() != Some(&checkpoint) {
            checkpoints.push(checkpoint);
        }
        let mut spec = json!({"checkpoints": checkpoints});
        if is_final {
            spec["finalCheckpoint"] = true.into();
        }
        volumes.patch(&volume.name_any(), json!({"spec": spec})).await?;
    }
    Ok(if is_final {
        Outcome::Passed
    } else {
        Outcome::Jumps(Phase::CopyDisks)
    })
}
