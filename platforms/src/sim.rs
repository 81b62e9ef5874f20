//! What every simulator of a source platform has in common, so that who starts them need not know them.

use std::{any::Any, future::Future, pin::Pin};

use loopback_https::Authority;
use serde_json::Value;
use sim_clock::Clock;

/// Why a simulator could not be started.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

/// A simulator that is starting.
pub type Starting<'a> = Pin<Box<dyn Future<Output = Result<Box<dyn SourceSim>, StartError>> + Send + 'a>>;

/// A source platform that can be simulated.
#[derive(Debug, Clone, Copy)]
pub struct Platform {
    /// Key of its entry in a providers file.
    pub key: &'static str,
    /// The field `type` of this entry.
    pub kind: &'static str,
    /// Name of the product: `vCenter`.
    pub product: &'static str,
    /// Starts it with its usual population on a free port, with a certificate of the authority.
    pub start: for<'a> fn(&'a Authority, Clock) -> Starting<'a>,
}

/// A running simulator. It stops when dropped or stopped.
pub trait SourceSim: Any + Send + Sync {
    /// Which platform it simulates.
    fn platform(&self) -> Platform;

    /// Where its API is, as a URL.
    fn address(&self) -> String;

    /// The administrator.
    fn user(&self) -> &str;

    /// Its entry in a providers file: type, version, address, user, password, and what else the platform needs.
    fn entry(&self) -> Value;

    /// Stops it.
    fn stop(&self);
}
