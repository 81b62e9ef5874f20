//! Common interface of all simulators of source platforms: callers start and stop them without platform-specific code.

use std::{any::Any, future::Future, pin::Pin};

use loopback_https::Authority;
use serde_json::Value;
use sim_clock::Clock;

/// Error of starting a simulator.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

/// Future of a simulator that is starting.
pub type Starting<'a> = Pin<Box<dyn Future<Output = Result<Box<dyn SourceSim>, StartError>> + Send + 'a>>;

/// A source platform that can be simulated.
#[derive(Debug, Clone, Copy)]
pub struct Platform {
    /// Key of the platform's entry in a providers file.
    pub key: &'static str,
    /// Field `type` of this entry.
    pub kind: &'static str,
    /// Name of the product: `vCenter`.
    pub product: &'static str,
    /// Starts the simulator with its default inventory on a free port, with a certificate signed by the authority.
    pub start: for<'a> fn(&'a Authority, Clock) -> Starting<'a>,
}

/// A running simulator. It stops on [`stop`](Self::stop) and on drop.
pub trait SourceSim: Any + Send + Sync {
    /// The simulated platform.
    fn platform(&self) -> Platform;

    /// URL of the simulated API.
    fn address(&self) -> String;

    /// User name of the administrator.
    fn user(&self) -> &str;

    /// Entry for a providers file: type, version, address, user, password, and platform-specific fields.
    fn entry(&self) -> Value;

    /// Stops the simulator.
    fn stop(&self);
}
