//! The clusters of a run: the hub, which MTV runs on, and the destinations besides it.

use super::Cluster;
use crate::run::ClusterId;

/// The clusters of a run. There is always a hub; a destination that is the hub itself is not listed twice.
#[derive(Debug, Clone)]
pub struct Clusters {
    hub: Cluster,
    remote: Vec<Cluster>,
}

impl Clusters {
    /// The hub alone.
    pub fn new(hub: Cluster) -> Self {
        Self {
            hub,
            remote: Vec::new(),
        }
    }

    /// The same with one more destination, unless a cluster of its id is there already.
    #[must_use]
    pub fn with_destination(mut self, cluster: Cluster) -> Self {
        if self.get(&cluster.id).is_none() {
            self.remote.push(cluster);
        }
        self
    }

    /// The cluster that MTV runs on.
    pub fn hub(&self) -> &Cluster {
        &self.hub
    }

    /// The cluster of this id, if the run is connected to it.
    pub fn get(&self, id: &ClusterId) -> Option<&Cluster> {
        self.iter().find(|cluster| cluster.id == *id)
    }

    /// All of them, the hub first.
    pub fn iter(&self) -> impl Iterator<Item = &Cluster> {
        std::iter::once(&self.hub).chain(&self.remote)
    }

    /// The same clusters for teardown: nothing cancels it, and its deadlines are real time.
    #[must_use]
    pub fn for_teardown(&self) -> Self {
        Self {
            hub: self.hub.for_teardown(),
            remote: self.remote.iter().map(Cluster::for_teardown).collect(),
        }
    }
}
