//! The suite's cluster layer against the lab's Kubernetes API: waits, creation, teardown, evidence.

#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared has failed")]

mod certificates;
mod creation;
mod destinations;
mod fake_platform;
mod provider_secrets;
mod refusing;
mod stage;
mod teardown;
mod unseen;
mod waits;
