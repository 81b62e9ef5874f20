//! The reports of runs as their readers get them: the page in a browser, the command that makes them again.
//!
//! The tests of the page need Chromium (`apt-get install chromium`) and say that they are skipped where it is missing.
//! They leave pictures in `target/report-pages/`, for people to look at.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test cannot do without fails it"
)]

mod browser;
mod command;
mod hostile;
mod page;
mod size;
#[path = "../skipped/mod.rs"]
mod skipped;
mod told;
