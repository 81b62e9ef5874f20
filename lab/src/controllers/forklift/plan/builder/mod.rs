//! Builds the objects of a migration (`pkg/controller/plan/kubevirt.go`). What differs by platform comes from the adapter's
//! builder.

mod conversion;
mod data_volume;
mod disks;
pub mod go_yaml;
mod hook;
mod inspection;
mod machine;
mod meta;
mod network;
mod quantity;

pub use conversion::conversion;
pub use data_volume::data_volumes;
pub use disks::claims;
pub use hook::{hook_config_map, hook_job, hook_labels};
pub use inspection::{connection, inspection, labels as inspection_labels};
pub use machine::machine;
pub use meta::{Marker, config_map, secret};
