//! The controllers of the simulated cluster, which work on any API server. Each can be disabled, to use a real one
//! instead.

pub mod cdi;
pub mod controller;
pub mod core;
pub mod crds;
pub mod forklift;
pub mod guest_os;
pub mod informer;
pub mod kubevirt;
pub mod objects;
pub mod openshift;
pub mod reconcile;

use kube::{Client, Resource, core::NamespaceResourceScope};
use serde::Serialize;
use sim_clock::Clock;
use tokio_util::sync::CancellationToken;

pub use crds::install_crds;

use crate::injection::Injections;
use informer::{Cluster, Informer, Watched};
use objects::Objects;

/// Dependencies of every controller.
#[derive(Clone)]
pub struct Context {
    /// Client of the API server.
    pub client: Client,
    /// Clock of the simulation.
    pub clock: Clock,
    /// Faults, defects and holds that are requested.
    pub injections: Injections,
    /// Stops the controller when cancelled.
    pub stop: CancellationToken,
    cluster: Cluster,
}

impl Context {
    /// Dependencies that work with this client until they are stopped.
    pub fn new(client: Client, clock: Clock, stop: CancellationToken) -> Self {
        Self {
            injections: Injections::watch(client.clone(), stop.clone()),
            cluster: Cluster::new(client.clone(), stop.clone()),
            client,
            clock,
            stop,
        }
    }

    /// The cluster, for parts that do not know which one they work on.
    pub fn cluster(&self) -> Cluster {
        self.cluster.clone()
    }

    /// The shared informer of a kind.
    pub fn informer<K: Watched>(&self) -> Informer<K> {
        self.cluster.informer()
    }

    /// All objects of a kind.
    pub fn all<K: Watched + Serialize>(&self) -> Objects<K> {
        self.cluster.all()
    }

    /// The objects of a kind in a namespace.
    pub fn within<K>(&self, namespace: &str) -> Objects<K>
    where
        K: Watched + Serialize + Resource<Scope = NamespaceResourceScope>,
    {
        self.cluster.within(namespace)
    }
}
