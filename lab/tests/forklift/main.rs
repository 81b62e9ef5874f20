//! The simulated Forklift on a whole lab: providers, inventory, migrations, and recordings of the real one.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share is a test, too: it fails by panicking"
)]

mod admission;
mod inventory;
mod lifecycle;
mod migrations;
mod providers;
mod replay;
#[path = "../../../tests/skipped/mod.rs"]
mod skipped;
mod warm;
mod world;
