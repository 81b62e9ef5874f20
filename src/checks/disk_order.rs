//! Check `disk order`: the disks of the target VM are in the order of the source VM's.

use super::target::TargetDisk;
use super::{Check, CheckedVm, Comparison, Need};

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

    fn needs(&self) -> &'static [Need] {
        &[Need::Claims]
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        if subject.source.disks.len() < 2 {
            return Err("a single disk has no order".to_owned());
        }
        if subject.target.disks.iter().any(|disk| disk.source.is_some()) {
            Ok(())
        } else {
            Err("no claim says which disk it was filled from".to_owned())
        }
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let in_order = subject.source.disks.iter().enumerate();
        in_order
            .map(|(place, disk)| {
                let arrived = subject.target.disks.get(place);
                let observed = arrived.map_or_else(|| "none".to_owned(), |arrived| name(subject, arrived));
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
fn name(subject: &CheckedVm, arrived: &TargetDisk) -> String {
    let Some(noted) = &arrived.source else {
        return "an unknown disk".to_owned();
    };
    let disk = subject.source.disks.iter().find(|disk| subject.is_from(arrived, disk));
    disk.map_or_else(|| noted.clone(), |disk| disk.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

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
    fn a_single_disk_has_no_order() {
        let mut single = subject();
        single.source.disks.truncate(1);
        assert_eq!(
            DiskOrderCheck.applies(&single),
            Err("a single disk has no order".to_owned())
        );
    }
}
