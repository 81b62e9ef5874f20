//! Implementation of the phases of a VM's migration. A reconcile passes at most one phase per VM.

mod conversion;
mod copying;
mod defects;
mod disks;
mod hook;
mod inspection;
mod reboot;
mod run;
mod snapshots;
mod vm;

pub use disks::{DISK_INDEX, DISK_SOURCE};
pub use inspection::labels as inspection_labels;
pub use run::{run, start};
pub use snapshots::abandon as abandon_snapshot;
