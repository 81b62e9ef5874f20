//! Reports: one live event log per run, and all reports that are derived from it.

pub mod console;
pub mod files;
pub mod html;
pub mod junit;
pub mod markdown;
pub mod model;
pub mod narrate;
pub mod print;
pub mod screen;
pub mod skipped;
pub mod status;
#[cfg(test)]
mod story;
pub mod summary;
pub mod verdict;
