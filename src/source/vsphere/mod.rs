//! vSphere as a source platform: finding, cloning, switching and deleting VMs over SOAP.
//!
//! `hardware` turns what vSphere says about a VM into a [`SourceVm`](super::SourceVm), `clone` writes the specification
//! of a clone, `disks` that of disks to be added, `snapshots` reads and makes snapshots, `platform` is the connection that does both.

mod clone;
mod disks;
mod hardware;
mod platform;
mod snapshots;

pub use platform::{Options, Vsphere};
pub use vim25::Trust;
