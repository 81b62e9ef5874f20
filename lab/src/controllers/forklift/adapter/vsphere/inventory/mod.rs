//! The vSphere inventory: what a vCenter has, in the shapes that Forklift serves
//! (`pkg/controller/provider/model/vsphere`, `pkg/controller/provider/web/vsphere`).

mod collector;
mod compute;
mod device;
mod guest;
mod lookup;
mod model;
mod network;
mod read;
mod render;
mod storage;
mod tables;
mod vm;

pub use collector::collect;
pub use device::Disk;
pub use render::Collection;
pub use tables::{Tables, Vcenter};
pub use vm::Vm;
