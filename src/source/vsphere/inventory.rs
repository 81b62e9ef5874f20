//! How Forklift's inventory shows vSphere (Forklift, `pkg/controller/provider/web/vsphere`).

use serde::Deserialize;
use serde_json::Value;

use crate::source::{InventoryAdapter, InventoryNic, InventoryVm, VmId, inventory::query};

/// Inventory of a vCenter or an ESXi host.
pub struct VsphereInventory;

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
            disks: vm.disks.iter().map(|disk| disk.file.clone()).collect(),
            storages: vm.disks.into_iter().map(|disk| disk.datastore.id).collect(),
        }
    }
}

impl InventoryAdapter for VsphereInventory {
    fn vm_requests(&self, name: &str) -> Vec<String> {
        // One filtered request; a list of VMs is always in full detail.
        vec![format!("vms?name={}", query(name))]
    }

    fn vm(&self, name: &str, answers: Vec<Value>) -> Result<Option<InventoryVm>, serde_json::Error> {
        for answer in answers {
            let vms: Vec<Vm> = serde_json::from_value(answer)?;
            // The filter also matches paths that end like this.
            if let Some(vm) = vms.into_iter().find(|vm| vm.name == name) {
                return Ok(Some(vm.into()));
            }
        }
        Ok(None)
    }

    fn storages(&self) -> &'static str {
        "datastores"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vm_is_read_as_forklift_sends_it() {
        let sent = serde_json::json!([{
            "id": "vm-43", "name": "a", "powerState": "poweredOn", "toolsRunningStatus": "guestToolsRunning", "networks": [{"kind": "Network", "id": "network-7"}],
            "disks": [{"key": 204, "file": "[LocalDS_0] a/a.vmdk", "datastore": {"kind": "Datastore", "id": "datastore-38"}}],
            "nics": [{"network": {"kind": "Network", "id": "dvportgroup-12"}, "mac": "00:0C:29:35:32:37", "order": 0}],
        }]);
        let expected = InventoryVm {
            id: VmId("vm-43".into()),
            name: "a".into(),
            nics: vec![InventoryNic {
                mac: "00:0c:29:35:32:37".into(),
                network_id: "dvportgroup-12".into(),
            }],
            guest_tools: true,
            storages: vec!["datastore-38".into()],
            disks: vec!["[LocalDS_0] a/a.vmdk".into()],
        };
        let read = |name| VsphereInventory.vm(name, vec![sent.clone()]).expect("VMs");
        assert_eq!(read("a"), Some(expected));
        assert_eq!(read("folder/a"), None);
    }
}
