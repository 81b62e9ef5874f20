//! Settings and providers files: layers, secrets, and messages that lead to the mistake.

#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared has failed")]

mod broken;
mod layers;
mod mistakes;
mod project;
mod providers;
mod schema;
mod secrets;
