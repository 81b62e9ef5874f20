//! What is collected when a scenario fails, before anything of it is removed.

mod evidence;
mod folder;

pub use evidence::{Evidence, collect};
