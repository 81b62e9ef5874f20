//! Forklift's admission webhooks, which validate and complete objects (`pkg/forklift-api/webhooks`).
//!
//! Not simulated: admission of Hosts, and the transfer network that a plan inherits from its destination.

mod migration;
mod permission;
mod plan;
mod provider;
mod registration;
mod secret;
mod server;
mod verdict;

pub use registration::register;
pub use server::router;
pub use verdict::{Changes, Denial};
