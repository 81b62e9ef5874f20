//! Reports: one live event log per run, and everything that is derived from it.

pub mod console;
pub mod event;
pub mod junit;
pub mod log;
pub mod model;
pub mod narrate;
pub mod print;
pub mod screen;
pub mod sight;
pub mod skipped;
#[cfg(test)]
mod story;
pub mod summary;
pub mod words;
