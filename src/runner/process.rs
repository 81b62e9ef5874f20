//! Process-wide setup of every command before it connects to anything.

use std::{io, process::ExitCode};

use thiserror::Error;
use tokio::runtime::Runtime;

use super::exit::Exit;
use crate::{events::explain, report::print};

/// The asynchronous runtime could not be started.
#[derive(Debug, Error)]
#[error("the asynchronous runtime could not be started")]
pub struct StartError(#[from] io::Error);

impl StartError {
    /// Prints the error, and returns the exit code of the command.
    pub fn report(&self) -> ExitCode {
        print::err(format_args!("error: {}", explain(self)));
        Exit::Failed.into()
    }
}

/// Starts the asynchronous runtime, and selects the TLS cryptography provider.
///
/// # Errors
/// Errors of the operating system.
pub fn start() -> Result<Runtime, StartError> {
    // Fails only if a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(Runtime::new()?)
}
