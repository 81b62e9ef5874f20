//! Snapshots of the source VM for a warm migration: one phase requests a snapshot, the next one waits for it.

use forklift_api::forklift::{Precopy, Step, VmError, VmStatus, annotations};

use super::run::Outcome;
use crate::{
    controllers::forklift::{
        adapter::SnapshotTask,
        conditions::now,
        error::Result,
        plan::{execution::Execution, phase::Phase, pipeline::current},
    },
    injection::DefectName,
};

/// Requests a snapshot for the next copy.
pub async fn create(execution: &Execution<'_>, vm: &mut VmStatus, phase: Phase) -> Result<Outcome> {
    let task = match execution.client().create_snapshot(vm).await? {
        Ok(task) => task,
        Err(reason) => return Ok(Outcome::Refused(reason)),
    };
    let precopies = vm.warm.get_or_insert_default().precopies.get_or_insert_default();
    precopies.push(Precopy {
        start: Some(now()),
        create_task_id: task,
        ..Precopy::default()
    });
    let number = precopies.len();
    if let Some(step) = current(vm, phase) {
        begin_copy(step, number);
    }
    Ok(Outcome::Passed)
}

/// Restarts the tasks of the disks; they show the progress of the last copy until the new one progresses.
fn begin_copy(step: &mut Step, number: usize) {
    step.completed = None;
    for task in step.tasks.iter_mut().flatten() {
        let annotations = task.annotations.get_or_insert_default();
        annotations.insert(annotations::PRECOPY.into(), number.to_string());
        task.started = Some(now());
        task.completed = None;
    }
}

/// Waits until the snapshot exists.
pub async fn await_created(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    let Some(precopy) = last(vm) else {
        return Ok(Outcome::Passed);
    };
    let task = precopy.create_task_id.as_deref();
    Ok(match execution.client().check_snapshot(task).await? {
        SnapshotTask::Running => Outcome::Stays,
        SnapshotTask::Failed(reason) => Outcome::Refused(reason),
        SnapshotTask::Done(snapshot) => {
            precopy.snapshot = snapshot;
            Outcome::Passed
        }
    })
}

/// Stores the change ids that the next copy starts from.
pub async fn store_deltas(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    let Some(precopy) = last(vm) else {
        return Ok(Outcome::Passed);
    };
    let snapshot = precopy.snapshot.clone().unwrap_or_default();
    precopy.deltas = Some(execution.client().snapshot_deltas(&snapshot).await?);
    Ok(Outcome::Passed)
}

/// Requests the removal of the latest snapshot.
pub async fn remove(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    let name = vm.vm.name.clone().unwrap_or_default();
    let Some(precopy) = last(vm) else {
        return Ok(Outcome::Passed);
    };
    let injections = &execution.shared.context.injections;
    if injections.defect(DefectName::SnapshotStays, &name) {
        return Ok(Outcome::Passed);
    }
    let snapshot = precopy.snapshot.clone().unwrap_or_default();
    let task = execution.client().remove_snapshot(&snapshot).await?;
    precopy.remove_task_id = Some(task);
    Ok(Outcome::Passed)
}

/// Waits until the snapshot is removed.
pub async fn await_removed(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    let task = last(vm).and_then(|precopy| precopy.remove_task_id.as_deref());
    Ok(match execution.client().check_snapshot(task).await? {
        SnapshotTask::Running => Outcome::Stays,
        SnapshotTask::Failed(reason) => Outcome::Refused(reason),
        SnapshotTask::Done(_) => Outcome::Passed,
    })
}

/// Waits for the removal of the last snapshot at the end; a failed removal is only a warning.
pub async fn await_consolidated(execution: &Execution<'_>, vm: &mut VmStatus, phase: Phase) -> Result<Outcome> {
    Ok(match await_removed(execution, vm).await? {
        Outcome::Refused(reason) => {
            if let Some(step) = current(vm, phase) {
                step.warning = Some(VmError {
                    phase: step.phase.clone().unwrap_or_default(),
                    reasons: vec![reason],
                });
            }
            Outcome::Passed
        }
        outcome => outcome,
    })
}

/// Removes the latest snapshot after a failure or a cancel, on a best-effort basis.
pub async fn abandon(execution: &Execution<'_>, vm: &mut VmStatus) {
    let name = vm.vm.name.clone().unwrap_or_default();
    let injections = &execution.shared.context.injections;
    if injections.defect(DefectName::SnapshotStays, &name) {
        return;
    }
    let Some(precopy) = last(vm).filter(|precopy| precopy.snapshot.is_some() && precopy.remove_task_id.is_none())
    else {
        return;
    };
    let snapshot = precopy.snapshot.clone().unwrap_or_default();
    match execution.client().remove_snapshot(&snapshot).await {
        Ok(task) => precopy.remove_task_id = Some(task),
        Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a snapshot stays"),
    }
}

fn last(vm: &mut VmStatus) -> Option<&mut Precopy> {
    vm.warm.as_mut()?.precopies.as_mut()?.last_mut()
}
