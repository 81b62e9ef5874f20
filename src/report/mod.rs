//! Reports: one live event log per run, and everything that is derived from it.

pub mod event;
