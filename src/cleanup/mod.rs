//! Cleaning up: the journal of what was created, and its removal in reverse dependency order.

mod deletion;
pub mod journal;
mod platforms;
pub mod rank;
pub mod subject;
mod teardown;
mod workload;

pub use journal::{EntryId, Journal};
pub use platforms::Platforms;
pub use rank::rank;
pub use subject::{ObjectSubject, Proof, Subject};
pub use teardown::{Leftover, teardown};
