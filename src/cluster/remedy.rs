//! What a person can do about the conditions with which Forklift blocks providers, maps and plans.

/// The remedy for a condition of this type, where one is known (Forklift, `pkg/controller/{provider,plan,map}`).
pub fn remedy(condition: &str) -> Option<&'static str> {
    Some(match condition {
        "UrlNotValid" => "correct api_url of this provider in the providers file",
        "SecretNotValid" => "complete the entry of this provider in the providers file",
        "ConnectionTestFailed" => {
            "see whether the address in the providers file can be reached from the cluster, and whether its certificate is \
             trusted"
        }
        "ConnectionAuthFailed" => "correct username and password of this provider in the providers file",
        "NetworkMapRefNotValid" | "StorageRefNotValid" => "see who deletes maps while the run goes on",
        "DestinationStorageNotValid" => {
            "name a storage class of the target cluster, where the scenario maps storage or in target.storage_class"
        }
        "DestinationNetworkNotValid" | "NetMapDestinationNADNotValid" => {
            "map to a network in the namespace that the VMs land in, or in `default`"
        }
        "NamespaceNotValid" => "choose a target namespace that is a DNS name",
        "VMNotFound" => "see whether somebody deleted the VM, or whether Forklift's inventory is behind",
        "DuplicateVM" => "name each VM once, and give each its own target name",
        "VMAlreadyExists" => {
            "delete the VM of that name in the target namespace, or give the migrated one another name (`target name`)"
        }
        "VMNetworksNotMapped" => "map every network of the VM, as `networks are mapped from the inventory` does",
        "VMStorageNotMapped" => "map every storage of the VM, as `storage is mapped from the inventory` does",
        "VMMultiplePodNetworkMappings" => "map only one network of the VM to the pod network",
        "VMMissingChangedBlockTracking" => "switch on changed block tracking of the VM, or migrate cold",
        "VMHasSnapshots" => "delete the snapshots of the VM, or migrate cold",
        "GuestToolsIssue" => "install and start the guest tools, or switch the VM off before the plan",
        "MacConflicts" => "delete the VM on the target cluster that has the same MAC address",
        "WarmMigrationNotReady" | "MigrationTypeNotValid" | "VMMigrationTypeUnsupported" => {
            "choose a kind of migration that the source platform can do"
        }
        _ => return None,
    })
}
