//! Check `memory`: the guest sees as much memory as on the source.

use super::{Check, CheckedVm, Comparison};

/// The guest sees as much memory as on the source.
pub struct MemoryCheck;

impl Check for MemoryCheck {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn describe(&self) -> &'static str {
        "the guest has as many MiB of memory as the source VM"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("VMs whose memory comes from an instance type")
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        subject.hardware_is_its_own()
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let mib = |mib: u64| format!("{mib} MiB");
        let observed = subject.target.memory_mib.map_or_else(|| "not set".to_owned(), mib);
        vec![Comparison::equal(
            "guest memory",
            mib(subject.source.memory_mib),
            observed,
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn less_more_and_no_memory_are_found() {
        assert_eq!(failures(&MemoryCheck, &subject()), [""; 0]);
        let mut other = subject();
        other.target.memory_mib = Some(1024);
        assert_eq!(failures(&MemoryCheck, &other), ["guest memory: 2048 MiB, but 1024 MiB"]);
        other.target.memory_mib = None;
        assert_eq!(failures(&MemoryCheck, &other), ["guest memory: 2048 MiB, but not set"]);
    }
}
