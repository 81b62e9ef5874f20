//! The command line: one parser for the `mtv-bdd` binary and one for the feature test of cargo.

mod checks;
mod cleanup;
mod commands;
mod completions;
mod doctor;
mod lab;
mod lint;
mod paragraph;
mod report;
mod settings;
mod steps;
mod tags;

use crate::report::print;

pub use commands::{features, main};
