//! The simulated data centre on its own; `mtv-bdd lab` is the same command.

use std::process::ExitCode;

use clap::Parser;
use mtv_lab::command::LabCommand;

/// A simulated data centre for migrations to OpenShift Virtualization.
#[derive(Debug, Parser)]
#[command(name = "mtv-lab", version)]
struct Arguments {
    #[command(flatten)]
    command: LabCommand,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match Arguments::parse().command.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
