//! Validation after a migration: one file per check, a registry, typed findings.

mod affinity;
mod agent;
mod checked_vm;
mod comparison;
mod cpu;
mod disk_count;
mod disk_order;
mod disk_sizes;
mod firmware;
mod guest_agent;
mod labels;
mod later;
mod leftovers;
mod memory;
mod need;
mod network;
mod node;
mod observe;
mod planned;
mod power;
mod pvc_names;
mod quantity;
mod registry;
mod remnants;
mod serial;
mod snapshots;
mod source_untouched;
mod storage;
pub mod table;
mod target;
mod tls;
mod tls_setting;
mod validation;
mod vm_name;

pub use checked_vm::{CheckedVm, WantedPower};
pub use comparison::Comparison;
pub use need::Need;
pub use planned::{Placement, Planned};
pub use registry::{Check, Described, UnknownCheck, described, find, judge, registry};
pub use target::{Attached, TargetDisk, TargetNic, TargetVm};
pub use validation::{Error, Selection, disk_count, validate};

#[cfg(test)]
mod tests {
    use super::{Check, CheckedVm, judge};
    use crate::events::finding::Verdict;

    /// Failed comparisons of a check, as `subject: expected, but observed`.
    pub fn failures(check: &dyn Check, subject: &CheckedVm) -> Vec<String> {
        judge(check, subject)
            .into_iter()
            .filter(|finding| finding.verdict == Verdict::Failed)
            .map(|finding| format!("{}: {}, but {}", finding.subject, finding.expected, finding.observed))
            .collect()
    }
}
