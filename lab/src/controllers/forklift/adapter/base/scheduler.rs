//! Tells how many VMs of a source can be migrated side by side. The queue itself is common: `plan/schedule.rs`.

use forklift_api::forklift::VmStatus;

/// Provider-specific load of copies.
pub trait Scheduler: Send + Sync {
    /// What bears the copy of a VM: VMs with the same answer share one limit.
    fn host(&self, vm: &VmStatus) -> String;
    /// How much of the limit a VM takes in its current phase.
    fn cost(&self, vm: &VmStatus) -> usize;
}
