//! Behaviour-driven tests for the Migration Toolkit for Virtualization.
//!
//! Feature files describe migrations in Given/When/Then; the steps here carry them out against a live cluster, or
//! against the simulated lab, and compare what arrives with what was there.

pub mod checks;
pub mod cleanup;
pub mod cli;
pub mod cluster;
pub mod diagnostics;
pub mod events;
pub mod inventory;
pub mod journal;
pub mod migration;
pub mod report;
pub mod run;
pub mod runner;
pub mod session;
pub mod settings;
pub mod source;
pub mod steps;
pub mod world;
