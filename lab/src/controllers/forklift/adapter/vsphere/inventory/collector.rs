//! Collects a vCenter: loads everything once, then follows its updates.

use std::{collections::HashMap, sync::Arc, time::Duration};

use sim_clock::Clock;
use vim25::{Client, MoRef, Object, Update, UpdateKind};

use crate::controllers::forklift::adapter::base::{Collector, VmChange};

use super::{
    compute::{self, Cluster, Datacenter, Folder, Host},
    network::{self, Network},
    storage::{self, Datastore},
    tables::{Tables, Vcenter},
    vm::{self, Vm},
};

/// How far the inventory lags behind the vCenter.
const LAG: Duration = Duration::from_secs(1);
/// How long it waits before it connects again.
const RETRY: Duration = Duration::from_secs(3);

/// What is watched: containers before their contents, because paths are made of names.
const KINDS: &[(&str, &[&str])] = &[
    ("Folder", compute::FOLDER_PATHS),
    ("Datacenter", compute::DATACENTER_PATHS),
    ("ComputeResource", compute::CLUSTER_PATHS),
    ("HostSystem", compute::HOST_PATHS),
    ("Datastore", storage::PATHS),
    ("Network", network::PATHS),
    ("DistributedVirtualPortgroup", network::PORTGROUP_PATHS),
    ("DistributedVirtualSwitch", network::PATHS),
    ("VirtualMachine", vm::PATHS),
];

/// Collects until it is stopped; connects again when the connection is lost.
pub async fn collect(connect: vim25::Options, inventory: Arc<Vcenter>, collector: Collector) {
    let Collector {
        clock,
        stop,
        vm_changed,
    } = collector;
    let follow = async {
        loop {
            if let Err(error) = follow(connect.clone(), &inventory, clock, &vm_changed).await {
                tracing::debug!(%error, url = %connect.url, "the inventory lost its vCenter");
            }
            clock.sleep(RETRY).await;
        }
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = follow => {}
    }
}

async fn follow(
    connect: vim25::Options,
    inventory: &Vcenter,
    clock: Clock,
    vm_changed: &(dyn Fn(VmChange) + Send + Sync),
) -> Result<(), vim25::Error> {
    let client = Client::connect(connect).await?;
    let about = client.about().clone();
    inventory.change(|tables| {
        tables.product = about.name;
        tables.api_version = about.api_version;
        tables.instance_uuid = about.instance_uuid;
    });
    // Whatever left while nobody watched is not announced.
    let mut objects: HashMap<MoRef, Object> = HashMap::new();
    inventory.change(forget);
    let mut updates = client.watch_many(KINDS).await?;
    loop {
        let batch = updates.next().await?;
        if inventory.has_parity() {
            clock.sleep(LAG).await;
        }
        let mut batch: Vec<Update> = batch;
        batch.sort_by_key(|update| rank(&update.moref.kind));
        let changes: Vec<VmChange> = inventory.change(|tables| {
            let changes = batch.iter().map(|update| apply(tables, &mut objects, update));
            changes.flatten().collect()
        });
        if inventory.has_parity() {
            changes.into_iter().for_each(vm_changed);
        }
        if updates.is_complete() {
            inventory.reach_parity();
        }
    }
}

fn forget(tables: &mut Tables) {
    *tables = Tables {
        product: std::mem::take(&mut tables.product),
        api_version: std::mem::take(&mut tables.api_version),
        instance_uuid: std::mem::take(&mut tables.instance_uuid),
        ..Tables::default()
    };
}

fn rank(kind: &str) -> usize {
    match kind {
        "Folder" => 0,
        "Datacenter" => 1,
        "VirtualMachine" => 4,
        "HostSystem" => 3,
        _ => 2,
    }
}

/// Brings the tables up to date.
fn apply(tables: &mut Tables, objects: &mut HashMap<MoRef, Object>, update: &Update) -> Option<VmChange> {
    if update.kind == UpdateKind::Leave {
        objects.remove(&update.moref);
        return remove(tables, &update.moref);
    }
    let object = objects
        .entry(update.moref.clone())
        .or_insert_with(|| Object::new(update.moref.clone()));
    update.apply(object);
    put(tables, object)
}

fn put(tables: &mut Tables, object: &Object) -> Option<VmChange> {
    let id = &object.moref.id;
    match object.moref.kind.as_str() {
        "VirtualMachine" => {
            let path = |tables: &Tables| tables.vms.get(id).map(|vm| vm.base.path.clone());
            let before = path(tables);
            tables.put(|tables| &mut tables.vms, Vm::read(object));
            let after = path(tables);
            return (before != after).then(|| VmChange {
                id: id.clone(),
                paths: before.into_iter().chain(after).collect(),
            });
        }
        "HostSystem" => tables.put(|tables| &mut tables.hosts, Host::read(object)),
        "ClusterComputeResource" | "ComputeResource" => {
            tables.put(|tables| &mut tables.clusters, Cluster::read(object))
        }
        "Datacenter" => tables.put(|tables| &mut tables.datacenters, Datacenter::read(object)),
        "Folder" | "StoragePod" => tables.put(|tables| &mut tables.folders, Folder::read(object)),
        "Datastore" => tables.put(|tables| &mut tables.datastores, Datastore::read(object)),
        _ => tables.put(|tables| &mut tables.networks, Network::read(object)),
    };
    None
}

fn remove(tables: &mut Tables, moref: &MoRef) -> Option<VmChange> {
    let id = &moref.id;
    match moref.kind.as_str() {
        "VirtualMachine" => {
            return tables.vms.remove(id).map(|vm| VmChange {
                id: id.clone(),
                paths: vec![vm.base.path],
            });
        }
        "HostSystem" => drop(tables.hosts.remove(id)),
        "ClusterComputeResource" | "ComputeResource" => drop(tables.clusters.remove(id)),
        "Datacenter" => drop(tables.datacenters.remove(id)),
        "Folder" | "StoragePod" => drop(tables.folders.remove(id)),
        "Datastore" => drop(tables.datastores.remove(id)),
        _ => drop(tables.networks.remove(id)),
    }
    None
}
