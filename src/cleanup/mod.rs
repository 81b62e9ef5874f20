//! Cleaning up: what the journal says was created is removed in reverse dependency order.

pub mod abandoned;
mod deletion;
mod endpoints;
mod listing;
mod node_labels;
pub mod rank;
pub mod rescue;
mod settings;
mod snapshots;
mod source_vms;
mod sweep;
mod teardown;
mod workload;

pub use deletion::{Stuck, remove_object as remove};
pub use endpoints::{Connections, Endpoints};
pub use rank::rank;
pub use teardown::{Leftover, teardown};
