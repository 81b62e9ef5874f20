//! Tests of the API server with clients: `kube`, and `kubectl` if it is installed.

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
