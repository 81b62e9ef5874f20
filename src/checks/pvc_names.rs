//! Check `PVC names`: each claim has the name that the plan's template makes.

use super::{Check, CheckedVm, Comparison, Need};
use crate::migration::DiskFacts;

/// Each claim has the name that the plan's template makes.
pub struct PvcNamesCheck;

impl Check for PvcNamesCheck {
    fn name(&self) -> &'static str {
        "PVC names"
    }

    fn describe(&self) -> &'static str {
        "each claim has the name that `PVC name template` makes, with five characters more unless `PVC generate name` says no"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("plans without `PVC name template`, and templates with what only MTV knows")
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Claims]
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        match &subject.planned.claim_names {
            Some(_) => Ok(()),
            None => Err("the plan has no `PVC name template`".to_owned()),
        }
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let Some(names) = &subject.planned.claim_names else {
            return Vec::new();
        };
        let compared = subject
            .disk_pairs()
            .into_iter()
            .enumerate()
            .map(|(index, (disk, arrived))| {
                let facts = DiskFacts {
                    plan: &subject.planned.plan,
                    vm_id: &subject.source.id.0,
                    vm: &subject.source.name,
                    target_vm: &subject.planned.name,
                    index,
                    own: subject.platform.claim_name_data(disk),
                };
                match (names.of_disk(&facts), arrived) {
                    (Err(error), _) => {
                        Comparison::skipped(&disk.name, format!("its name is not known beforehand: {error}"))
                    }
                    (Ok(name), None) => Comparison::holds(&disk.name, name, "no claim", false),
                    (Ok(name), Some(arrived)) => {
                        let holds = name.is(&arrived.claim);
                        Comparison::holds(&disk.name, name, &arrived.claim, holds)
                    }
                }
            });
        compared.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn other_names_are_found() {
        assert_eq!(failures(&PvcNamesCheck, &subject()), [""; 0]);
        let mut wrong = subject();
        wrong.target.disks[1].claim = "plan-rhel-disk-0-x7kq2".into();
        wrong.target.disks.remove(0);
        assert_eq!(
            failures(&PvcNamesCheck, &wrong),
            [
                "Hard disk 1: plan-rhel-disk-0- and five characters, but no claim",
                "Hard disk 2: plan-rhel-disk-1- and five characters, but plan-rhel-disk-0-x7kq2"
            ]
        );
    }

    #[test]
    fn claims_are_numbered_in_the_order_of_the_platform() {
        let mut other_order = subject();
        other_order.source.disks.reverse();
        assert_eq!(
            failures(&PvcNamesCheck, &other_order),
            [
                "Hard disk 2: plan-rhel-disk-0- and five characters, but plan-rhel-disk-1-x7kq2",
                "Hard disk 1: plan-rhel-disk-1- and five characters, but plan-rhel-disk-0-x7kq2"
            ]
        );
    }

    #[test]
    fn a_template_with_what_only_mtv_knows_is_skipped() {
        let mut unknown = subject();
        if let Some(names) = &mut unknown.planned.claim_names {
            names.template = "{{.WinDriveLetter}}".into();
        }
        assert_eq!(failures(&PvcNamesCheck, &unknown), [""; 0]);
        unknown.planned.claim_names = None;
        assert!(PvcNamesCheck.applies(&unknown).is_err());
    }
}
