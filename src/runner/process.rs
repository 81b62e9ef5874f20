//! Process-wide setup of every command before it connects to anything.

use std::{io, process::ExitCode, time::Duration};

use jiff::Timestamp;
use sim_clock::{Deadlock, World, WorldOptions};
use sim_net::InMemory;
use thiserror::Error;
use tokio::runtime::{Handle, Runtime};

use super::{draft::Draft, exit::Exit};
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
    select_cryptography();
    Ok(Runtime::new()?)
}

fn select_cryptography() {
    // Fails only if a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// What executes a run.
pub enum Executor {
    /// Real time, on all processors.
    Real(Runtime),
    /// Virtual time, on this thread, with the lab in the same process.
    Virtual {
        /// The thread's time.
        world: World,
        /// The thread's connections.
        _network: InMemory,
    },
}

impl Executor {
    /// Executes a run: in the time that its lab has, with random numbers from a seed. Virtual time begins at `begin`.
    ///
    /// # Errors
    /// Errors of the operating system.
    pub fn new(draft: &Draft, seed: u64, begin: Timestamp) -> Result<Self, StartError> {
        if !draft.has_virtual_time() {
            fastrand::seed(seed);
            return start().map(Self::Real);
        }
        Self::in_virtual_time(seed, begin)
    }

    /// Executes in virtual time, on this thread.
    ///
    /// # Errors
    /// Errors of the operating system.
    pub fn in_virtual_time(seed: u64, begin: Timestamp) -> Result<Self, StartError> {
        select_cryptography();
        Ok(Self::Virtual {
            world: World::begin(WorldOptions { seed, begin })?,
            _network: sim_net::in_memory(),
        })
    }

    /// Spawns tasks from other threads.
    pub fn handle(&self) -> Handle {
        match self {
            Self::Real(runtime) => runtime.handle().clone(),
            Self::Virtual { world, .. } => world.runtime().handle().clone(),
        }
    }

    /// Runs `work` to its end.
    ///
    /// # Errors
    /// A deadlock in virtual time.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> Result<T, Deadlock> {
        match self {
            Self::Real(runtime) => Ok(runtime.block_on(work)),
            Self::Virtual { world, .. } => world.run(work),
        }
    }

    /// Ends all tasks; those that block get this time.
    pub fn end(self, limit: Duration) {
        match self {
            Self::Real(runtime) => runtime.shutdown_timeout(limit),
            Self::Virtual { world, .. } => drop(world),
        }
    }
}
