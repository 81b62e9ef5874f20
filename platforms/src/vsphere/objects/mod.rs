//! Properties of managed objects, one file per type. Unset properties are omitted.

mod cluster;
mod datacenter;
mod datastore;
mod entity;
mod folder;
mod host;
mod network;
mod pool;
mod snapshot;
mod switch;
mod vm;

use sim_clock::Clock;
use vim25::{MoRef, Value};

use super::{authorization, service, session, state::State, tasks, views};

/// All properties of an object as one data object; `None` if the object does not exist.
pub fn properties(state: &State, session: &str, clock: &Clock, moref: &MoRef) -> Option<Value> {
    let (inventory, id) = (&state.inventory, moref.id.as_str());
    match moref.kind.as_str() {
        "Folder" => folder::properties(state, id),
        "Datacenter" => datacenter::properties(state, id),
        "ClusterComputeResource" => cluster::properties(state, id),
        "HostSystem" => host::properties(state, id),
        "ResourcePool" => pool::properties(state, id),
        "Datastore" => datastore::properties(state, id),
        "Network" | "DistributedVirtualPortgroup" if inventory.contains(moref) => network::properties(state, id),
        "VmwareDistributedVirtualSwitch" => switch::properties(state, id),
        "VirtualMachine" => vm::properties(state, id),
        "VirtualMachineSnapshot" => snapshot::properties(state, id),
        "OptionManager" => host::advanced_options(state, id),
        "Task" => tasks::properties(state, id),
        "TaskManager" => Some(tasks::manager_properties(state)),
        "SessionManager" => Some(session::properties(state, session)),
        "ServiceInstance" => Some(service::properties(clock)),
        "AuthorizationManager" => Some(authorization::properties()),
        "ContainerView" => views::properties(state, session, id),
        "ViewManager" => Some(Value::data("ViewManager")),
        "SearchIndex" => Some(Value::data("SearchIndex")),
        "PropertyCollector" => Some(Value::data("PropertyCollector")),
        _ => None,
    }
}

/// Whether a type declares a property of this name. Always true for types that are not listed.
pub fn has_property(kind: &str, name: &str) -> bool {
    let own: &[&str] = match kind {
        "Folder" => folder::PROPERTIES,
        "Datacenter" => datacenter::PROPERTIES,
        "ComputeResource" | "ClusterComputeResource" => cluster::PROPERTIES,
        "HostSystem" => host::PROPERTIES,
        "ResourcePool" => pool::PROPERTIES,
        "Datastore" => datastore::PROPERTIES,
        "Network" => network::PROPERTIES,
        "DistributedVirtualPortgroup" => network::PORTGROUP_PROPERTIES,
        "DistributedVirtualSwitch" | "VmwareDistributedVirtualSwitch" => switch::PROPERTIES,
        "VirtualMachine" => vm::PROPERTIES,
        "ManagedEntity" => &[],
        "VirtualMachineSnapshot" => return snapshot::PROPERTIES.contains(&name),
        "Task" => return name == "info" || EXTENSIBLE.contains(&name),
        "AuthorizationManager" => return authorization::PROPERTIES.contains(&name),
        _ => return true,
    };
    own.contains(&name) || entity::PROPERTIES.contains(&name) || EXTENSIBLE.contains(&name)
}

/// Properties of `ExtensibleManagedObject`.
const EXTENSIBLE: &[&str] = &["availableField", "value"];
