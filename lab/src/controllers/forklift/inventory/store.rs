//! Store of the inventories by UID of the Provider.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use forklift_api::forklift::Provider;
use kube::ResourceExt;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::openshift::Cluster;
use crate::controllers::forklift::adapter::{Adapter, VmChange};

/// Inventory of one provider.
#[derive(Clone)]
pub struct Entry {
    /// The Provider at its last reconcile.
    pub provider: Arc<Provider>,
    /// Content of the inventory.
    pub content: Content,
    /// Stops the collector when cancelled.
    pub stop: CancellationToken,
}

/// Content of an inventory.
#[derive(Clone)]
pub enum Content {
    /// A source, collected in memory.
    Source(Arc<dyn Adapter>),
    /// A cluster, read live.
    Cluster(Cluster),
}

impl Content {
    /// Whether all objects have been loaded once.
    pub fn has_parity(&self) -> bool {
        match self {
            Self::Source(source) => *source.inventory().parity().borrow(),
            Self::Cluster(_) => true,
        }
    }

    fn source(self) -> Option<Arc<dyn Adapter>> {
        match self {
            Self::Source(source) => Some(source),
            Self::Cluster(_) => None,
        }
    }
}

/// Inventories of all providers.
pub struct Store {
    entries: RwLock<BTreeMap<String, Entry>>,
    vm_changes: mpsc::UnboundedSender<(String, VmChange)>,
}

impl Store {
    /// Creates an empty store. Changes of VMs are sent to `vm_changes`, with the UID of their provider.
    pub fn new(vm_changes: mpsc::UnboundedSender<(String, VmChange)>) -> Self {
        Self {
            entries: RwLock::default(),
            vm_changes,
        }
    }

    /// Looks up the inventory of a provider.
    pub fn get(&self, uid: &str) -> Option<Entry> {
        self.entries
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(uid)
            .cloned()
    }

    /// All inventories.
    pub fn all(&self) -> Vec<Entry> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.values().cloned().collect()
    }

    /// Adds or replaces a provider's inventory and stops the collector of the replaced one.
    pub fn put(&self, entry: Entry) {
        let uid = entry.provider.uid().unwrap_or_default();
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(replaced) = entries.insert(uid, entry) {
            replaced.stop.cancel();
        }
    }

    /// Updates the Provider object of an inventory.
    pub fn refresh(&self, provider: &Provider) {
        let uid = provider.uid().unwrap_or_default();
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get_mut(&uid) {
            entry.provider = Arc::new(provider.clone());
        }
    }

    /// Removes a provider's inventory.
    pub fn remove(&self, uid: &str) {
        let removed = self.entries.write().unwrap_or_else(PoisonError::into_inner).remove(uid);
        if let Some(entry) = removed {
            entry.stop.cancel();
        }
    }

    /// Notifies of a change of a provider's VM.
    pub fn vm_changed(&self, uid: &str, change: VmChange) {
        // The receiver is dropped when the lab stops.
        let _ = self.vm_changes.send((uid.to_owned(), change));
    }

    /// The source of a provider; `None`: its inventory is not loaded yet, or it is a cluster.
    pub fn source(&self, uid: &str) -> Option<Arc<dyn Adapter>> {
        let content = self.get(uid)?.content;
        if content.has_parity() { content.source() } else { None }
    }
}
