//! Cleaning up: the journal of what was created, and its removal in reverse dependency order.

pub mod abandoned;
mod deletion;
pub mod journal;
mod node_labels;
mod platforms;
pub mod rank;
pub mod rescue;
mod settings;
mod snapshots;
mod source_vms;
pub mod subject;
mod sweep;
mod teardown;
mod workload;

pub use deletion::{Stuck, remove_object as remove};
pub use journal::{EntryId, Journal};
pub use platforms::{Connections, Platforms};
pub use rank::rank;
pub use subject::{ObjectSubject, Proof, Subject};
pub use teardown::{Leftover, teardown};
