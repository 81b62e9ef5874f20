//! The cluster: connection, watch-driven waiting, tracked creation, leases of settings that are shared by the cluster.

pub mod blockers;
mod clusters;
pub mod condition;
mod connection;
mod controller_setting;
mod error;
pub mod lease;
#[cfg(test)]
mod messages;
mod remedy;
mod retry;
mod state;
pub mod tracked;
mod versions;
pub mod wait;

pub use clusters::Clusters;
pub use connection::Cluster;
pub use error::Error;
pub(crate) use retry::{Retry, pause_for};
pub use retry::{is_conflict, is_not_found, is_retryable, retrying};
pub use state::describe;
pub use versions::Versions;
