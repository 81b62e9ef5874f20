//! How Forklift's inventory shows a platform: one [`InventoryAdapter`] per platform, without any request of its own.

use serde::Deserialize;
use serde_json::Value;

use super::VmId;

/// A network or a storage of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Item {
    /// Id on the platform.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A network interface in the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryNic {
    /// MAC address, lower case.
    pub mac: String,
    /// Id of its network.
    pub network_id: String,
}

/// A VM in the inventory, as far as maps and plans need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryVm {
    /// Id on the platform.
    pub id: VmId,
    /// Name.
    pub name: String,
    /// Network interfaces in the inventory's order.
    pub nics: Vec<InventoryNic>,
    /// Whether the tools in its guest run.
    pub guest_tools: bool,
    /// Ids of the storages of its disks, in the inventory's order, one per disk.
    pub storages: Vec<String>,
    /// Ids of its disks, where the inventory shows them.
    pub disks: Vec<String>,
}

/// What is asked of Forklift's inventory about a platform, and how the answers are read
/// (`pkg/controller/provider/web/<platform>`). Paths begin below the provider.
pub trait InventoryAdapter: Send + Sync {
    /// The requests whose answers, taken together, show the VM of this name.
    fn vm_requests(&self, name: &str) -> Vec<String>;

    /// The VM of this name in the answers, which come in the order of the requests; `None` when it is not there.
    ///
    /// # Errors
    /// An answer does not have the form that is known.
    fn vm(&self, name: &str, answers: Vec<Value>) -> Result<Option<InventoryVm>, serde_json::Error>;

    /// The request for all networks.
    fn networks(&self) -> &'static str {
        "networks"
    }

    /// The request for all storages.
    fn storages(&self) -> &'static str;

    /// The networks or storages in an answer.
    ///
    /// # Errors
    /// The answer does not have the form that is known.
    fn items(&self, answer: Value) -> Result<Vec<Item>, serde_json::Error> {
        serde_json::from_value(answer)
    }
}

/// Percent-encodes a query value; names of VMs may hold any character.
pub fn query(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded() {
        assert_eq!(query("a b&c=ü"), "a%20b%26c%3D%C3%BC");
    }
}
