//! Check `storage`: each disk has arrived on the storage class that the storage map names.

use super::{Check, CheckedVm, Comparison, Need};

/// Each disk has arrived on the storage class that the storage map names.
pub struct StorageCheck;

impl Check for StorageCheck {
    fn name(&self) -> &'static str {
        "storage"
    }

    fn describe(&self) -> &'static str {
        "each disk has a bound claim of the storage class that the storage map names for the disk's storage"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Claims]
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let mut compared = Vec::new();
        for (disk, arrived) in subject.disk_pairs() {
            let row = subject
                .storages
                .iter()
                .find(|pair| pair.source.id.as_deref() == Some(disk.storage_id.as_str()));
            let Some(row) = row else {
                let expected = format!("a row for \"{}\" in the storage map", disk.storage);
                compared.push(Comparison::holds(&disk.name, expected, "none", false));
                continue;
            };
            let expected = format!("Bound claim of class {}", row.destination.storage_class);
            let observed = match arrived {
                None => "no claim".to_owned(),
                Some(arrived) => format!(
                    "{} claim of class {}",
                    arrived.phase.as_deref().unwrap_or("missing"),
                    arrived.storage_class.as_deref().unwrap_or("none")
                ),
            };
            let comparison = Comparison::equal(&disk.name, expected, observed);
            compared.push(match arrived {
                Some(arrived) => comparison.note(format!("claim {}", arrived.claim)),
                None => comparison.note(format!("nothing was filled from {}", disk.id)),
            });
        }
        compared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn another_class_and_an_unbound_claim_are_found() {
        assert_eq!(failures(&StorageCheck, &subject()), [""; 0]);
        let mut wrong = subject();
        wrong.target.disks[0].storage_class = Some("lab-file".into());
        wrong.target.disks[1].phase = Some("Pending".into());
        assert_eq!(
            failures(&StorageCheck, &wrong),
            [
                "Hard disk 1: Bound claim of class lab-block, but Bound claim of class lab-file",
                "Hard disk 2: Bound claim of class lab-block, but Pending claim of class lab-block"
            ]
        );
    }

    #[test]
    fn disks_are_told_apart_by_what_they_were_filled_from() {
        let mut other_way_round = subject();
        other_way_round.target.disks.reverse();
        assert_eq!(failures(&StorageCheck, &other_way_round), [""; 0]);
        other_way_round.target.disks.pop();
        assert_eq!(
            failures(&StorageCheck, &other_way_round),
            ["Hard disk 1: Bound claim of class lab-block, but no claim"]
        );
    }

    #[test]
    fn a_datastore_without_a_row_is_found() {
        let mut unmapped = subject();
        unmapped.storages.pop();
        assert_eq!(
            failures(&StorageCheck, &unmapped),
            ["Hard disk 2: a row for \"LocalDS_1\" in the storage map, but none"]
        );
    }
}
