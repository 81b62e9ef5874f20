//! What each phase of a VM's migration does. A phase is passed once per reconcile at most.

mod conversion;
mod copying;
mod defects;
mod disks;
mod hook;
mod inspection;
mod power;
mod reboot;
mod run;
mod snapshots;
mod vm;

pub use copying::checkpoint;
pub use disks::{DISK_INDEX, DISK_SOURCE};
pub use inspection::labels as inspection_labels;
pub use power::power_on;
pub use run::{run, start};
pub use snapshots::abandon as abandon_snapshot;
