//! The controllers of the simulated cluster: ordinary `kube::runtime` controllers that talk to whatever API server
//! they are given. Each can be left out, so that a real one can take its place.

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

/// What every controller is given.
#[derive(Clone)]
pub struct Context {
    /// The API server that it works on.
    pub client: kube::Client,
    /// Simulated time.
    pub clock: Clock,
    /// Faults and defects that are asked for.
    pub injections: Injections,
    /// Ends the controller.
    pub stop: CancellationToken,
}
