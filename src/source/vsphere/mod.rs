//! vSphere as a source platform: finding, cloning, switching and deleting VMs over SOAP.
//!
//! `descriptor` says what differs from other platforms, `inventory` and `serial` are parts of it; `hardware` turns what vSphere says about a VM into a [`SourceVm`](super::SourceVm), `clone` writes the specification
//! of a clone, `disks` that of disks to be added, `snapshots` reads and makes snapshots, `platform` is the connection that does both.

mod clone;
mod descriptor;
mod disks;
mod hardware;
mod inventory;
mod platform;
mod serial;
mod snapshots;

pub use descriptor::DESCRIPTOR;
pub use platform::{Options, Vsphere};
pub use vim25::Trust;
