//! Runs of the binary as users start them: exit code, console and reports.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test cannot do without fails it"
)]

mod asked;
mod background;
mod binary;
mod cleanup;
mod copies;
mod doctor;
mod dry_run;
mod leases;
mod log_in;
mod readme;
mod red;
mod refusals;
mod second_chances;
mod secrets;
mod settings;
mod sigkill;
mod signals;
#[path = "../skipped/mod.rs"]
mod skipped;
mod tags;
mod target;
mod time;
