//! `mtv-bdd lab`: the simulated lab in the foreground.

use std::process::ExitCode;

use mtv_lab::command::LabCommand;

use crate::runner::Exit;

/// Runs the lab until a signal ends it.
pub fn run(command: LabCommand) -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let ended = tokio::runtime::Runtime::new()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(command.run()).map_err(anyhow::Error::from));
    match ended {
        Ok(()) => Exit::Passed.into(),
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            Exit::Unusable.into()
        }
    }
}
