//! The vSphere inventory: what a vCenter has, in the shapes that Forklift serves
//! (`pkg/controller/provider/model/vsphere`, `pkg/controller/provider/web/vsphere`).

pub mod collector;
mod compute;
mod device;
mod guest;
mod model;
mod network;
mod read;
mod render;
mod storage;
mod tables;
mod vm;

pub use device::{Disk, Nic};
pub use model::Base;
pub use render::Collection;
pub use tables::Inventory;
pub use vm::Vm;
