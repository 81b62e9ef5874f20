//! Generators and benchmarks: `cargo xtask generate`, `cargo xtask bench`.

mod bench;
mod generate;
mod settings;
mod steps;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Generators and benchmarks of mtv-bdd.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Write the files that are generated from the code
    Generate {
        /// Write nothing; fail when a file is stale
        #[arg(long)]
        check: bool,
    },
    /// Measure what mtv-bdd costs; compare with docs/performance.md and with other programs
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Generate { check: true } => generate::check(),
        Task::Generate { check: false } => generate::write(),
        Task::Bench(options) => bench::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
