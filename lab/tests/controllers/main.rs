//! The controllers of the simulated cluster on the lab's API server, at the highest speed: as their users see them.

mod conversion;
mod fixture;
mod machines;
mod storage;
mod workloads;
