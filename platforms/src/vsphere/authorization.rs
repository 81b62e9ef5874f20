//! `AuthorizationManager`. The only user is an administrator with all privileges.

use vim25::{Fault, MoRef, Value};

use super::fault;

/// A role.
fn role(id: i32, name: &str, label: &str, privileges: &[&str]) -> Value {
    Value::data("AuthorizationRole")
        .with("roleId", id)
        .with("system", true)
        .with("name", name)
        .with(
            "info",
            Value::data("Description").with("label", label).with("summary", label),
        )
        .with("privilege", privileges.to_vec())
}

/// Privileges that clients check. Forklift treats a privilege that is not in this list as one that the version of
/// vCenter does not support (`pkg/controller/provider/container/vsphere/permissions.go`).
const PRIVILEGES: &[&str] = &[
    "System.Anonymous",
    "System.View",
    "System.Read",
    "Datastore.AllocateSpace",
    "Datastore.Browse",
    "Datastore.FileManagement",
    "Network.Assign",
    "Resource.AssignVMToPool",
    "VirtualMachine.Config.AddExistingDisk",
    "VirtualMachine.Config.AddNewDisk",
    "VirtualMachine.Config.AddRemoveDevice",
    "VirtualMachine.Config.AdvancedConfig",
    "VirtualMachine.Config.ChangeTracking",
    "VirtualMachine.Config.EditDevice",
    "VirtualMachine.Interact.PowerOff",
    "VirtualMachine.Interact.PowerOn",
    "VirtualMachine.Inventory.CreateFromExisting",
    "VirtualMachine.Inventory.Delete",
    "VirtualMachine.Provisioning.Clone",
    "VirtualMachine.Provisioning.DeployTemplate",
    "VirtualMachine.Provisioning.DiskRandomRead",
    "VirtualMachine.Provisioning.GetVmFiles",
    "VirtualMachine.State.CreateSnapshot",
    "VirtualMachine.State.RemoveSnapshot",
];

/// Property names.
pub const PROPERTIES: &[&str] = &["description", "privilegeList", "roleList"];

/// Properties of the authorization manager.
pub fn properties() -> Value {
    let privileges = PRIVILEGES.iter().map(|privilege| {
        let (group, name) = privilege.rsplit_once('.').unwrap_or(("", privilege));
        Value::data("AuthorizationPrivilege")
            .with("privId", *privilege)
            .with("onParent", false)
            .with("name", name)
            .with("privGroupName", group)
    });
    let descriptions = PRIVILEGES.iter().map(|privilege| {
        Value::data("ElementDescription")
            .with("label", *privilege)
            .with("summary", *privilege)
            .with("key", *privilege)
    });
    let roles = vec![
        role(-5, "NoAccess", "No access", &[]),
        role(
            -2,
            "ReadOnly",
            "Read-only",
            &["System.Anonymous", "System.View", "System.Read"],
        ),
        role(-1, "Admin", "Administrator", PRIVILEGES),
    ];
    let description = Value::data("AuthorizationDescription").with("privilege", descriptions.collect::<Vec<_>>());
    Value::data("AuthorizationManager")
        .with(
            "privilegeList",
            Value::array("AuthorizationPrivilege", privileges.collect()),
        )
        .with("roleList", Value::array("AuthorizationRole", roles))
        .with("description", description)
}

/// `HasPrivilegeOnEntity`: one result per privilege.
pub fn has_privilege(args: &Value, exists: impl Fn(&MoRef) -> bool) -> Result<Value, Fault> {
    let entity = args
        .moref_at("entity")
        .ok_or_else(|| fault::invalid_argument("entity"))?;
    if !exists(entity) {
        return Err(fault::not_found(entity));
    }
    let asked = args.list("privId").iter().filter_map(Value::as_str);
    Ok(Value::from(
        asked
            .map(|privilege| PRIVILEGES.contains(&privilege))
            .collect::<Vec<_>>(),
    ))
}
