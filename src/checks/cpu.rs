//! Check `CPU`: sockets and cores per socket are those of the source.

use super::{Check, CheckedVm, Comparison};

/// Sockets and cores per socket are those of the source.
pub struct CpuCheck;

impl Check for CpuCheck {
    fn name(&self) -> &'static str {
        "CPU"
    }

    fn describe(&self) -> &'static str {
        "sockets and cores per socket are those of the source VM"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("VMs whose CPU comes from an instance type")
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        subject.hardware_is_its_own()
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let (sockets, cores) = subject.target.cpu;
        let source = subject.source.cpu;
        let one = |what: &str, expected: u32, observed: i64| match expected {
            0 => Comparison::skipped(what, "the source platform does not tell"),
            known => Comparison::equal(what, i64::from(known), observed),
        };
        vec![
            one("sockets", source.sockets, sockets),
            one("cores per socket", source.cores_per_socket, cores),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn the_topology_counts_not_only_the_product() {
        assert_eq!(failures(&CpuCheck, &subject()), [""; 0]);
        let mut other = subject();
        other.target.cpu = (1, 4);
        assert_eq!(
            failures(&CpuCheck, &other),
            ["sockets: 2, but 1", "cores per socket: 2, but 4"]
        );
    }

    #[test]
    fn what_the_platform_does_not_tell_is_not_compared() {
        let mut unknown = subject();
        unknown.source.cpu.sockets = 0;
        unknown.target.cpu = (7, 2);
        assert_eq!(failures(&CpuCheck, &unknown), [""; 0]);
    }
}
