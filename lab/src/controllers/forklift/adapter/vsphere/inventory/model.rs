//! What every vSphere object of the inventory has: identity, place, revision.

use serde::Serialize;

/// A reference to another object of the same inventory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Ref {
    /// Forklift's name of the kind: `Host`, `Cluster`, `Network`.
    pub kind: String,
    /// The managed object id: `host-21`.
    pub id: String,
}

impl Ref {
    /// A reference in Forklift's words: `ClusterComputeResource` is a `Cluster`, every network a `Network`.
    pub fn new(reference: &vim25::MoRef) -> Self {
        let kind = match reference.kind.as_str() {
            "ClusterComputeResource" | "ComputeResource" => "Cluster",
            "HostSystem" => "Host",
            "DistributedVirtualPortgroup"
            | "DistributedVirtualSwitch"
            | "VmwareDistributedVirtualSwitch"
            | "OpaqueNetwork" => "Network",
            "VirtualMachine" => "VM",
            other => other,
        };
        Self {
            kind: kind.into(),
            id: reference.id.clone(),
        }
    }
}

/// The base of an object: all that detail level 0 shows.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Base {
    /// Managed object id.
    pub id: String,
    /// What sort of network it is; other kinds have no variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<&'static str>,
    /// What contains it.
    pub parent: Ref,
    /// Inventory path: `/DC0/vm/rhel8`.
    pub path: String,
    /// Grows with every change.
    pub revision: u64,
    /// Name on the source.
    pub name: String,
    /// Address below the inventory's root, without leading slash.
    #[serde(rename = "selfLink")]
    pub self_link: String,
}
