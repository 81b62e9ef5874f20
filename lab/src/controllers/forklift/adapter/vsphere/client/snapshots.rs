//! Snapshots of a VM, from which a warm migration copies. Each is asked for and awaited as a task of vCenter.

use forklift_api::forklift::snapshots;
use forklift_api::{
    cdi::Checkpoint,
    forklift::{DiskDelta, VmStatus},
};
use vim25::{Client as Session, MoRef, Object, Value};

use super::leave;
use crate::controllers::forklift::{
    adapter::{base::SnapshotTask, vsphere::inventory::Disk},
    error::{Result, Tried},
};

/// Asks for a snapshot.
pub async fn create(session: Session, vm: &MoRef) -> Result<Option<String>, String> {
    let args = vec![
        ("name", Value::from(snapshots::PRECOPY)),
        ("description", Value::from("")),
        ("memory", Value::from(false)),
        ("quiesce", Value::from(true)),
    ];
    let task = session.call(vm, "CreateSnapshot_Task", args).await;
    leave(session).await;
    let task = task.map_err(|error| error.to_string())?;
    Ok(task.as_moref().map(|task| task.id.clone()))
}

/// Asks for the removal of a snapshot.
pub async fn remove(session: Session, snapshot: &str) -> Result<String> {
    let args = vec![
        ("removeChildren", Value::from(false)),
        ("consolidate", Value::from(true)),
    ];
    let task = session.call(&reference(snapshot), "RemoveSnapshot_Task", args).await;
    let task = task.tried(|| format!("remove the snapshot '{snapshot}'"))?;
    leave(session).await;
    Ok(task.as_moref().map(|task| task.id.clone()).unwrap_or_default())
}

/// Looks at a task.
pub async fn check(session: Session, task: &str) -> Result<SnapshotTask> {
    let object = session.get(&MoRef::new("Task", task), &["info"]).await;
    let object = object.tried(|| format!("look at the task '{task}'"))?;
    leave(session).await;
    Ok(progress(&object))
}

fn progress(task: &Object) -> SnapshotTask {
    match task.str_at("info.state") {
        Some("success") | None => SnapshotTask::Done(task.moref_at("info.result").map(|snapshot| snapshot.id.clone())),
        Some("error") => {
            let message = task.str_at("info.error.localizedMessage");
            SnapshotTask::Failed(message.unwrap_or("the task failed").to_owned())
        }
        Some(_) => SnapshotTask::Running,
    }
}

/// The change id of each disk of a snapshot: the next copy asks for what has changed since.
pub async fn deltas(session: Session, snapshot: &str) -> Result<Vec<DiskDelta>> {
    let object = session.get(&reference(snapshot), &["config.hardware.device"]).await;
    let object = object.tried(|| format!("read the disks of the snapshot '{snapshot}'"))?;
    leave(session).await;
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
    Ok(deltas.collect())
}

fn reference(snapshot: &str) -> MoRef {
    MoRef::new("VirtualMachineSnapshot", snapshot)
}

/// The copy from the latest snapshot; what changed before is told by the change id of the snapshot before.
pub fn checkpoint(vm: &VmStatus, disk: &str) -> Checkpoint {
    let precopies = vm.warm.as_ref().and_then(|warm| warm.precopies.as_deref());
    let mut latest = precopies.unwrap_or_default().iter().rev();
    let current = latest.next().and_then(|precopy| precopy.snapshot.clone());
    let before = latest.next().and_then(|precopy| precopy.deltas.as_ref());
    let delta = before.and_then(|deltas| deltas.iter().find(|delta| delta.disk == disk));
    Checkpoint {
        current: current.unwrap_or_default(),
        previous: delta.map(|delta| delta.delta_id.clone()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_checkpoint_goes_on_from_the_change_id_before() {
        let warm = json!({
            "successes": 1, "failures": 0, "consecutiveFailures": 0,
            "precopies": [
                {"snapshot": "snapshot-1", "deltas": [{"disk": "[ds] a/a.vmdk", "deltaId": "52/1"}]},
                {"snapshot": "snapshot-2", "deltas": [{"disk": "[ds] a/a.vmdk", "deltaId": "52/2"}]},
            ],
        });
        let mut vm = VmStatus {
            warm: serde_json::from_value(warm).unwrap(),
            ..VmStatus::default()
        };
        let shown = |vm: &VmStatus| {
            let checkpoint = checkpoint(vm, "[ds] a/a.vmdk");
            (checkpoint.current, checkpoint.previous)
        };
        assert_eq!(shown(&vm), ("snapshot-2".into(), "52/1".into()));
        vm.warm.as_mut().unwrap().precopies.as_mut().unwrap().truncate(1);
        assert_eq!(shown(&vm), ("snapshot-1".into(), String::new()));
    }
}
