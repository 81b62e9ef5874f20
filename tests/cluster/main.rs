//! The suite's base against the lab's Kubernetes API: waits, creation, teardown, evidence.

mod creation;
mod fake_platform;
mod stage;
mod teardown;
mod waits;
