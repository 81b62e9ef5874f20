//! The inventory as the REST API, maps and plans ask for it.

use serde_json::{Map, Value, json};
use tokio::sync::watch;

use super::{Collection, Vcenter, Vm, model::Base};
use crate::controllers::forklift::{
    adapter::base::{Inventory, Named, Nic, SourceVm},
    inventory::query::Query,
    resolve::Resolved,
};

impl Inventory for Vcenter {
    fn parity(&self) -> watch::Receiver<bool> {
        self.parity()
    }

    fn summary(&self) -> Map<String, Value> {
        let tables = self.tables();
        let mut summary = Map::from_iter([
            ("apiVersion".to_owned(), json!(tables.api_version)),
            ("product".to_owned(), json!(tables.product)),
            ("instanceUuid".to_owned(), json!(tables.instance_uuid)),
        ]);
        for (key, count) in [
            ("datacenterCount", tables.datacenters.len()),
            ("clusterCount", tables.clusters.len()),
            ("hostCount", tables.hosts.len()),
            ("vmCount", tables.vms.len()),
            ("networkCount", tables.networks.len()),
            ("datastoreCount", tables.datastores.len()),
        ] {
            summary.insert(key.to_owned(), count.into());
        }
        summary
    }

    fn list(&self, collection: &str, provider: &str, query: &Query) -> Option<Vec<Value>> {
        let collection = Collection::parse(collection)?;
        Some(collection.list(&self.tables(), provider, query))
    }

    fn get(&self, collection: &str, provider: &str, id: &str) -> Option<Option<Value>> {
        let collection = Collection::parse(collection)?;
        Some(collection.get(&self.tables(), provider, id))
    }

    fn network(&self, id: Option<&str>, name: Option<&str>) -> Resolved<Named> {
        let by_id = |id: &str| self.tables().networks.get(id).map(|network| named(&network.base));
        let by_name = |name: &str| {
            let networks = self.networks_named(name);
            networks.iter().map(|network| named(&network.base)).collect()
        };
        Resolved::find(id, name, by_id, by_name)
    }

    fn storage(&self, id: Option<&str>, name: Option<&str>) -> Resolved<Named> {
        let by_id = |id: &str| self.tables().datastores.get(id).map(|store| named(&store.base));
        let by_name = |name: &str| {
            let stores = self.datastores_named(name);
            stores.iter().map(|store| named(&store.base)).collect()
        };
        Resolved::find(id, name, by_id, by_name)
    }

    fn vm(&self, id: Option<&str>, name: Option<&str>) -> Resolved<SourceVm> {
        let by_id = |id: &str| self.tables().vms.get(id).map(neutral);
        let by_name = |name: &str| self.vms_named(name).iter().map(neutral).collect();
        Resolved::find(id, name, by_id, by_name)
    }
}

fn named(base: &Base) -> Named {
    Named {
        id: base.id.clone(),
        name: base.name.clone(),
    }
}

fn neutral(vm: &Vm) -> SourceVm {
    let nics = vm.nics.iter().map(|nic| Nic {
        network: nic.network.id.clone(),
        mac: nic.mac.clone(),
        pci_address: nic.pci_address.clone(),
        start_connected: nic.start_connected,
    });
    SourceVm {
        id: vm.base.id.clone(),
        name: vm.base.name.clone(),
        is_windows: vm.is_windows(),
        nics: nics.collect(),
    }
}
