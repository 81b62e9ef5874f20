//! Check `disk sizes`: no disk has shrunk, and none asks for much more than it holds.

use super::quantity::readable;
use super::target::TargetDisk;
use super::{Check, CheckedVm, Comparison, Need};

/// No disk has shrunk, and none asks for much more than it holds.
pub struct DiskSizesCheck;

/// Forklift asks for whole MiB (`pkg/controller/plan/adapter/vsphere/builder.go`).
const MIB: u64 = 1 << 20;

/// What a disk image in a file system may need besides its own size, in percent: Forklift's
/// `controller_filesystem_overhead`, which is more than what CDI adds by default (about 6 %).
const FILESYSTEM_OVERHEAD: u64 = 10;

impl Check for DiskSizesCheck {
    fn name(&self) -> &'static str {
        "disk sizes"
    }

    fn describe(&self) -> &'static str {
        "each claim asks for the source disk's size (whole MiB, plus up to 10 % on a file system), and its volume has it"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Claims]
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let pairs = subject.disk_pairs();
        let arrived = pairs.into_iter().filter_map(|(disk, arrived)| Some((disk, arrived?)));
        arrived
            .map(|(disk, arrived)| {
                let most = largest(disk.bytes, arrived.filesystem);
                let holds = arrived
                    .requested
                    .is_some_and(|size| (disk.bytes..=most).contains(&size))
                    && arrived.capacity.is_some_and(|size| size >= disk.bytes);
                let expected = if arrived.filesystem {
                    format!("{} to {}", readable(disk.bytes), readable(most))
                } else {
                    readable(disk.bytes)
                };
                Comparison::holds(&disk.name, expected, observed(arrived), holds)
                    .note(format!("claim {}", arrived.claim))
            })
            .collect()
    }
}

fn largest(bytes: u64, filesystem: bool) -> u64 {
    let whole = bytes.div_ceil(MIB) * MIB;
    if filesystem {
        whole + (whole / 100 * FILESYSTEM_OVERHEAD).div_ceil(MIB) * MIB
    } else {
        whole
    }
}

fn observed(disk: &TargetDisk) -> String {
    let size = |size: Option<u64>| size.map_or_else(|| "nothing".to_owned(), readable);
    match (disk.requested, disk.capacity) {
        (requested, capacity) if requested == capacity => size(requested),
        (requested, capacity) => format!("{} requested, {} provided", size(requested), size(capacity)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn a_disk_that_shrank_is_found() {
        assert_eq!(failures(&DiskSizesCheck, &subject()), [""; 0]);
        let mut small = subject();
        small.target.disks[1].requested = Some(1 << 30);
        small.target.disks[1].capacity = Some(1 << 30);
        assert_eq!(failures(&DiskSizesCheck, &small), ["Hard disk 2: 2 GiB, but 1 GiB"]);
    }

    #[test]
    fn a_volume_may_be_larger_than_asked_for_but_not_smaller() {
        let mut rounded = subject();
        rounded.target.disks[0].capacity = Some(4 << 30);
        assert_eq!(failures(&DiskSizesCheck, &rounded), [""; 0]);
        rounded.target.disks[0].capacity = Some(1 << 29);
        assert_eq!(
            failures(&DiskSizesCheck, &rounded),
            ["Hard disk 1: 1 GiB, but 1 GiB requested, 512 MiB provided"]
        );
    }

    #[test]
    fn a_file_system_may_take_a_tenth_more() {
        let mut overhead = subject();
        overhead.target.disks[0].requested = Some((1 << 30) + (100 << 20));
        overhead.target.disks[0].capacity = Some(2 << 30);
        assert_eq!(
            failures(&DiskSizesCheck, &overhead),
            ["Hard disk 1: 1 GiB, but 1.098 GiB requested, 2 GiB provided"]
        );
        overhead.target.disks[0].filesystem = true;
        assert_eq!(failures(&DiskSizesCheck, &overhead), [""; 0]);
        overhead.target.disks[0].requested = Some(2 << 30);
        assert_eq!(
            failures(&DiskSizesCheck, &overhead),
            ["Hard disk 1: 1 GiB to 1.101 GiB, but 2 GiB"]
        );
    }

    #[test]
    fn sizes_are_rounded_up_to_whole_mib() {
        let mut odd = subject();
        odd.source.disks[0].bytes = (1 << 30) - 512;
        assert_eq!(failures(&DiskSizesCheck, &odd), [""; 0]);
    }
}
