//! Finds all mistakes of all feature files at once, before anything runs.

mod check;
mod contradictions;
pub mod format;
pub mod layout;
mod order;
mod platforms;
mod rule;
mod sentences;
mod tags;
mod titles;

pub use check::{Checked, check};
pub use rule::Rule;
