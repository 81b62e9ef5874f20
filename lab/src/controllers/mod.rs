//! The controllers of the simulated cluster: ordinary `kube::runtime` controllers, which work on any API server. Each
//! can be disabled, to use a real one instead.

pub mod cdi;
pub mod core;
pub mod crds;
pub mod forklift;
pub mod guest_os;
pub mod kubevirt;
pub mod objects;
pub mod openshift;
pub mod reconcile;

use sim_clock::Clock;
use tokio_util::sync::CancellationToken;

pub use crds::install_crds;

use crate::injection::Injections;

/// Dependencies of every controller.
#[derive(Clone)]
pub struct Context {
    /// Client of the API server.
    pub client: kube::Client,
    /// Clock of the simulation.
    pub clock: Clock,
    /// Faults, defects and holds that are requested.
    pub injections: Injections,
    /// Stops the controller when cancelled.
    pub stop: CancellationToken,
}
