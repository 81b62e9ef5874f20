//! The inventory of one source: served by the REST API, and asked for what maps and plans refer to
//! (`pkg/controller/provider/web/base`).

use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::controllers::forklift::{inventory::query::Query, resolve::Resolved};

/// What a source has, collected in memory.
pub trait Inventory: Send + Sync {
    /// Whether everything has been loaded once.
    fn parity(&self) -> watch::Receiver<bool>;

    /// What the provider itself shows in the REST API: version, product, counts.
    fn summary(&self) -> Map<String, Value>;

    /// The objects of a collection that the query asks for; none when there is no such collection. `provider` is the
    /// UID for links.
    fn list(&self, collection: &str, provider: &str, query: &Query) -> Option<Vec<Value>>;

    /// One object in full; the outer `None`: no such collection, the inner one: no such object.
    fn get(&self, collection: &str, provider: &str, id: &str) -> Option<Option<Value>>;

    /// The network that an id or a name means.
    fn network(&self, id: Option<&str>, name: Option<&str>) -> Resolved<Named>;

    /// The storage (a datastore, a storage domain, a volume type) that an id or a name means.
    fn storage(&self, id: Option<&str>, name: Option<&str>) -> Resolved<Named>;

    /// The VM that an id or a name means.
    fn vm(&self, id: Option<&str>, name: Option<&str>) -> Resolved<SourceVm>;
}

/// Identity of an object of the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The source's id.
    pub id: String,
    /// Name on the source.
    pub name: String,
}

/// A VM of a source, as far as all platforms have it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceVm {
    /// The source's id.
    pub id: String,
    /// Name on the source.
    pub name: String,
    /// Whether the guest is Windows, which restarts after its conversion.
    pub is_windows: bool,
    /// Network interfaces, in the source's order.
    pub nics: Vec<Nic>,
}

/// A network interface of a source VM.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Nic {
    /// Id of its network.
    pub network: String,
    /// MAC address.
    pub mac: String,
    /// PCI address on the target; empty when unknown.
    pub pci_address: String,
    /// Connected when the VM starts.
    pub start_connected: bool,
}
