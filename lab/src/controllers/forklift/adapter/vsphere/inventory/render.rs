//! The vSphere inventory as JSON: detail levels, look-up by name or path.

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    tables::{Collected, Table, Tables},
    vm::{self, Vm},
};
use crate::controllers::forklift::inventory::query::{ALL, Query};

/// The keys of detail level 0.
const BASE: &[&str] = &["id", "variant", "parent", "path", "revision", "name", "selfLink"];

/// How a name with slashes picks among objects of the same name.
#[derive(Clone, Copy, PartialEq)]
pub enum Match {
    /// Its end must be the name.
    PathSuffix,
    /// Its first component must be the datacenter of the name.
    Datacenter,
}

/// The objects that a name or path means: its last component is the name, the rest only picks among several.
pub fn named<'a, T: Collected>(table: &'a Table<T>, name: &str, rule: Match) -> Vec<&'a T> {
    let last = name.rsplit('/').next().unwrap_or(name);
    let found: Vec<&T> = table.values().filter(|object| object.base().name == last).collect();
    if found.len() < 2 || !name.contains('/') {
        return found;
    }
    let wanted = name.trim_start_matches('/');
    let first = wanted.split('/').next().unwrap_or(wanted);
    let picked = found.into_iter().filter(|object| {
        let path = object.base().path.trim_start_matches('/');
        match rule {
            Match::PathSuffix => path == wanted || path.ends_with(&format!("/{wanted}")),
            Match::Datacenter => path.split('/').next() == Some(first),
        }
    });
    picked.collect()
}

/// A collection of the vSphere inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    /// `vms`
    Vms,
    /// `workloads`: VMs with host, cluster and datacenter.
    Workloads,
    /// `hosts`
    Hosts,
    /// `clusters`
    Clusters,
    /// `datacenters`
    Datacenters,
    /// `folders`
    Folders,
    /// `networks`
    Networks,
    /// `datastores`
    Datastores,
}

impl Collection {
    /// By its name in addresses.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "vms" => Self::Vms,
            "workloads" => Self::Workloads,
            "hosts" => Self::Hosts,
            "clusters" => Self::Clusters,
            "datacenters" => Self::Datacenters,
            "folders" => Self::Folders,
            "networks" => Self::Networks,
            "datastores" => Self::Datastores,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Vms => "vms",
            Self::Workloads => "workloads",
            Self::Hosts => "hosts",
            Self::Clusters => "clusters",
            Self::Datacenters => "datacenters",
            Self::Folders => "folders",
            Self::Networks => "networks",
            Self::Datastores => "datastores",
        }
    }

    /// All objects that the query asks for. VMs are always shown in full, without templates and ghosts.
    pub fn list(self, tables: &Tables, provider: &str, query: &Query) -> Vec<Value> {
        let detail = query.detail;
        match self {
            Self::Vms => self.shown(visible(&tables.vms), provider, query, ALL, Match::PathSuffix),
            Self::Workloads => {
                let vms: Vec<&Vm> = visible(&tables.vms);
                vms.into_iter().map(|vm| self.workload(tables, vm, provider)).collect()
            }
            Self::Hosts => self.shown(all(&tables.hosts), provider, query, detail, Match::Datacenter),
            Self::Clusters => self.shown(all(&tables.clusters), provider, query, detail, Match::Datacenter),
            Self::Datacenters => self.shown(all(&tables.datacenters), provider, query, detail, Match::Datacenter),
            Self::Folders => self.shown(all(&tables.folders), provider, query, detail, Match::Datacenter),
            Self::Networks => self.shown(all(&tables.networks), provider, query, detail, Match::Datacenter),
            Self::Datastores => self.shown(all(&tables.datastores), provider, query, detail, Match::Datacenter),
        }
    }

    /// One object in full.
    pub fn get(self, tables: &Tables, provider: &str, id: &str) -> Option<Value> {
        match self {
            Self::Vms => tables.vms.get(id).map(|vm| self.json(vm, provider, ALL)),
            Self::Workloads => tables.vms.get(id).map(|vm| self.workload(tables, vm, provider)),
            Self::Hosts => tables.hosts.get(id).map(|host| self.json(host, provider, ALL)),
            Self::Clusters => tables.clusters.get(id).map(|cluster| self.json(cluster, provider, ALL)),
            Self::Datacenters => tables
                .datacenters
                .get(id)
                .map(|center| self.json(center, provider, ALL)),
            Self::Folders => tables.folders.get(id).map(|folder| self.json(folder, provider, ALL)),
            Self::Networks => tables.networks.get(id).map(|network| self.json(network, provider, ALL)),
            Self::Datastores => tables.datastores.get(id).map(|store| self.json(store, provider, ALL)),
        }
    }

    fn shown<T>(self, objects: Vec<&T>, provider: &str, query: &Query, detail: u8, rule: Match) -> Vec<Value>
    where
        T: Collected + Serialize + Clone,
    {
        let objects = match &query.name {
            None => objects,
            Some(name) => {
                let table: Table<T> = objects.iter().map(|o| (o.base().id.clone(), (*o).clone())).collect();
                let ids: Vec<String> = named(&table, name, rule).iter().map(|o| o.base().id.clone()).collect();
                objects.into_iter().filter(|o| ids.contains(&o.base().id)).collect()
            }
        };
        objects
            .into_iter()
            .map(|object| self.json(object, provider, detail))
            .collect()
    }

    fn json<T: Collected + Serialize>(self, object: &T, provider: &str, detail: u8) -> Value {
        // The shapes are plain structs: they cannot fail to serialize.
        let mut json = serde_json::to_value(object).unwrap_or_default();
        let Some(fields) = json.as_object_mut() else {
            return json;
        };
        let link = format!("providers/vsphere/{provider}/{}/{}", self.name(), object.base().id);
        fields.insert("selfLink".into(), link.into());
        let extra: &[&str] = match (detail, self) {
            (0, _) => &[],
            (1, Self::Vms) => vm::DETAIL_1,
            _ => return json,
        };
        fields.retain(|key, _| BASE.contains(&key.as_str()) || extra.contains(&key.as_str()));
        json
    }

    fn workload(self, tables: &Tables, vm: &Vm, provider: &str) -> Value {
        let mut workload = self.json(vm, provider, ALL);
        let host = tables.hosts.get(&vm.host);
        let mut host_json = host.map_or(json!(null), |host| Self::Hosts.json(host, provider, ALL));
        if let Some(cluster) = tables.cluster_of(&vm.host) {
            let mut cluster_json = Self::Clusters.json(cluster, provider, ALL);
            let datacenter = tables
                .datacenters
                .values()
                .find(|center| cluster.base.path.starts_with(&format!("{}/", center.base.path)));
            if let Some(center) = datacenter {
                cluster_json["datacenter"] = Self::Datacenters.json(center, provider, ALL);
            }
            host_json["cluster"] = cluster_json;
        }
        workload["host"] = host_json;
        workload
    }
}

fn all<T>(table: &Table<T>) -> Vec<&T> {
    table.values().collect()
}

fn visible(vms: &Table<Vm>) -> Vec<&Vm> {
    vms.values().filter(|vm| !vm.is_template && !vm.is_ghost()).collect()
}
