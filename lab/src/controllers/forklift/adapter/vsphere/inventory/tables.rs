//! The collected objects of one vCenter, kept up to date by the collector.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock, RwLockReadGuard},
};

use tokio::sync::watch;

use super::{
    compute::{Cluster, Datacenter, Folder, Host},
    model::{Base, Ref},
    network::Network,
    storage::Datastore,
    vm::Vm,
};

/// What a collected kind has in common.
pub trait Collected {
    /// Identity and place.
    fn base(&self) -> &Base;
    /// To fill in path, revision and link.
    fn base_mut(&mut self) -> &mut Base;
}

macro_rules! collected {
    ($($kind:ty),*) => {$(
        impl Collected for $kind {
            fn base(&self) -> &Base { &self.base }
            fn base_mut(&mut self) -> &mut Base { &mut self.base }
        }
    )*};
}
collected!(Vm, Host, Cluster, Datacenter, Folder, Network, Datastore);

/// Objects by id.
pub type Table<T> = BTreeMap<String, T>;

/// All objects of a vCenter.
#[derive(Debug, Default)]
pub struct Tables {
    /// `VMware vCenter Server`.
    pub product: String,
    /// API version.
    pub api_version: String,
    /// vCenter's own id.
    pub instance_uuid: String,
    /// Virtual machines, templates included.
    pub vms: Table<Vm>,
    /// ESXi hosts.
    pub hosts: Table<Host>,
    /// Clusters.
    pub clusters: Table<Cluster>,
    /// Datacenters.
    pub datacenters: Table<Datacenter>,
    /// Folders.
    pub folders: Table<Folder>,
    /// Networks of all kinds.
    pub networks: Table<Network>,
    /// Datastores.
    pub datastores: Table<Datastore>,
}

impl Tables {
    /// The path of an object, from the names of all that contain it; the root folder is not part of it.
    fn path(&self, name: &str, parent: &Ref) -> String {
        let mut names = vec![name.to_owned()];
        let mut parent = parent.clone();
        while !parent.id.is_empty() {
            let base = match parent.kind.as_str() {
                "Folder" => self.folders.get(&parent.id).map(|folder| &folder.base),
                "Datacenter" => self.datacenters.get(&parent.id).map(|center| &center.base),
                "Cluster" => self.clusters.get(&parent.id).map(|cluster| &cluster.base),
                "Host" => self.hosts.get(&parent.id).map(|host| &host.base),
                _ => None,
            };
            let Some(base) = base else { break };
            if base.parent.id.is_empty() {
                break;
            }
            names.push(base.name.clone());
            parent = base.parent.clone();
        }
        names.reverse();
        format!("/{}", names.join("/"))
    }

    /// Puts an object in, with its path; its revision grows only when something about it changed.
    pub fn put<T: Collected + PartialEq>(&mut self, table: fn(&mut Self) -> &mut Table<T>, mut object: T) -> bool {
        let path = self.path(&object.base().name, &object.base().parent);
        object.base_mut().path = path;
        let table = table(self);
        let known = table.get(&object.base().id);
        let revision = known.map_or(0, |known| known.base().revision);
        object.base_mut().revision = revision;
        if known == Some(&object) {
            return false;
        }
        object.base_mut().revision = revision + 1;
        table.insert(object.base().id.clone(), object);
        true
    }

    /// The cluster of a host.
    pub fn cluster_of(&self, host: &str) -> Option<&Cluster> {
        self.hosts.get(host).and_then(|host| self.clusters.get(&host.cluster))
    }
}

/// The inventory of one vCenter.
pub struct Vcenter {
    tables: RwLock<Tables>,
    /// Whether everything has been loaded once.
    parity: watch::Sender<bool>,
}

impl Default for Vcenter {
    fn default() -> Self {
        Self {
            tables: RwLock::default(),
            parity: watch::Sender::new(false),
        }
    }
}

impl Vcenter {
    /// Reads the objects.
    pub fn tables(&self) -> RwLockReadGuard<'_, Tables> {
        self.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the objects.
    pub fn change<R>(&self, change: impl FnOnce(&mut Tables) -> R) -> R {
        change(&mut self.tables.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether everything has been loaded once.
    pub fn has_parity(&self) -> bool {
        *self.parity.borrow()
    }

    /// Says that everything has been loaded.
    pub fn reach_parity(&self) {
        self.parity.send_replace(true);
    }

    /// Follows [`Vcenter::has_parity`].
    pub fn parity(&self) -> watch::Receiver<bool> {
        self.parity.subscribe()
    }

    /// A VM by id.
    pub fn by_id(&self, id: &str) -> Option<Vm> {
        self.tables().vms.get(id).cloned()
    }

    /// The VMs that a name or path means.
    pub fn vms_named(&self, name: &str) -> Vec<Vm> {
        super::render::named(&self.tables().vms, name, super::render::Match::PathSuffix)
            .into_iter()
            .cloned()
            .collect()
    }

    /// The networks that a name or path means.
    pub fn networks_named(&self, name: &str) -> Vec<Network> {
        super::render::named(&self.tables().networks, name, super::render::Match::Datacenter)
            .into_iter()
            .cloned()
            .collect()
    }

    /// The datastores that a name or path means.
    pub fn datastores_named(&self, name: &str) -> Vec<Datastore> {
        super::render::named(&self.tables().datastores, name, super::render::Match::Datacenter)
            .into_iter()
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(kind: &str, id: &str) -> Ref {
        Ref {
            kind: kind.into(),
            id: id.into(),
        }
    }

    fn base(id: &str, name: &str, parent: Ref) -> Base {
        Base {
            id: id.into(),
            name: name.into(),
            parent,
            ..Base::default()
        }
    }

    fn tables() -> Tables {
        let mut tables = Tables::default();
        tables.put(
            |tables| &mut tables.folders,
            Folder {
                base: base("group-d1", "Datacenters", Ref::default()),
                ..Folder::default()
            },
        );
        tables.put(
            |tables| &mut tables.datacenters,
            Datacenter {
                base: base("datacenter-1", "DC0", reference("Folder", "group-d1")),
                ..Datacenter::default()
            },
        );
        tables.put(
            |tables| &mut tables.folders,
            Folder {
                base: base("group-v1", "vm", reference("Datacenter", "datacenter-1")),
                ..Folder::default()
            },
        );
        tables
    }

    fn vm(id: &str, name: &str) -> Vm {
        Vm {
            base: base(id, name, reference("Folder", "group-v1")),
            ..Vm::default()
        }
    }

    #[test]
    fn paths_leave_out_the_root_folder() {
        let mut tables = tables();
        tables.put(|tables| &mut tables.vms, vm("vm-1", "rhel8"));
        assert_eq!(tables.vms["vm-1"].base.path, "/DC0/vm/rhel8");
        assert_eq!(tables.datacenters["datacenter-1"].base.path, "/DC0");
        assert_eq!(tables.folders["group-d1"].base.path, "/Datacenters");
    }

    #[test]
    fn the_revision_grows_with_changes_only() {
        let mut tables = tables();
        assert!(tables.put(|tables| &mut tables.vms, vm("vm-1", "rhel8")));
        assert!(!tables.put(|tables| &mut tables.vms, vm("vm-1", "rhel8")));
        assert_eq!(tables.vms["vm-1"].base.revision, 1);
        assert!(tables.put(|tables| &mut tables.vms, vm("vm-1", "rhel9")));
        assert_eq!(tables.vms["vm-1"].base.revision, 2);
    }
}
