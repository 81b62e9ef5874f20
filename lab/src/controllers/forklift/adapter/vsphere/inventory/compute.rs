//! Hosts, clusters, datacenters and folders of a vCenter.

use serde::Serialize;
use vim25::Object;

use super::{
    model::{Base, Ref},
    read::{Read, base},
};

/// The properties that are collected of every host.
pub const HOST_PATHS: &[&str] = &[
    "name",
    "parent",
    "network",
    "datastore",
    "summary.overallStatus",
    "summary.managementServerIp",
    "runtime.inMaintenanceMode",
    "summary.hardware.numCpuPkgs",
    "summary.hardware.numCpuCores",
    "summary.hardware.memorySize",
    "summary.config.product.name",
    "summary.config.product.version",
    "config.dateTimeInfo.timeZone.name",
];
/// The properties that are collected of every cluster.
pub const CLUSTER_PATHS: &[&str] = &["name", "parent", "host", "network", "datastore"];
/// The properties that are collected of every datacenter.
pub const DATACENTER_PATHS: &[&str] = &[
    "name",
    "parent",
    "datastoreFolder",
    "networkFolder",
    "hostFolder",
    "vmFolder",
];
/// The properties that are collected of every folder.
pub const FOLDER_PATHS: &[&str] = &["name", "parent", "childEntity"];

/// An ESXi host as the inventory shows it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Host {
    /// Identity and place.
    #[serde(flatten)]
    pub base: Base,
    /// Its cluster.
    pub cluster: String,
    /// `green`, `yellow`, `red`, `gray`.
    pub status: String,
    /// No VM can be migrated from a host in maintenance without a warning.
    pub in_maintenance: bool,
    /// vCenter's address.
    pub management_server_ip: String,
    /// Certificate of the host.
    pub thumbprint: String,
    /// Time zone, the clock of the VMs.
    pub timezone: String,
    /// Sockets.
    pub cpu_sockets: i64,
    /// Cores.
    pub cpu_cores: i64,
    /// Memory.
    pub memory_bytes: i64,
    /// `VMware ESXi`.
    pub product_name: String,
    /// Version of it.
    pub product_version: String,
    /// Networks.
    pub networks: Vec<Ref>,
    /// Datastores.
    pub datastores: Vec<Ref>,
    /// Only filled in trees.
    pub vms: Option<Vec<Ref>>,
}

impl Host {
    /// Reads a host.
    pub fn read(object: &Object) -> Self {
        let base = base(object);
        Self {
            cluster: base.parent.id.clone(),
            base,
            status: object.string("summary.overallStatus"),
            in_maintenance: object.flag("runtime.inMaintenanceMode"),
            management_server_ip: object.string("summary.managementServerIp"),
            thumbprint: String::new(),
            timezone: object.string("config.dateTimeInfo.timeZone.name"),
            cpu_sockets: object.number("summary.hardware.numCpuPkgs"),
            cpu_cores: object.number("summary.hardware.numCpuCores"),
            memory_bytes: object.number("summary.hardware.memorySize"),
            product_name: object.string("summary.config.product.name"),
            product_version: object.string("summary.config.product.version"),
            networks: object.references("network"),
            datastores: object.references("datastore"),
            vms: None,
        }
    }
}

/// A cluster as the inventory shows it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Identity and place.
    #[serde(flatten)]
    pub base: Base,
    /// Its folder.
    pub folder: String,
    /// Networks.
    pub networks: Vec<Ref>,
    /// Datastores.
    pub datastores: Vec<Ref>,
    /// Hosts.
    pub hosts: Vec<Ref>,
    /// High availability.
    pub das_enabled: bool,
    /// VMs with an HA setting of their own.
    pub das_vms: Vec<Ref>,
    /// Distributed resource scheduling.
    pub drs_enabled: bool,
    /// How it acts.
    pub drs_behavior: String,
    /// VMs with a DRS setting of their own.
    pub drs_vms: Vec<Ref>,
}

impl Cluster {
    /// Reads a cluster.
    pub fn read(object: &Object) -> Self {
        let base = base(object);
        Self {
            folder: base.parent.id.clone(),
            base,
            networks: object.references("network"),
            datastores: object.references("datastore"),
            hosts: object.references("host"),
            ..Self::default()
        }
    }
}

/// A datacenter as the inventory shows it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Datacenter {
    /// Identity and place.
    #[serde(flatten)]
    pub base: Base,
    /// Folder of the datastores.
    pub datastores: Ref,
    /// Folder of the networks.
    pub networks: Ref,
    /// Folder of the hosts.
    pub clusters: Ref,
    /// Folder of the VMs.
    pub vms: Ref,
}

impl Datacenter {
    /// Reads a datacenter.
    pub fn read(object: &Object) -> Self {
        let folder = |path: &str| {
            object
                .reference(path)
                .map(|folder| Ref::new(&folder))
                .unwrap_or_default()
        };
        Self {
            base: base(object),
            datastores: folder("datastoreFolder"),
            networks: folder("networkFolder"),
            clusters: folder("hostFolder"),
            vms: folder("vmFolder"),
        }
    }
}

/// A folder as the inventory shows it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Folder {
    /// Identity and place.
    #[serde(flatten)]
    pub base: Base,
    /// The folder it is in.
    pub folder: String,
    /// The datacenter it is in.
    pub datacenter: String,
    /// What is in it.
    pub children: Vec<Ref>,
}

impl Folder {
    /// Reads a folder.
    pub fn read(object: &Object) -> Self {
        let base = base(object);
        let inside = |kind: &str| {
            if base.parent.kind == kind {
                base.parent.id.clone()
            } else {
                String::new()
            }
        };
        Self {
            folder: inside("Folder"),
            datacenter: inside("Datacenter"),
            base,
            children: object.references("childEntity"),
        }
    }
}
