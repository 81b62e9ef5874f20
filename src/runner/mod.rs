//! Runs features: reads, checks, selects and executes them, and turns the result into an exit code.

pub mod draft;
mod dry_run;
#[cfg_attr(not(feature = "lab"), path = "without_lab.rs")]
pub mod embedded_lab;
pub mod execution;
mod exit;
mod hooks;
pub mod input;
pub mod known_tags;
pub mod lint;
pub mod options;
pub mod outline;
mod outputs;
pub mod panics;
pub mod parser;
pub mod plan;
mod prepare;
pub mod problem;
pub mod process;
mod pulse;
mod run;
pub mod scenarios;
mod signals;
pub mod source;
pub mod tags;
pub mod text;
mod worlds;
pub mod writer;

pub use draft::{draft, examine};
pub use exit::Exit;
pub use prepare::prepare;
pub use run::run;
