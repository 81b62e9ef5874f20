//! Check `snapshots`: the source VM's snapshots are as they were.

use std::collections::BTreeSet;

use super::{Check, CheckedVm, Comparison, Need};
use crate::source::{Snapshot, SourceVm};

/// The source VM's snapshots are as they were.
pub struct SnapshotsCheck;

impl Check for SnapshotsCheck {
    fn name(&self) -> &'static str {
        "snapshots"
    }

    fn describe(&self) -> &'static str {
        "the source VM has the snapshots that it had before the migration: number, name, time and power state of each"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("VMs that had no snapshots")
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::SourceNow]
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        if subject.source.snapshots.is_empty() {
            Err("the VM had no snapshots".to_owned())
        } else {
            Ok(())
        }
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let before = &subject.source.snapshots;
        let now = subject
            .source_now
            .as_ref()
            .map_or(&[][..], |vm: &SourceVm| &vm.snapshots);
        let numbers: BTreeSet<i64> = before.iter().chain(now).map(|snapshot| snapshot.number).collect();
        let shown = |snapshots: &[Snapshot], number| {
            let snapshot = snapshots.iter().find(|snapshot| snapshot.number == number);
            snapshot.map_or_else(|| "none".to_owned(), readable)
        };
        numbers
            .into_iter()
            .map(|number| Comparison::equal(format!("snapshot {number}"), shown(before, number), shown(now, number)))
            .collect()
    }
}

/// A snapshot in words: `"before the update" of 2026-08-21T10:00:00Z, VM on`.
pub(super) fn readable(snapshot: &Snapshot) -> String {
    let Snapshot {
        name, created, power, ..
    } = snapshot;
    format!("\"{name}\" of {}, VM {power}", whole_seconds(created))
}

/// A time without the fraction of its seconds, which is nothing to people.
fn whole_seconds(time: &str) -> String {
    match time.split_once('.') {
        Some((whole, rest)) => format!("{whole}{}", rest.trim_start_matches(|c: char| c.is_ascii_digit())),
        None => time.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn snapshots_that_are_gone_changed_or_new_are_found() {
        assert_eq!(failures(&SnapshotsCheck, &subject()), [""; 0]);
        let with = |change: fn(&mut Vec<Snapshot>)| {
            let mut subject = subject();
            if let Some(vm) = &mut subject.source_now {
                change(&mut vm.snapshots);
            }
            failures(&SnapshotsCheck, &subject)
        };
        let there = r#""before the update" of 2026-08-21T10:00:00Z, VM on"#;
        assert_eq!(with(Vec::clear), [format!("snapshot 1: {there}, but none")]);
        assert_eq!(
            with(|all| all[0].name = "other".into()),
            [format!(
                r#"snapshot 1: {there}, but "other" of 2026-08-21T10:00:00Z, VM on"#
            )]
        );
        let one_more = |all: &mut Vec<Snapshot>| {
            let number = 2;
            all.push(Snapshot {
                number,
                ..all[0].clone()
            });
        };
        assert_eq!(with(one_more), [format!("snapshot 2: none, but {there}")]);
    }

    #[test]
    fn times_are_shown_in_whole_seconds() {
        for (time, expected) in [
            ("2026-08-21T10:00:00.347264Z", "2026-08-21T10:00:00Z"),
            ("2026-08-21T10:00:00.347264+02:00", "2026-08-21T10:00:00+02:00"),
            ("2026-08-21T10:00:00Z", "2026-08-21T10:00:00Z"),
        ] {
            assert_eq!(whole_seconds(time), expected);
        }
    }
}
