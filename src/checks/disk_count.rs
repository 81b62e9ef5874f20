//! Check `disk count`: as many disks arrive as leave.

use super::{Check, CheckedVm, Comparison};

/// As many disks arrive as leave.
pub struct DiskCountCheck;

impl Check for DiskCountCheck {
    fn name(&self) -> &'static str {
        "disk count"
    }

    fn describe(&self) -> &'static str {
        "the target VM has as many disks as the source VM"
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        vec![Comparison::equal(
            "disks",
            subject.source.disks.len(),
            subject.target.disks.len(),
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn a_lost_disk_is_found() {
        assert_eq!(failures(&DiskCountCheck, &subject()), [""; 0]);
        let mut lost = subject();
        lost.target.disks.pop();
        assert_eq!(failures(&DiskCountCheck, &lost), ["disks: 2, but 1"]);
    }
}
