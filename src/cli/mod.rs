//! The command line: one parser for the `mtv-bdd` binary and one for the feature test of cargo.

mod commands;
mod lab;
mod lint;

pub use commands::{features, main};
