//! Snapshots of the source VM, from which a warm migration copies (`pkg/controller/plan/adapter/vsphere/client.go`).
//! Each is asked for in one phase and awaited in the next, as a task of vCenter.

use forklift_api::forklift::{DiskDelta, Precopy, Step, VmError, VmStatus};
use vim25::{MoRef, Object, Value};

use super::run::Outcome;
use crate::{
    controllers::forklift::{
        conditions::now,
        error::{Result, Tried},
        inventory::vsphere::Disk,
        plan::{
            execution::{Execution, leave, moref},
            phase::Phase,
            pipeline::current,
        },
    },
    injection::DefectName,
};

/// The name of every snapshot that Forklift takes.
const NAME: &str = "forklift-migration-precopy";
/// Annotation of a disk's task: which copy it is in.
const PRECOPY: &str = "Precopy";

/// Asks for a snapshot, which begins another copy.
pub async fn create(execution: &Execution<'_>, vm: &mut VmStatus, phase: Phase) -> Result<Outcome> {
    let args = vec![
        ("name", Value::from(NAME)),
        ("description", Value::from("")),
        ("memory", Value::from(false)),
        ("quiesce", Value::from(true)),
    ];
    let client = execution.session().await?;
    let moref = moref(vm);
    let task = client.call(&moref, "CreateSnapshot_Task", args).await;
    leave(client).await;
    let task = match task {
        Ok(task) => task,
        Err(error) => return Ok(Outcome::Refused(error.to_string())),
    };
    let precopies = vm.warm.get_or_insert_default().precopies.get_or_insert_default();
    precopies.push(Precopy {
        start: Some(now()),
        create_task_id: task.as_moref().map(|task| task.id.clone()),
        ..Precopy::default()
    });
    let number = precopies.len();
    if let Some(step) = current(vm, phase) {
        begin_copy(step, number);
    }
    Ok(Outcome::Passed)
}

/// The disks' tasks begin anew; what they show of the last copy stays until this one moves.
fn begin_copy(step: &mut Step, number: usize) {
    step.completed = None;
    for task in step.tasks.iter_mut().flatten() {
        let annotations = task.annotations.get_or_insert_default();
        annotations.insert(PRECOPY.into(), number.to_string());
        task.started = Some(now());
        task.completed = None;
    }
}

/// Waits for the snapshot.
pub async fn await_created(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    let Some(precopy) = last(vm) else {
        return Ok(Outcome::Passed);
    };
    let task = look(execution, precopy.create_task_id.as_deref()).await?;
    Ok(match ended(&task) {
        None => Outcome::Stays,
        Some(Err(reason)) => Outcome::Refused(reason),
        Some(Ok(())) => {
            precopy.snapshot = task.moref_at("info.result").map(|snapshot| snapshot.id.clone());
            Outcome::Passed
        }
    })
}

/// Remembers the change id of each disk of the snapshot: the next copy asks for what has changed since.
pub async fn store_deltas(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    let Some(precopy) = last(vm) else {
        return Ok(Outcome::Passed);
    };
    let snapshot = reference(precopy);
    let client = execution.session().await?;
    let object = client.get(&snapshot, &["config.hardware.device"]).await;
    let object = object.tried(|| format!("read the disks of the snapshot '{}'", snapshot.id))?;
    leave(client).await;
    let devices = object.list("config.hardware.device");
    let disks = devices.iter().filter(|device| device.is("VirtualDisk"));
    let deltas = disks.map(|disk| DiskDelta {
        disk: Disk {
            file: disk.str_at("backing.fileName").unwrap_or_default().to_owned(),
            ..Disk::default()
        }
        .base_file(),
        delta_id: disk.str_at("backing.changeId").unwrap_or_default().to_owned(),
    });
    precopy.deltas = Some(deltas.collect());
    Ok(Outcome::Passed)
}

/// Asks for the removal of the latest snapshot.
pub async fn remove(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    let name = vm.vm.name.clone().unwrap_or_default();
    let Some(precopy) = last(vm) else {
        return Ok(Outcome::Passed);
    };
    let injections = &execution.shared.context.injections;
    if injections.defect(DefectName::SnapshotStays, &name) {
        return Ok(Outcome::Passed);
    }
    precopy.remove_task_id = Some(ask_for_removal(execution, &reference(precopy)).await?);
    Ok(Outcome::Passed)
}

async fn ask_for_removal(execution: &Execution<'_>, snapshot: &MoRef) -> Result<String> {
    let args = vec![
        ("removeChildren", Value::from(false)),
        ("consolidate", Value::from(true)),
    ];
    let client = execution.session().await?;
    let task = client.call(snapshot, "RemoveSnapshot_Task", args).await;
    let task = task.tried(|| format!("remove the snapshot '{}'", snapshot.id))?;
    leave(client).await;
    Ok(task.as_moref().map(|task| task.id.clone()).unwrap_or_default())
}

/// Waits until the snapshot is gone.
pub async fn await_removed(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    let task = look(
        execution,
        last(vm).and_then(|precopy| precopy.remove_task_id.as_deref()),
    )
    .await?;
    Ok(match ended(&task) {
        None => Outcome::Stays,
        Some(Err(reason)) => Outcome::Refused(reason),
        Some(Ok(())) => Outcome::Passed,
    })
}

/// The same after everything else: a snapshot that does not go is worth a warning, no failure.
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

/// After a failure or a cancel: the latest snapshot goes, if it can.
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
    match ask_for_removal(execution, &reference(precopy)).await {
        Ok(task) => precopy.remove_task_id = Some(task),
        Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a snapshot stays"),
    }
}

fn last(vm: &mut VmStatus) -> Option<&mut Precopy> {
    vm.warm.as_mut()?.precopies.as_mut()?.last_mut()
}

fn reference(precopy: &Precopy) -> MoRef {
    MoRef::new("VirtualMachineSnapshot", precopy.snapshot.clone().unwrap_or_default())
}

/// The task as it is; one that never was has nothing to say.
async fn look(execution: &Execution<'_>, task: Option<&str>) -> Result<Object> {
    let task = MoRef::new("Task", task.unwrap_or_default());
    if task.id.is_empty() {
        return Ok(Object::new(task));
    }
    let client = execution.session().await?;
    let object = client.get(&task, &["info"]).await;
    let object = object.tried(|| format!("look at the task '{}'", task.id))?;
    leave(client).await;
    Ok(object)
}

/// Whether the task has ended, and how.
fn ended(task: &Object) -> Option<Result<(), String>> {
    match task.str_at("info.state") {
        Some("success") | None => Some(Ok(())),
        Some("error") => {
            let message = task.str_at("info.error.localizedMessage");
            Some(Err(message.unwrap_or("the task failed").to_owned()))
        }
        Some(_) => None,
    }
}
