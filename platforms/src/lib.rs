//! The source platforms that VMs are migrated from. Each speaks the protocol of the real product, so that any of them
//! can be replaced by a real one in the providers file.

pub mod vsphere;
