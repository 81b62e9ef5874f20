//! Check `disk order`: the disks of the target VM are in the order of the source VM's.

use super::checked_vm::same_disk;
use super::target::TargetDisk;
use super::{Check, CheckedVm, Comparison};
use crate::source::Disk;

/// The disks of the target VM are in the order of the source VM's.
pub struct DiskOrderCheck;

impl Check for DiskOrderCheck {
    fn name(&self) -> &'static str {
        "disk order"
    }

    fn describe(&self) -> &'static str {
        "the disks of the target VM are in the order of the source VM's: by bus, controller and unit"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("VMs with a single disk, and claims that do not say which disk they were filled from")
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        if subject.source.disks.len() < 2 {
            return Err("a single disk has no order".to_owned());
        }
        match subject.target.disks.iter().any(|disk| disk.source.is_some()) {
            true => Ok(()),
            false => Err("no claim says which disk it was filled from".to_owned()),
        }
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let left = subject.source.disks_in_order();
        let in_order = left.iter().enumerate();
        in_order
            .map(|(place, disk)| {
                let arrived = subject.target.disks.get(place);
                let observed = arrived.map_or_else(|| "none".to_owned(), |arrived| name(arrived, &left));
                let comparison = Comparison::equal(format!("disk {}", place + 1), disk.name.clone(), observed);
                match arrived {
                    Some(arrived) => comparison.note(format!("claim {}", arrived.claim)),
                    None => comparison,
                }
            })
            .collect()
    }
}

/// Which of the source's disks this is.
fn name(arrived: &TargetDisk, left: &[&Disk]) -> String {
    let Some(file) = &arrived.source else {
        return "an unknown disk".to_owned();
    };
    let disk = left.iter().find(|disk| same_disk(&disk.file, file));
    disk.map_or_else(|| file.clone(), |disk| disk.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;
    use crate::source::Bus;

    #[test]
    fn disks_that_changed_places_are_found() {
        assert_eq!(failures(&DiskOrderCheck, &subject()), [""; 0]);
        let mut swapped = subject();
        swapped.target.disks.reverse();
        assert_eq!(
            failures(&DiskOrderCheck, &swapped),
            [
                "disk 1: Hard disk 1, but Hard disk 2",
                "disk 2: Hard disk 2, but Hard disk 1"
            ]
        );
        swapped.target.disks.truncate(1);
        swapped.target.disks[0].source = None;
        swapped.target.disks.push(subject().target.disks.remove(0));
        assert_eq!(
            failures(&DiskOrderCheck, &swapped),
            [
                "disk 1: Hard disk 1, but an unknown disk",
                "disk 2: Hard disk 2, but Hard disk 1"
            ]
        );
    }

    #[test]
    fn disks_are_ordered_by_bus_controller_and_unit() {
        let mut subject = subject();
        let slots = [
            (Bus::Sata, 1000, 0),
            (Bus::Scsi, 1001, 0),
            (Bus::Scsi, 1000, 1),
            (Bus::Scsi, 1000, 0),
        ];
        subject.source.disks = slots
            .iter()
            .zip(1..)
            .map(|(&(bus, controller, unit), number)| {
                let mut disk = subject.source.disks[0].clone();
                disk.name = format!("Hard disk {number}");
                disk.slot = crate::source::Slot { bus, controller, unit };
                disk
            })
            .collect();
        let order: Vec<&str> = subject
            .source
            .disks_in_order()
            .iter()
            .map(|disk| disk.name.as_str())
            .collect();
        assert_eq!(order, ["Hard disk 4", "Hard disk 3", "Hard disk 2", "Hard disk 1"]);
    }

    #[test]
    fn a_single_disk_has_no_order() {
        let mut single = subject();
        single.source.disks.truncate(1);
        assert_eq!(
            DiskOrderCheck.applies(&single),
            Err("a single disk has no order".to_owned())
        );
    }
}
