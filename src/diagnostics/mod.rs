//! Evidence of failed scenarios, collected before their teardown.

mod evidence;
mod folder;

pub use evidence::{Evidence, collect};
