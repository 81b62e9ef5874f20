//! The descriptor of the second platform.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use go_template::Data;
use mtv_bdd::{
    settings::{ProviderEntry, ProviderType, providers},
    source::{
        Access, Capabilities, Descriptor, Disk, Error, InventoryAdapter, InventoryNic, InventoryVm, Serial,
        SourcePlatform, SourceVm, VmId, Words,
    },
};
use serde_json::Value;

use crate::memory::{ADDRESS, Connection};

pub static SECOND: Second = Second;

#[derive(Debug)]
pub struct Second;

impl Descriptor for Second {
    fn provider_type(&self) -> ProviderType {
        ProviderType::Ovirt
    }

    fn access(&self, entry: &ProviderEntry) -> Option<Box<dyn Access>> {
        (entry.platform() == ProviderType::Ovirt).then(|| Box::new(Door) as Box<dyn Access>)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            warm: false,
            disk_types: false,
            more_disks: false,
            snapshots: false,
        }
    }

    fn inventory(&self) -> &'static dyn InventoryAdapter {
        &Inventory
    }

    /// `disk-7@2` is the second copy of `disk-7`.
    fn disk_key<'a>(&self, id: &'a str) -> &'a str {
        id.split_once('@').map_or(id, |(disk, _)| disk)
    }

    fn claim_name_data(&self, disk: &Disk) -> Data {
        Data::from([("DiskId", self.disk_key(&disk.id).into())])
    }

    fn generates_claim_names(&self) -> bool {
        false
    }

    fn serial(&self, vm: &SourceVm, _: Option<&str>) -> Result<Serial, String> {
        Ok(Serial {
            number: vm.id.0.clone(),
            origin: "id of the VM".to_owned(),
        })
    }

    fn words(&self) -> Words {
        Words {
            disk_ids: "attachments",
        }
    }
}

/// Access to the one provider that there is.
struct Door;

#[async_trait]
impl Access for Door {
    fn tag(&self) -> &'static str {
        "ovirt"
    }

    fn url(&self) -> &str {
        ADDRESS
    }

    fn secret(&self) -> Result<BTreeMap<String, String>, providers::Error> {
        let data = [("url", ADDRESS), ("user", "admin@internal"), ("password", "s3cret")];
        Ok(data.map(|(key, value)| (key.to_owned(), value.to_owned())).into())
    }

    async fn connect(&self, _key: &str) -> Result<Arc<dyn SourcePlatform>, Error> {
        Ok(Arc::new(Connection))
    }
}

/// The inventory shows which disks a VM has, and elsewhere where those are.
struct Inventory;

impl InventoryAdapter for Inventory {
    fn vm_requests(&self, _name: &str) -> Vec<String> {
        vec!["vms?detail=all".to_owned(), "disks?detail=all".to_owned()]
    }

    fn vm(&self, name: &str, answers: Vec<Value>) -> Result<Option<InventoryVm>, serde_json::Error> {
        let text = |value: &Value, field: &str| value[field].as_str().unwrap_or_default().to_owned();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let (vms, disks) = (list(&answers[0]), list(&answers[1]));
        let Some(vm) = vms.into_iter().find(|vm| vm["name"] == name) else {
            return Ok(None);
        };
        let attached = list(&vm["diskAttachments"]);
        let storage = |attachment: &Value| {
            let disk = disks.iter().find(|disk| disk["id"] == attachment["disk"]);
            disk.map(|disk| text(disk, "storageDomain")).unwrap_or_default()
        };
        let nic = |nic: Value| InventoryNic {
            mac: text(&nic, "mac"),
            network_id: text(&nic, "profile"),
        };
        Ok(Some(InventoryVm {
            id: VmId(text(&vm, "id")),
            name: name.to_owned(),
            nics: list(&vm["nics"]).into_iter().map(nic).collect(),
            guest_tools: false,
            storages: attached.iter().map(storage).collect(),
            disks: attached.iter().map(|attachment| text(attachment, "disk")).collect(),
        }))
    }

    fn networks(&self) -> &'static str {
        "nicprofiles?detail=all"
    }

    fn storages(&self) -> &'static str {
        "storagedomains"
    }
}
