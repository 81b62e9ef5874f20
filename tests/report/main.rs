//! The reports of runs as users get them: the page in a browser, and the command that writes them again.
//!
//! The tests of the page need Chromium (`apt-get install chromium`) and report that they are skipped without it.
//! They save screenshots in `target/report-pages/` for people to review.

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
