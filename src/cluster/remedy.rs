//! Remedies for the conditions with which Forklift blocks providers, maps and plans.

use forklift_api::forklift::condition_types;

/// The remedy for a condition of this type, where one is known (Forklift, `pkg/controller/{provider,plan,map}`).
pub fn remedy(condition: &str) -> Option<&'static str> {
    Some(match condition {
        condition_types::URL_NOT_VALID => "correct api_url of this provider in the providers file",
        condition_types::SECRET_NOT_VALID => "complete the entry of this provider in the providers file",
        condition_types::CONNECTION_TEST_FAILED => {
            "see whether the address in the providers file can be reached from the cluster, and whether its certificate is \
             trusted"
        }
        condition_types::CONNECTION_AUTH_FAILED => {
            "correct username and password of this provider in the providers file"
        }
        condition_types::NETWORK_MAP_REF_NOT_VALID | condition_types::STORAGE_REF_NOT_VALID => {
            "see who deletes maps while the run goes on"
        }
        condition_types::DESTINATION_STORAGE_NOT_VALID => {
            "name a storage class of the target cluster, where the scenario maps storage or in target.storage_class"
        }
        condition_types::DESTINATION_NETWORK_NOT_VALID | condition_types::NET_MAP_DESTINATION_NAD_NOT_VALID => {
            "map to a network in the namespace that the VMs land in, or in `default`"
        }
        condition_types::NAMESPACE_NOT_VALID => "choose a target namespace that is a DNS name",
        condition_types::VM_NOT_FOUND => {
            "see whether somebody deleted the VM, or whether Forklift's inventory is behind"
        }
        condition_types::DUPLICATE_VM => "name each VM once, and give each its own target name",
        condition_types::VM_ALREADY_EXISTS => {
            "delete the VM of that name in the target namespace, or give the migrated one another name (`target name`)"
        }
        condition_types::VM_NETWORKS_NOT_MAPPED => {
            "map every network of the VM, as `networks are mapped from the inventory` does"
        }
        condition_types::VM_STORAGE_NOT_MAPPED => {
            "map every storage of the VM, as `storage is mapped from the inventory` does"
        }
        condition_types::VM_MULTIPLE_POD_NETWORK_MAPPINGS => "map only one network of the VM to the pod network",
        condition_types::VM_MISSING_CHANGED_BLOCK_TRACKING => {
            "switch on changed block tracking of the VM, or migrate cold"
        }
        condition_types::VM_HAS_SNAPSHOTS => "delete the snapshots of the VM, or migrate cold",
        condition_types::GUEST_TOOLS_ISSUE => "install and start the guest tools, or switch the VM off before the plan",
        condition_types::MAC_CONFLICTS => "delete the VM on the target cluster that has the same MAC address",
        condition_types::WARM_MIGRATION_NOT_READY
        | condition_types::MIGRATION_TYPE_NOT_VALID
        | condition_types::VM_MIGRATION_TYPE_UNSUPPORTED => {
            "choose a kind of migration that the source platform can do"
        }
        _ => return None,
    })
}
