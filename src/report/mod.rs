//! Reports: one live event log per run, and everything that is derived from it.

pub mod console;
pub mod event;
pub mod files;
pub mod html;
pub mod junit;
pub mod log;
pub mod markdown;
pub mod model;
pub mod narrate;
pub mod print;
pub mod screen;
pub mod sight;
pub mod skipped;
pub mod status;
#[cfg(test)]
mod story;
pub mod summary;
pub mod verdict;
pub mod words;
