//! `Datacenter`.

use vim25::{MoRef, Value};

use super::{
    super::state::State,
    entity::{common, references},
};

/// Names of properties.
pub const PROPERTIES: &[&str] = &[
    "configuration",
    "datastore",
    "datastoreFolder",
    "hostFolder",
    "network",
    "networkFolder",
    "vmFolder",
];

/// Properties of the datacenter `id`.
pub fn properties(state: &State, id: &str) -> Option<Value> {
    let datacenter = state.inventory.datacenters.get(id)?;
    let folder = |id: &String| MoRef::new("Folder", id);
    Some(
        common(state, &MoRef::new("Datacenter", id))?
            .with("vmFolder", folder(&datacenter.vm_folder))
            .with("hostFolder", folder(&datacenter.host_folder))
            .with("datastoreFolder", folder(&datacenter.datastore_folder))
            .with("networkFolder", folder(&datacenter.network_folder))
            .with("datastore", references(state.inventory.all_datastores()))
            .with("network", references(state.inventory.all_networks()))
            .with(
                "configuration",
                Value::data("DatacenterConfigInfo").with("defaultHardwareVersionKey", "vmx-21"),
            ),
    )
}
