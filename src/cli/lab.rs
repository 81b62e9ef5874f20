//! `mtv-bdd lab`: the simulated lab in the foreground.

use std::{io::IsTerminal as _, process::ExitCode};

use crate::runner::{Exit, embedded_lab::LabCommand, process};

/// What `--help` shows below the options.
pub const EXAMPLES: &str = "\
The lab writes three files into its folder, and removes them when it ends:
  settings.toml   where the lab is, for `--profile` of run, doctor and cleanup
  kubeconfig      for kubectl and other clients
  providers.json  address, user and password of the simulated vCenter

Examples:
  mtv-bdd lab                                       a lab in the folder .lab, 60 times as fast as real time
  mtv-bdd lab --folder /tmp/lab --speed 1           another folder, in real time
  mtv-bdd run --profile .lab/settings.toml          in another terminal: runs the features there
  kubectl --kubeconfig .lab/kubeconfig get plans -A looks around

Exit codes:
  0  ended by Ctrl-C          3  it could not be started";

/// Runs the lab until a signal ends it.
pub fn run(command: LabCommand) -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let ended = process::start()
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
