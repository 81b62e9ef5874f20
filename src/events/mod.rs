//! The event log of a run: what happened, as data, and the words in which errors, numbers and times are written there.

pub mod discreet;
pub mod event;
mod explain;
pub mod finding;
pub mod log;
pub mod wait_status;
pub mod words;

pub use discreet::Discreet;
pub use explain::explain;
