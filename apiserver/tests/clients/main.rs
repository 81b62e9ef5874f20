//! The API server as its clients see it: kube, and kubectl where there is one.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what the tests share is a test, too: it fails by panicking"
)]

mod definitions;
mod deletion;
mod fixture;
mod kubectl;
mod objects;
#[path = "../../../tests/skipped/mod.rs"]
mod skipped;
mod watches;
