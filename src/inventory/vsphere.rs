//! The inventory of a vSphere provider (Forklift, `pkg/controller/provider/web/vsphere`).

use async_trait::async_trait;
use serde::Deserialize;

use super::{Error, Inventory, InventoryClient, InventoryNic, InventoryVm, Item};
use crate::source::VmId;

/// Inventory of a vCenter or an ESXi host.
pub struct VsphereInventory {
    client: InventoryClient,
}

impl VsphereInventory {
    /// Opens the inventory behind this client.
    pub fn new(client: InventoryClient) -> Self {
        Self { client }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vm {
    id: String,
    name: String,
    #[serde(default)]
    tools_running_status: String,
    #[serde(default)]
    nics: Vec<Nic>,
    #[serde(default)]
    disks: Vec<Disk>,
}

#[derive(Deserialize)]
struct Nic {
    #[serde(default)]
    mac: String,
    network: Reference,
}

#[derive(Deserialize)]
struct Disk {
    datastore: Reference,
    #[serde(default)]
    file: String,
}

#[derive(Deserialize)]
struct Reference {
    id: String,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    name: String,
}

impl From<Vm> for InventoryVm {
    fn from(vm: Vm) -> Self {
        Self {
            id: VmId(vm.id),
            name: vm.name,
            nics: vm
                .nics
                .into_iter()
                .map(|nic| InventoryNic {
                    mac: nic.mac.to_lowercase(),
                    network_id: nic.network.id,
                })
                .collect(),
            guest_tools: vm.tools_running_status == "guestToolsRunning",
            files: vm.disks.iter().map(|disk| disk.file.clone()).collect(),
            storages: vm.disks.into_iter().map(|disk| disk.datastore.id).collect(),
        }
    }
}

impl VsphereInventory {
    async fn items(&self, collection: &str) -> Result<Vec<Item>, Error> {
        let items: Vec<Named> = self.client.get(collection).await?;
        let item = |named: Named| Item {
            id: named.id,
            name: named.name,
        };
        Ok(items.into_iter().map(item).collect())
    }
}

#[async_trait]
impl Inventory for VsphereInventory {
    async fn vm(&self, name: &str) -> Result<Option<InventoryVm>, Error> {
        // One filtered request; a list of VMs is always in full detail.
        let query = encode(name);
        let vms: Vec<Vm> = self.client.get(&format!("vms?name={query}")).await?;
        // The filter also matches paths that end like this.
        Ok(vms.into_iter().find(|vm| vm.name == name).map(InventoryVm::from))
    }

    async fn networks(&self) -> Result<Vec<Item>, Error> {
        self.items("networks").await
    }

    async fn storages(&self) -> Result<Vec<Item>, Error> {
        self.items("datastores").await
    }
}

/// Percent-encodes a query value; VM names may hold any character.
fn encode(value: &str) -> String {
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
    fn a_vm_is_read_as_forklift_sends_it() {
        let sent = serde_json::json!({
            "id": "vm-43", "name": "a", "powerState": "poweredOn", "toolsRunningStatus": "guestToolsRunning", "networks": [{"kind": "Network", "id": "network-7"}],
            "disks": [{"key": 204, "file": "[LocalDS_0] a/a.vmdk", "datastore": {"kind": "Datastore", "id": "datastore-38"}}],
            "nics": [{"network": {"kind": "Network", "id": "dvportgroup-12"}, "mac": "00:0C:29:35:32:37", "order": 0}],
        });
        let vm: Vm = serde_json::from_value(sent).expect("a VM");
        let expected = InventoryVm {
            id: VmId("vm-43".into()),
            name: "a".into(),
            nics: vec![InventoryNic {
                mac: "00:0c:29:35:32:37".into(),
                network_id: "dvportgroup-12".into(),
            }],
            guest_tools: true,
            storages: vec!["datastore-38".into()],
            files: vec!["[LocalDS_0] a/a.vmdk".into()],
        };
        assert_eq!(InventoryVm::from(vm), expected);
    }

    #[test]
    fn names_are_encoded() {
        assert_eq!(encode("a b&c=ü"), "a%20b%26c%3D%C3%BC");
    }
}
