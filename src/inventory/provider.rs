//! The inventory of one provider: requests, read as the platform's descriptor says.

use futures::future::try_join_all;
use serde_json::Value;

use super::{Error, InventoryClient};
use crate::source::{Descriptor, InventoryVm, Item, Words};

/// Forklift's inventory of one provider.
#[derive(Clone)]
pub struct Inventory {
    client: InventoryClient,
    descriptor: &'static dyn Descriptor,
}

impl Inventory {
    /// The inventory behind this client, of a provider of this platform.
    pub fn new(client: InventoryClient, descriptor: &'static dyn Descriptor) -> Self {
        Self { client, descriptor }
    }

    /// The VM of that name; `None` while the inventory does not show it.
    ///
    /// # Errors
    /// A request failed, or its answer cannot be read.
    pub async fn vm(&self, name: &str) -> Result<Option<InventoryVm>, Error> {
        let adapter = self.descriptor.inventory();
        let requests = adapter.vm_requests(name);
        let answers = try_join_all(requests.iter().map(|path| self.client.get::<Value>(path))).await?;
        let malformed = |source| self.malformed(&requests.join(", "), source);
        adapter.vm(name, answers).map_err(malformed)
    }

    /// All networks.
    ///
    /// # Errors
    /// As for [`vm`](Self::vm).
    pub async fn networks(&self) -> Result<Vec<Item>, Error> {
        self.items(self.descriptor.inventory().networks()).await
    }

    /// All storages: what the platform keeps disks in.
    ///
    /// # Errors
    /// As for [`vm`](Self::vm).
    pub async fn storages(&self) -> Result<Vec<Item>, Error> {
        self.items(self.descriptor.inventory().storages()).await
    }

    async fn items(&self, path: &str) -> Result<Vec<Item>, Error> {
        let answer = self.client.get(path).await?;
        let items = self.descriptor.inventory().items(answer);
        items.map_err(|source| self.malformed(path, source))
    }

    fn malformed(&self, path: &str, source: serde_json::Error) -> Error {
        Error::Malformed {
            path: self.client.path(path),
            source,
        }
    }

    pub(super) fn words(&self) -> Words {
        self.descriptor.words()
    }
}
