//! Type hierarchy of managed objects.

/// Direct base type of a type.
fn base(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "ClusterComputeResource" => "ComputeResource",
        "DistributedVirtualPortgroup" | "OpaqueNetwork" => "Network",
        "VmwareDistributedVirtualSwitch" => "DistributedVirtualSwitch",
        "VirtualApp" => "ResourcePool",
        "Folder"
        | "Datacenter"
        | "ComputeResource"
        | "HostSystem"
        | "ResourcePool"
        | "Datastore"
        | "Network"
        | "DistributedVirtualSwitch"
        | "VirtualMachine" => "ManagedEntity",
        "ManagedEntity" | "VirtualMachineSnapshot" | "Task" => "ExtensibleManagedObject",
        "ContainerView" => "ManagedObjectView",
        "ManagedObjectView" => "View",
        "ExtensibleManagedObject" | "View" => "ManagedObject",
        _ => return None,
    })
}

/// Whether type `kind` is `wanted` or a subtype.
pub fn is_a(kind: &str, wanted: &str) -> bool {
    kind == wanted || wanted == "ManagedObject" || base(kind).is_some_and(|base| is_a(base, wanted))
}

#[cfg(test)]
mod tests {
    use super::is_a;

    #[test]
    fn a_subtype_is_also_its_base_types() {
        assert!(is_a("DistributedVirtualPortgroup", "Network"));
        assert!(is_a("VirtualMachine", "ManagedEntity"));
        assert!(is_a("SessionManager", "ManagedObject"));
        assert!(!is_a("Network", "DistributedVirtualPortgroup"));
        assert!(!is_a("Task", "ManagedEntity"));
    }
}
