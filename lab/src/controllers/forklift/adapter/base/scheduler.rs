//! Limits concurrent migrations of a source. The queue is common to all platforms: `plan/schedule.rs`.

use forklift_api::forklift::VmStatus;

/// Provider-specific load of copies.
pub trait Scheduler: Send + Sync {
    /// Host of the VM's copy: VMs with the same host share one limit.
    fn host(&self, vm: &VmStatus) -> String;
    /// Part of the limit that a VM uses in its current phase.
    fn cost(&self, vm: &VmStatus) -> usize;
}
