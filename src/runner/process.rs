//! What every command needs of its process before it connects to anything.

use std::{io, process::ExitCode};

use thiserror::Error;
use tokio::runtime::Runtime;

use super::exit::Exit;
use crate::{events::explain, report::print};

/// The process has no asynchronous runtime.
#[derive(Debug, Error)]
#[error("the asynchronous runtime could not be started")]
pub struct StartError(#[from] io::Error);

impl StartError {
    /// Prints the error, and returns the exit code of a command that does nothing else because of it.
    pub fn report(&self) -> ExitCode {
        print::err(format_args!("error: {}", explain(self)));
        Exit::Failed.into()
    }
}

/// Starts the asynchronous runtime, and chooses the cryptography of all TLS connections.
///
/// # Errors
/// The operating system's.
pub fn start() -> Result<Runtime, StartError> {
    // It fails where a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(Runtime::new()?)
}
