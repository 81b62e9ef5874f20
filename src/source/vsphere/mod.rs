//! vSphere as a source platform: finding, cloning, switching and deleting VMs over SOAP.
//!
//! `hardware` turns what vSphere says about a VM into a [`SourceVm`](super::SourceVm), `clone` writes the specification
//! of a clone, `platform` is the connection that does both.

mod clone;
mod hardware;
mod platform;

pub use platform::{Options, Vsphere};
pub use vim25::Trust;
