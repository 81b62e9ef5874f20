//! The snapshots of a VM.

use vim25::{MoRef, Object, Value};

use super::hardware;
use crate::source::{Power, Snapshot};

/// Those of the VM, oldest first; its tree is read in the order in which they were made.
pub fn of(vm: &Object) -> Vec<Snapshot> {
    let mut snapshots = Vec::new();
    collect(vm.list("snapshot.rootSnapshotList"), &mut snapshots);
    snapshots.sort_by_key(|snapshot: &Snapshot| snapshot.number);
    snapshots
}

fn collect(branches: &[Value], into: &mut Vec<Snapshot>) {
    for branch in branches {
        let text = |field: &str| branch.str_at(field).unwrap_or_default().to_owned();
        into.push(Snapshot {
            number: branch.i64_at("id").unwrap_or_default(),
            name: text("name"),
            created: text("createTime"),
            power: branch.get("state").and_then(hardware::power).unwrap_or(Power::Off),
        });
        collect(branch.list("childSnapshotList"), into);
    }
}

/// Those of this name, the newest of a branch first.
pub fn named(vm: &Object, name: &str) -> Vec<MoRef> {
    fn collect(branches: &[Value], name: &str, into: &mut Vec<MoRef>) {
        for branch in branches {
            collect(branch.list("childSnapshotList"), name, into);
            let snapshot = branch.get("snapshot").and_then(Value::as_moref);
            into.extend(snapshot.filter(|_| branch.str_at("name") == Some(name)).cloned());
        }
    }
    let mut found = Vec::new();
    collect(vm.list("snapshot.rootSnapshotList"), name, &mut found);
    found
}

/// Arguments of `RemoveSnapshot_Task`: what was made after the snapshot stays.
pub fn removal() -> Vec<(&'static str, Value)> {
    vec![("removeChildren", false.into()), ("consolidate", true.into())]
}

/// Arguments of `CreateSnapshot_Task`: without memory and without asking the guest, as a person would make it.
pub fn creation(name: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("name", name.into()),
        ("memory", false.into()),
        ("quiesce", false.into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(number: i32, name: &str, children: Vec<Value>) -> Value {
        Value::data("VirtualMachineSnapshotTree")
            .with(
                "snapshot",
                MoRef::new("VirtualMachineSnapshot", format!("snapshot-{number}")),
            )
            .with("name", name)
            .with("id", number)
            .with("createTime", Value::text("dateTime", "2026-08-21T10:00:00Z"))
            .with("state", Value::text("VirtualMachinePowerState", "poweredOn"))
            .with("childSnapshotList", children)
    }

    #[test]
    fn every_branch_of_the_tree_is_read() {
        let mut vm = Object::new(MoRef::new("VirtualMachine", "vm-1"));
        assert_eq!(of(&vm), []);
        let children = vec![
            branch(4, "a branch", vec![]),
            branch(2, "second", vec![branch(3, "third", vec![])]),
        ];
        vm.set(
            "snapshot.rootSnapshotList",
            Some(Value::array(
                "VirtualMachineSnapshotTree",
                vec![branch(1, "first", children)],
            )),
        );
        let snapshots = of(&vm);
        let names: Vec<&str> = snapshots.iter().map(|snapshot| snapshot.name.as_str()).collect();
        assert_eq!(names, ["first", "second", "third", "a branch"]);
        assert_eq!(snapshots[0].power, Power::On);
        let second = MoRef::new("VirtualMachineSnapshot", "snapshot-2");
        assert_eq!(named(&vm, "second"), [second]);
        assert_eq!(named(&vm, "fourth"), []);
    }
}
