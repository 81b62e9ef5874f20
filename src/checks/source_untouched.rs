//! Check `source untouched`: the source VM is as it was, but for its power state.

use std::collections::BTreeMap;

use super::quantity::readable;
use super::snapshots;
use super::{Check, CheckedVm, Comparison, Need};
use crate::source::{Disk, Nic, SourceVm};

/// The source VM is as it was, but for its power state.
pub struct SourceUntouchedCheck;

impl Check for SourceUntouchedCheck {
    fn name(&self) -> &'static str {
        "source untouched"
    }

    fn describe(&self) -> &'static str {
        "name, notes, CPU, memory, firmware, network interfaces, disks and snapshots of the source VM are as before the \
         migration"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::SourceNow]
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let Some(now) = &subject.source_now else {
            return vec![Comparison::holds("source VM", "the VM as it was", "gone", false)];
        };
        let (before, mut now) = (facts(&subject.source), facts(now));
        let none = || "none".to_owned();
        let mut compared: Vec<Comparison> = before
            .into_iter()
            .map(|(of, fact)| {
                let observed = now.remove(&of).unwrap_or_else(none);
                Comparison::equal(of, fact, observed)
            })
            .collect();
        compared.extend(now.into_iter().map(|(of, fact)| Comparison::equal(of, none(), fact)));
        compared
    }
}

/// Compared properties of a VM, as text.
fn facts(vm: &SourceVm) -> BTreeMap<String, String> {
    let cpu = format!("{} sockets of {} cores", vm.cpu.sockets, vm.cpu.cores_per_socket);
    let whole = [
        ("name", vm.name.clone()),
        // A row of a table has no lines.
        ("notes", format!("\"{}\"", vm.annotation.replace('\n', " / "))),
        ("CPU", cpu),
        ("memory", format!("{} MiB", vm.memory_mib)),
        ("firmware", vm.firmware.to_string()),
        ("TPM", vm.tpm.to_string()),
        ("BIOS UUID", vm.uuid.clone()),
    ];
    let whole = whole.into_iter().map(|(of, fact)| (of.to_owned(), fact));
    let nics = vm.nics.iter().map(|nic| (nic.name.clone(), interface(nic)));
    let disks = vm.disks.iter().map(|one| (one.name.clone(), disk(one)));
    let snapshots = vm.snapshots.iter();
    let snapshots = snapshots.map(|one| (format!("snapshot {}", one.number), snapshots::readable(one)));
    whole.chain(nics).chain(disks).chain(snapshots).collect()
}

fn interface(nic: &Nic) -> String {
    let plug = if nic.connected { "connected" } else { "disconnected" };
    format!("{} on {}, {plug}", nic.mac, nic.network)
}

fn disk(disk: &Disk) -> String {
    format!("{} in {}, {}", readable(disk.bytes), disk.id, disk.mode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;
    use crate::source::Power;

    fn after(change: impl FnOnce(&mut SourceVm)) -> Vec<String> {
        let mut subject = subject();
        if let Some(vm) = &mut subject.source_now {
            change(vm);
        }
        failures(&SourceUntouchedCheck, &subject)
    }

    #[test]
    fn power_and_tools_may_change() {
        let stopped = |vm: &mut SourceVm| {
            vm.power = Power::On;
            vm.guest_tools = true;
        };
        assert_eq!(after(stopped), [""; 0]);
    }

    #[test]
    fn anything_else_is_found() {
        assert_eq!(
            after(|vm| vm.annotation.push_str("\nmigrated")),
            [r#"notes: "golden image", but "golden image / migrated""#]
        );
        assert_eq!(after(|vm| vm.memory_mib = 1024), ["memory: 2048 MiB, but 1024 MiB"]);
        assert_eq!(
            after(|vm| vm.nics[1].connected = false),
            [
                "Network adapter 2: 00:50:56:aa:bb:02 on name of dvportgroup-8, connected, but 00:50:56:aa:bb:02 on name of \
              dvportgroup-8, disconnected"
            ]
        );
        assert_eq!(
            after(|vm| vm.disks[0].id = "[LocalDS_0] rhel/disk1-000001.vmdk".into()),
            [
                "Hard disk 1: 1 GiB in [LocalDS_0] rhel/disk1.vmdk, persistent, but 1 GiB in [LocalDS_0] \
              rhel/disk1-000001.vmdk, persistent"
            ]
        );
        assert_eq!(
            after(|vm| {
                vm.disks.pop();
            }),
            ["Hard disk 2: 2 GiB in [LocalDS_1] rhel/disk2.vmdk, persistent, but none"]
        );
        let precopy = |vm: &mut SourceVm| {
            let mut more = vm.snapshots[0].clone();
            (more.number, more.name) = (2, "forklift-migration-precopy".into());
            vm.snapshots.push(more);
        };
        assert_eq!(
            after(precopy),
            [r#"snapshot 2: none, but "forklift-migration-precopy" of 2026-08-21T10:00:00Z, VM on"#]
        );
    }

    #[test]
    fn a_source_that_is_gone_is_found() {
        let mut gone = subject();
        gone.source_now = None;
        assert_eq!(
            failures(&SourceUntouchedCheck, &gone),
            ["source VM: the VM as it was, but gone"]
        );
    }
}
