//! The checks that this version has, and how one is found by its name.

use thiserror::Error;

use super::affinity::AffinityCheck;
use super::cpu::CpuCheck;
use super::disk_count::DiskCountCheck;
use super::disk_order::DiskOrderCheck;
use super::disk_sizes::DiskSizesCheck;
use super::firmware::FirmwareCheck;
use super::guest_agent::GuestAgentCheck;
use super::labels::LabelsCheck;
use super::later::LATER;
use super::leftovers::LeftoversCheck;
use super::memory::MemoryCheck;
use super::network::NetworkCheck;
use super::node::NodeCheck;
use super::power::PowerCheck;
use super::pvc_names::PvcNamesCheck;
use super::serial::SerialCheck;
use super::snapshots::SnapshotsCheck;
use super::source_untouched::SourceUntouchedCheck;
use super::storage::StorageCheck;
use super::tls_setting::TlsSettingCheck;
use super::vm_name::VmNameCheck;
use super::{CheckedVm, Comparison, Need};
use crate::events::finding::Finding;
use crate::settings::nearest::nearest;

/// One kind of comparison between a VM before its migration and what arrived.
pub trait Check: Send + Sync {
    /// Name, as sentences use it.
    fn name(&self) -> &'static str;

    /// Compared properties, in one line.
    fn describe(&self) -> &'static str;

    /// Cases that [`applies`](Self::applies) and single comparisons leave out, in one line.
    fn not_for(&self) -> Option<&'static str> {
        None
    }

    /// What it looks at besides the source VM before its migration, the target VM and the plan.
    fn needs(&self) -> &'static [Need] {
        &[]
    }

    /// Whether the check applies to this VM; otherwise the reason for skipping it.
    fn applies(&self, _subject: &CheckedVm) -> Result<(), String> {
        Ok(())
    }

    /// All comparisons, also those that hold.
    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison>;
}

/// All checks, in the order in which they are judged: power first, because later ones may need the VM to run.
pub fn registry() -> &'static [&'static dyn Check] {
    &[
        &TlsSettingCheck,
        &PowerCheck,
        &GuestAgentCheck,
        &VmNameCheck,
        &NodeCheck,
        &LabelsCheck,
        &AffinityCheck,
        &CpuCheck,
        &MemoryCheck,
        &NetworkCheck,
        &StorageCheck,
        &DiskCountCheck,
        &DiskSizesCheck,
        &PvcNamesCheck,
        &DiskOrderCheck,
        &SnapshotsCheck,
        &SerialCheck,
        &FirmwareCheck,
        &SourceUntouchedCheck,
        &LeftoversCheck,
    ]
}

/// Description of a check for authors of scenarios.
#[derive(Debug, Clone, Copy)]
pub struct Described {
    /// Name, as sentences use it.
    pub name: &'static str,
    /// Compared properties.
    pub compares: &'static str,
    /// Cases that it does not apply to, if any.
    pub not_for: Option<&'static str>,
    /// Whether this version implements it.
    pub available: bool,
}

/// All checks: those of this version, then those of later ones.
pub fn described() -> Vec<Described> {
    let now = registry().iter().map(|check| Described {
        name: check.name(),
        compares: check.describe(),
        not_for: check.not_for(),
        available: true,
    });
    let later = LATER.iter().map(|check| Described {
        name: check.name,
        compares: check.compares,
        not_for: check.not_for,
        available: false,
    });
    now.chain(later).collect()
}

/// There is no such check.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnknownCheck {
    /// Known by name only.
    #[error(
        "the check \"{name}\" is not yet available in this version; there are {}",
        available()
    )]
    Later {
        /// Name of the check.
        name: String,
    },
    /// Not known at all.
    #[error("there is no check \"{name}\"; {hint}")]
    Unknown {
        /// The name.
        name: String,
        /// Names that look alike, or all.
        hint: String,
    },
}

/// The check of this name.
pub fn find(name: &str) -> Result<&'static dyn Check, UnknownCheck> {
    if let Some(check) = registry().iter().find(|check| check.name() == name) {
        return Ok(*check);
    }
    if LATER.iter().any(|check| check.name == name) {
        return Err(UnknownCheck::Later { name: name.to_owned() });
    }
    let known = registry().iter().map(|check| check.name());
    let hint = match nearest(name, known).as_slice() {
        [] => format!("there are {}", available()),
        [near] => format!("the nearest is {near}"),
        alike => format!("the nearest are {}", alike.join(", ")),
    };
    Err(UnknownCheck::Unknown {
        name: name.to_owned(),
        hint,
    })
}

fn available() -> String {
    registry()
        .iter()
        .map(|check| check.name())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Findings of a check about a VM.
pub fn judge(check: &dyn Check, subject: &CheckedVm) -> Vec<Finding> {
    let comparisons = match check.applies(subject) {
        Ok(()) => check.compare(subject),
        Err(reason) => vec![Comparison::skipped("VM", reason)],
    };
    comparisons
        .into_iter()
        .map(|comparison| comparison.of(&subject.source.name, check.name()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::{subject, with_only};
    use crate::events::finding::Verdict;

    #[test]
    fn a_vm_that_arrived_as_it_should_passes_every_check() {
        for check in registry() {
            let findings = judge(*check, &subject());
            assert!(!findings.is_empty(), "{} says nothing", check.name());
            assert!(
                findings.iter().all(|finding| finding.verdict == Verdict::Passed),
                "{findings:#?}"
            );
        }
    }

    #[test]
    fn a_check_looks_only_at_what_it_says_that_it_needs() {
        for check in registry() {
            let findings = judge(*check, &with_only(check.needs()));
            assert_eq!(findings, judge(*check, &subject()), "{}", check.name());
        }
    }

    #[test]
    fn what_does_not_apply_is_skipped_with_the_reason() {
        let mut instance = subject();
        instance.target.instance_type = Some("u1.medium".into());
        let findings = judge(&CpuCheck, &instance);
        let said: Vec<_> = findings.iter().map(|f| (f.verdict, f.note.as_deref())).collect();
        assert_eq!(
            said,
            [(
                Verdict::Skipped,
                Some("CPU and memory come from the instance type \"u1.medium\"")
            )]
        );
    }

    #[test]
    fn names_that_are_not_there_are_explained() {
        let said = |name: &str| find(name).err().map(|error| error.to_string()).unwrap_or_default();
        insta::assert_snapshot!(said("SSH"), @r#"the check "SSH" is not yet available in this version; there are TLS setting, power, guest agent, VM name, node, labels, affinity, CPU, memory, network, storage, disk count, disk sizes, PVC names, disk order, snapshots, serial, firmware, source untouched, leftovers"#);
        insta::assert_snapshot!(said("memroy"), @r#"there is no check "memroy"; the nearest is memory"#);
    }
}
