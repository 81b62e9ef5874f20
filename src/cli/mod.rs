//! The command line: one parser for the `mtv-bdd` binary and one for the feature test of cargo.

mod checks;
mod cleanup;
mod commands;
mod doctor;
mod lab;
mod lint;
mod paragraph;
mod print;
mod settings;
mod steps;
mod tags;

pub use commands::{features, main};
