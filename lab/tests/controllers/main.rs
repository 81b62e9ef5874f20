//! The controllers of the simulated cluster on the lab's API server, at the highest speed: as their users see them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail a test by panicking, as tests do"
)]

mod conversion;
mod fixture;
mod machines;
mod run_loop;
mod storage;
mod workloads;
