//! What each phase of a VM's migration does. A phase is passed once per reconcile at most.

mod conversion;
mod disks;
mod power;
mod reboot;
mod run;
mod vm;

pub use disks::{DISK_INDEX, DISK_SOURCE};
pub use power::power_on;
pub use run::{run, start};
