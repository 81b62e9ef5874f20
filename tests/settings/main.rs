//! Settings and providers files: layers, secrets, and error messages.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test cannot do without fails it"
)]

mod broken;
mod layers;
mod mistakes;
mod project;
mod providers;
mod schema;
mod secrets;
