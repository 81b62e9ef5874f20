//! Inventory of the simulated vCenter: plain structs, from which the properties of managed objects are computed.

use std::collections::BTreeMap;

use vim25::MoRef;

use super::{hardware::Hardware, identity};

/// The root folder, or a folder of one of the four kinds of entities.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Name.
    pub name: String,
    /// Parent folder or datacenter; `None` for the root.
    pub parent: Option<MoRef>,
    /// Types of entities that the folder can contain.
    pub child_types: &'static [&'static str],
}

/// A datacenter and its four folders.
#[derive(Debug, Clone)]
pub struct Datacenter {
    /// Name.
    pub name: String,
    /// Parent folder.
    pub parent: MoRef,
    /// Id of the folder for VMs.
    pub vm_folder: String,
    /// Id of the folder for clusters.
    pub host_folder: String,
    /// Id of the folder for datastores.
    pub datastore_folder: String,
    /// Id of the folder for networks and switches.
    pub network_folder: String,
}

/// A cluster. All datastores and networks are available on its hosts.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Name.
    pub name: String,
    /// Parent folder.
    pub parent: MoRef,
    /// Id of the root resource pool.
    pub pool: String,
}

/// An ESXi host.
#[derive(Debug, Clone)]
pub struct Host {
    /// Name.
    pub name: String,
    /// Id of the cluster.
    pub cluster: String,
    /// Address of its management interface.
    pub address: String,
    /// Number of CPU packages.
    pub sockets: i16,
    /// Number of cores in all packages.
    pub cores: i16,
    /// Memory in bytes.
    pub memory_bytes: i64,
}

/// A resource pool.
#[derive(Debug, Clone)]
pub struct Pool {
    /// Name.
    pub name: String,
    /// Id of the cluster.
    pub cluster: String,
}

/// A VMFS datastore that all hosts mount.
#[derive(Debug, Clone)]
pub struct Datastore {
    /// Name.
    pub name: String,
    /// Parent folder.
    pub parent: MoRef,
    /// Capacity in bytes.
    pub capacity: i64,
    /// UUID of the VMFS volume.
    pub uuid: String,
}

/// Implementation of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkKind {
    /// Port groups with the same name on the standard switches of the hosts.
    Standard,
    /// A port group of a distributed switch.
    Distributed {
        /// Id of the switch.
        switch: String,
        /// VLAN id; 0 for none.
        vlan: i32,
    },
}

/// A network.
#[derive(Debug, Clone)]
pub struct Network {
    /// Name.
    pub name: String,
    /// Parent folder.
    pub parent: MoRef,
    /// Implementation of the network.
    pub kind: NetworkKind,
}

/// A distributed switch.
#[derive(Debug, Clone)]
pub struct Switch {
    /// Name.
    pub name: String,
    /// Parent folder.
    pub parent: MoRef,
    /// UUID: `50 2f ...`.
    pub uuid: String,
}

/// An IP address of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestAddress {
    /// IPv4 address.
    pub ip: String,
    /// Prefix length.
    pub prefix: i32,
    /// Whether the address is static; otherwise it comes from DHCP.
    pub is_static: bool,
}

/// The guest of a VM.
#[derive(Debug, Clone)]
pub struct Guest {
    /// Guest id: `rhel8_64Guest`.
    pub id: &'static str,
    /// Name of the guest OS: `Red Hat Enterprise Linux 8 (64-bit)`.
    pub full_name: &'static str,
    /// Guest family: `linuxGuest` or `windowsGuest`.
    pub family: &'static str,
    /// Static addresses by index of the NIC; a NIC without static addresses uses DHCP.
    pub static_addresses: Vec<Vec<GuestAddress>>,
    /// Whether VMware Tools are installed. Without them, the guest reports nothing.
    pub has_tools: bool,
    /// Whether the guest has booted and VMware Tools run.
    pub running: bool,
}

impl Guest {
    /// Whether the guest OS is Windows.
    pub fn is_windows(&self) -> bool {
        self.family == "windowsGuest"
    }
}

/// A snapshot of a VM.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Id: `snapshot-1`.
    pub id: String,
    /// Number of the snapshot within the VM.
    pub number: i32,
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Creation time.
    pub created: String,
    /// Whether the VM was powered on at that time.
    pub powered_on: bool,
    /// Whether the file systems of the guest were quiesced.
    pub quiesced: bool,
    /// Id of the parent snapshot.
    pub parent: Option<String>,
    /// Hardware of the VM at that time.
    pub hardware: Hardware,
}

/// A virtual machine.
#[derive(Debug, Clone)]
pub struct Vm {
    /// Name.
    pub name: String,
    /// Parent folder.
    pub folder: MoRef,
    /// Id of the host.
    pub host: String,
    /// Id of the resource pool; templates have none.
    pub pool: Option<String>,
    /// Id of the datastore with the configuration file.
    pub datastore: String,
    /// Directory of the VM in the datastore.
    pub directory: String,
    /// BIOS UUID.
    pub uuid: String,
    /// Instance UUID.
    pub instance_uuid: String,
    /// Notes of the VM.
    pub annotation: String,
    /// Whether the VM is a template.
    pub template: bool,
    /// Whether the VM is powered on.
    pub powered_on: bool,
    /// Number of power-ons; a boot in progress compares it to detect that the VM was restarted.
    pub boots: u32,
    /// Time of the last power-on.
    pub boot_time: Option<String>,
    /// Hardware.
    pub hardware: Hardware,
    /// Options of the configuration file, in order.
    pub extra_config: Vec<(String, String)>,
    /// Guest.
    pub guest: Guest,
    /// Snapshots, oldest first.
    pub snapshots: Vec<Snapshot>,
    /// Id of the current snapshot.
    pub current_snapshot: Option<String>,
    /// Number of changes of the VM.
    pub revision: u64,
}

impl Vm {
    /// Reference of the VM `id`.
    pub fn moref(id: &str) -> MoRef {
        MoRef::new("VirtualMachine", id)
    }

    /// Whether changed block tracking is enabled, which is an option of the configuration file.
    pub fn change_tracking(&self) -> bool {
        self.option("ctkEnabled")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Returns an option of the configuration file.
    pub fn option(&self, key: &str) -> Option<&str> {
        let mut options = self.extra_config.iter();
        options
            .find(|(known, _)| known.eq_ignore_ascii_case(key))
            .map(|(_, value)| value.as_str())
    }

    /// Sets an option of the configuration file; an empty value removes it.
    pub fn set_option(&mut self, key: &str, value: &str) {
        let known = self
            .extra_config
            .iter()
            .position(|(known, _)| known.eq_ignore_ascii_case(key));
        match (known, value.is_empty()) {
            (Some(index), true) => {
                self.extra_config.remove(index);
            }
            (Some(index), false) => {
                if let Some(option) = self.extra_config.get_mut(index) {
                    value.clone_into(&mut option.1);
                }
            }
            (None, false) => self.extra_config.push((key.to_owned(), value.to_owned())),
            (None, true) => {}
        }
    }

    /// Path of the configuration file, with the name of its datastore.
    pub fn vmx_path(&self, inventory: &Inventory) -> String {
        let datastore = inventory
            .datastores
            .get(&self.datastore)
            .map_or("", |datastore| &datastore.name);
        format!("[{datastore}] {directory}/{directory}.vmx", directory = self.directory)
    }

    /// Bytes allocated by all disks.
    pub fn allocated(&self) -> i64 {
        self.hardware.disks.iter().map(|disk| disk.allocated).sum()
    }

    /// Returns the snapshot `id`.
    pub fn snapshot(&self, id: &str) -> Option<&Snapshot> {
        self.snapshots.iter().find(|snapshot| snapshot.id == id)
    }
}

/// All objects of the vCenter, by id.
#[derive(Debug, Default)]
pub struct Inventory {
    /// Folders.
    pub folders: BTreeMap<String, Folder>,
    /// Datacenters.
    pub datacenters: BTreeMap<String, Datacenter>,
    /// Clusters.
    pub clusters: BTreeMap<String, Cluster>,
    /// Hosts.
    pub hosts: BTreeMap<String, Host>,
    /// Resource pools.
    pub pools: BTreeMap<String, Pool>,
    /// Datastores.
    pub datastores: BTreeMap<String, Datastore>,
    /// Networks and distributed port groups.
    pub networks: BTreeMap<String, Network>,
    /// Distributed switches.
    pub switches: BTreeMap<String, Switch>,
    /// Virtual machines.
    pub vms: BTreeMap<String, Vm>,
    /// Number of changes of anything.
    changes: u64,
    /// Version of all objects: equal versions mean equal properties of everything but VMs, which have revisions.
    version: u64,
    /// Number of objects created after the start, by sort, for ids and addresses.
    created: BTreeMap<&'static str, u32>,
}

/// Id of the root folder, which is the same in every vCenter.
pub const ROOT_FOLDER: &str = "group-d1";

impl Inventory {
    /// Returns a VM for a change and increments its revision.
    pub fn vm_mut(&mut self, id: &str) -> Option<&mut Vm> {
        self.change();
        let vm = self.vms.get_mut(id)?;
        vm.revision += 1;
        Some(vm)
    }

    /// Increments the revision of an entity whose tasks have changed; no other object depends on them.
    pub fn note_task(&mut self, entity: &MoRef) {
        self.changes += 1;
        match self.vms.get_mut(&entity.id) {
            Some(vm) if entity.kind == "VirtualMachine" => vm.revision += 1,
            _ => self.version += 1,
        }
    }

    /// Adds a VM, or replaces it.
    pub fn put_vm(&mut self, id: String, vm: Vm) {
        self.change();
        self.vms.insert(id, vm);
    }

    /// Removes a VM.
    pub fn remove_vm(&mut self, id: &str) -> Option<Vm> {
        self.change();
        self.vms.remove(id)
    }

    /// Records that any entity may have changed.
    pub fn change(&mut self) {
        self.changes += 1;
        self.version += 1;
    }

    /// Number of changes so far: while it stays the same, so do all entities.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Revision of a managed entity: an equal revision means equal properties. Other objects have none.
    pub fn revision(&self, moref: &MoRef) -> Option<u64> {
        match self.vms.get(&moref.id) {
            Some(vm) if moref.kind == "VirtualMachine" => Some(vm.revision),
            _ => self.contains(moref).then_some(self.version),
        }
    }

    /// Returns the next number for a new object of a sort.
    pub fn next_number(&mut self, sort: &'static str) -> u32 {
        let created = self.created.entry(sort).or_default();
        *created += 1;
        *created
    }

    /// Returns an unused MAC address.
    pub fn next_mac(&mut self) -> String {
        identity::assigned_mac(self.next_number("mac"))
    }

    /// Whether the managed entity exists.
    pub fn contains(&self, moref: &MoRef) -> bool {
        let id = &moref.id;
        match moref.kind.as_str() {
            "Folder" => self.folders.contains_key(id),
            "Datacenter" => self.datacenters.contains_key(id),
            "ClusterComputeResource" => self.clusters.contains_key(id),
            "HostSystem" => self.hosts.contains_key(id),
            "ResourcePool" => self.pools.contains_key(id),
            "Datastore" => self.datastores.contains_key(id),
            "Network" | "DistributedVirtualPortgroup" => self
                .networks
                .get(id)
                .is_some_and(|network| network.moref(id).kind == moref.kind),
            "VmwareDistributedVirtualSwitch" => self.switches.contains_key(id),
            "VirtualMachine" => self.vms.contains_key(id),
            _ => false,
        }
    }

    /// Name and parent of a managed entity.
    pub fn name_and_parent(&self, moref: &MoRef) -> Option<(&str, Option<MoRef>)> {
        let id = &moref.id;
        Some(match moref.kind.as_str() {
            "Folder" => self
                .folders
                .get(id)
                .map(|folder| (folder.name.as_str(), folder.parent.clone()))?,
            "Datacenter" => self
                .datacenters
                .get(id)
                .map(|dc| (dc.name.as_str(), Some(dc.parent.clone())))?,
            "ClusterComputeResource" => self
                .clusters
                .get(id)
                .map(|cluster| (cluster.name.as_str(), Some(cluster.parent.clone())))?,
            "HostSystem" => {
                let host = self.hosts.get(id)?;
                (&host.name, Some(MoRef::new("ClusterComputeResource", &host.cluster)))
            }
            "ResourcePool" => {
                let pool = self.pools.get(id)?;
                (&pool.name, Some(MoRef::new("ClusterComputeResource", &pool.cluster)))
            }
            "Datastore" => self
                .datastores
                .get(id)
                .map(|datastore| (datastore.name.as_str(), Some(datastore.parent.clone())))?,
            "Network" | "DistributedVirtualPortgroup" => self
                .networks
                .get(id)
                .map(|network| (network.name.as_str(), Some(network.parent.clone())))?,
            "VmwareDistributedVirtualSwitch" => self
                .switches
                .get(id)
                .map(|switch| (switch.name.as_str(), Some(switch.parent.clone())))?,
            "VirtualMachine" => self.vms.get(id).map(|vm| (vm.name.as_str(), Some(vm.folder.clone())))?,
            _ => return None,
        })
    }

    /// Direct children of a folder.
    pub fn children(&self, parent: &MoRef) -> Vec<MoRef> {
        let folders = self
            .folders
            .iter()
            .filter(|(_, folder)| folder.parent.as_ref() == Some(parent));
        let folders = folders.map(|(id, _)| MoRef::new("Folder", id));
        let datacenters = self.datacenters.iter().filter(|(_, dc)| dc.parent == *parent);
        let datacenters = datacenters.map(|(id, _)| MoRef::new("Datacenter", id));
        let clusters = self.clusters.iter().filter(|(_, cluster)| cluster.parent == *parent);
        let clusters = clusters.map(|(id, _)| MoRef::new("ClusterComputeResource", id));
        let datastores = self
            .datastores
            .iter()
            .filter(|(_, datastore)| datastore.parent == *parent);
        let datastores = datastores.map(|(id, _)| MoRef::new("Datastore", id));
        let networks = self.networks.iter().filter(|(_, network)| network.parent == *parent);
        let networks = networks.map(|(id, network)| network.moref(id));
        let switches = self.switches.iter().filter(|(_, switch)| switch.parent == *parent);
        let switches = switches.map(|(id, _)| MoRef::new("VmwareDistributedVirtualSwitch", id));
        let vms = self
            .vms
            .iter()
            .filter(|(_, vm)| vm.folder == *parent)
            .map(|(id, _)| Vm::moref(id));
        folders
            .chain(datacenters)
            .chain(clusters)
            .chain(datastores)
            .chain(networks)
            .chain(switches)
            .chain(vms)
            .collect()
    }

    /// All descendants of an entity, without duplicates, parents before children.
    pub fn descendants(&self, of: &MoRef) -> Vec<MoRef> {
        let mut found: Vec<MoRef> = Vec::new();
        for child in self.contents(of) {
            if found.contains(&child) {
                continue;
            }
            let below = self.descendants(&child);
            found.push(child);
            for moref in below {
                if !found.contains(&moref) {
                    found.push(moref);
                }
            }
        }
        found
    }

    /// All entities in a container view of an entity.
    pub fn contents(&self, of: &MoRef) -> Vec<MoRef> {
        let id = of.id.as_str();
        match of.kind.as_str() {
            "Folder" => self.children(of),
            "Datacenter" => self.datacenters.get(id).map_or_else(Vec::new, |dc| {
                [&dc.vm_folder, &dc.host_folder, &dc.datastore_folder, &dc.network_folder]
                    .map(|folder| MoRef::new("Folder", folder))
                    .to_vec()
            }),
            "ClusterComputeResource" => self.hosts_of(id).chain(self.pools_of(id)).collect(),
            "HostSystem" => self.vms_where(|vm| vm.host == id),
            "ResourcePool" => self.vms_where(|vm| vm.pool.as_deref() == Some(id)),
            _ => Vec::new(),
        }
    }

    /// Hosts of a cluster.
    pub fn hosts_of<'a>(&'a self, cluster: &'a str) -> impl Iterator<Item = MoRef> + 'a {
        let hosts = self.hosts.iter().filter(move |(_, host)| host.cluster == cluster);
        hosts.map(|(id, _)| MoRef::new("HostSystem", id))
    }

    /// Resource pools of a cluster.
    pub fn pools_of<'a>(&'a self, cluster: &'a str) -> impl Iterator<Item = MoRef> + 'a {
        let pools = self.pools.iter().filter(move |(_, pool)| pool.cluster == cluster);
        pools.map(|(id, _)| MoRef::new("ResourcePool", id))
    }

    /// VMs that satisfy a condition.
    pub fn vms_where(&self, holds: impl Fn(&Vm) -> bool) -> Vec<MoRef> {
        self.vms
            .iter()
            .filter(|(_, vm)| holds(vm))
            .map(|(id, _)| Vm::moref(id))
            .collect()
    }

    /// All hosts.
    pub fn all_hosts(&self) -> Vec<MoRef> {
        self.hosts.keys().map(|id| MoRef::new("HostSystem", id)).collect()
    }

    /// All datastores.
    pub fn all_datastores(&self) -> Vec<MoRef> {
        self.datastores.keys().map(|id| MoRef::new("Datastore", id)).collect()
    }

    /// All networks.
    pub fn all_networks(&self) -> Vec<MoRef> {
        self.networks.iter().map(|(id, network)| network.moref(id)).collect()
    }

    /// Free bytes of a datastore.
    pub fn free(&self, datastore: &str) -> i64 {
        let disks = self
            .vms
            .values()
            .flat_map(|vm| &vm.hardware.disks)
            .filter(|disk| disk.datastore == datastore);
        let mut files: Vec<(&str, i64)> = disks.map(|disk| (disk.file.as_str(), disk.allocated)).collect();
        // Count the space of a shared disk once.
        files.sort_unstable();
        files.dedup();
        let used: i64 = files.iter().map(|(_, bytes)| bytes).sum();
        self.datastores
            .get(datastore)
            .map_or(0, |datastore| datastore.capacity - used)
    }
}

impl Network {
    /// Reference of this network.
    pub fn moref(&self, id: &str) -> MoRef {
        match self.kind {
            NetworkKind::Standard => MoRef::new("Network", id),
            NetworkKind::Distributed { .. } => MoRef::new("DistributedVirtualPortgroup", id),
        }
    }
}
