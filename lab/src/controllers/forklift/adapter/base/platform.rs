//! One provider type: its rules before there is a connection, and how a connection is made
//! (`pkg/controller/provider/container`, `pkg/forklift-api/webhooks`).

use std::sync::Arc;

use async_trait::async_trait;
use forklift_api::forklift::{Condition, Conversion, ConversionSpec, ConversionStatus};
use serde_json::Value;
use sim_clock::Clock;
use tokio_util::sync::CancellationToken;

use super::Adapter;
use crate::controllers::forklift::{
    conditions::Staging,
    error::Result,
    provider::Credentials,
    shared::Shared,
    webhooks::{Changes, Denial},
};

/// A provider type that is simulated.
#[async_trait]
pub trait Platform: Send + Sync {
    /// What a Provider's `spec` cannot be.
    fn admit(&self, spec: &Value) -> Result<(), Denial>;

    /// What a Provider's `spec` lacks: operations of a JSON patch.
    fn complete(&self, spec: &Value) -> Changes;

    /// Keys that the Secret lacks.
    fn missing_keys(&self, credentials: &Credentials) -> Vec<String>;

    /// Logs in, and out again.
    ///
    /// # Errors
    /// Why not.
    async fn log_in(&self, credentials: &Credentials) -> Result<(), LogInFailure>;

    /// Starts to collect the source's inventory.
    fn connect(&self, credentials: &Credentials, collector: Collector) -> Arc<dyn Adapter>;

    /// What a conversion's pod needs of another image, if this Conversion is of this platform.
    fn side_car(&self, spec: &ConversionSpec) -> Option<SideCar>;

    /// Who inspects snapshots of this platform's VMs, if they can be inspected.
    fn inspector(&self) -> Option<&dyn Inspector>;
}

/// What a collector needs of the lab.
pub struct Collector {
    /// The lab's.
    pub clock: Clock,
    /// Ends the collector.
    pub stop: CancellationToken,
    /// Is to be called when a VM appears, disappears or moves.
    pub vm_changed: Box<dyn Fn(VmChange) + Send + Sync>,
}

/// A VM that has appeared, disappeared or moved; other changes reconcile no plan
/// (`pkg/controller/plan/handler/vsphere/handler.go`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VmChange {
    /// Id of the VM.
    pub id: String,
    /// Its inventory paths, before and after.
    pub paths: Vec<String>,
}

/// Why a log-in failed, in the server's words. By those words Forklift tells the two apart.
pub enum LogInFailure {
    /// The server does not take the credentials.
    Credentials(String),
    /// Anything else.
    Other(String),
}

/// An init container that lays files ready for the container of a conversion.
pub struct SideCar {
    /// The container.
    pub container: Value,
    /// The volume with the files.
    pub volume: Value,
    /// Where the volume is mounted.
    pub mount: Value,
}

/// Carries out Conversions of the type `DeepInspection`.
#[async_trait]
pub trait Inspector: Send + Sync {
    /// What such a Conversion lacks.
    fn missing(&self, spec: &ConversionSpec) -> Option<Condition>;

    /// Takes an inspection one stage further.
    async fn follow(
        &self,
        shared: &Shared,
        conversion: &Conversion,
        status: &mut ConversionStatus,
        staging: &mut Staging,
    ) -> Result<()>;
}
