//! Problems of VMs in a plan and their conditions.

use forklift_api::forklift::{Condition, condition_types};

use crate::controllers::forklift::conditions::{CRITICAL, WARN, With, condition};

/// Placeholder for the name of the guest tools in messages.
const TOOLS: &str = "{tools}";

/// Problems in the order in which Forklift sets the conditions. A later one replaces an earlier one of the same type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// Neither id nor name.
    NotSet,
    /// No VM has this id or name.
    NotFound,
    /// The same VM twice.
    Twice,
    /// The target has a VM of that name.
    NameTaken,
    /// The source name is not a valid Kubernetes name.
    OddName,
    /// Several VMs of that name.
    Ambiguous,
    /// A network without a destination.
    NetworkUnmapped,
    /// A storage without a destination.
    StorageUnmapped,
    /// A host in maintenance.
    Maintenance,
    /// Two NICs on the pod network.
    TwoPodNetworks,
    /// Addresses that the guest does not report.
    AddressesUnknown,
    /// Changed blocks are not tracked.
    NoChangeTracking,
    /// Snapshots that are not of this migration.
    Snapshots,
    /// The target name is not a valid Kubernetes name.
    TargetNameInvalid,
    /// Two VMs with the same target name.
    TargetNameTwice,
    /// The guest runs without guest tools.
    NoTools,
    /// A disk has no valid size.
    DiskSize,
}

impl Problem {
    /// The condition for these VMs. `tools` is the name of the source's guest tools.
    pub fn condition(self, items: Vec<String>, tools: &str) -> Condition {
        let (type_, category, reason, message) = self.facts();
        let found = condition(type_, category, message.replace(TOOLS, tools));
        let found = match reason {
            "" => found,
            reason => found.reason(reason),
        };
        match self {
            Self::NotSet => found,
            _ => found.items(items),
        }
    }

    /// Type, category, reason and message (`pkg/controller/plan/validation.go`: `validateVM`).
    fn facts(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::NotSet => (
                condition_types::VM_REF_NOT_VALID,
                CRITICAL,
                "NotSet",
                "Either `ID` or `Name` required.",
            ),
            Self::NotFound => (condition_types::VM_NOT_FOUND, CRITICAL, "NotFound", "VM not found."),
            Self::Twice => (
                condition_types::DUPLICATE_VM,
                CRITICAL,
                "NotUnique",
                "Duplicate (source) VM.",
            ),
            Self::NameTaken => (
                condition_types::VM_ALREADY_EXISTS,
                CRITICAL,
                "NotUnique",
                "Target VM already exists.",
            ),
            Self::OddName => (
                condition_types::TARGET_NAME_NOT_VALID,
                WARN,
                "NotValid",
                "Target VM name does not comply with DNS1123 RFC, will be automatically changed.",
            ),
            Self::Ambiguous => (
                condition_types::DUPLICATE_VM,
                CRITICAL,
                "Ambiguous",
                "VM reference is ambiguous.",
            ),
            Self::NetworkUnmapped => (
                condition_types::VM_NETWORKS_NOT_MAPPED,
                CRITICAL,
                "NotValid",
                "VM has unmapped networks.",
            ),
            Self::StorageUnmapped => (
                condition_types::VM_STORAGE_NOT_MAPPED,
                CRITICAL,
                "NotValid",
                "VM has unmapped storage.",
            ),
            Self::Maintenance => (
                condition_types::HOST_NOT_READY,
                WARN,
                "InMaintenanceMode",
                "VM host is in maintenance mode.",
            ),
            Self::TwoPodNetworks => (
                condition_types::VM_MULTIPLE_POD_NETWORK_MAPPINGS,
                CRITICAL,
                "NotValid",
                "VM has more than one interface mapped to the pod network.",
            ),
            Self::AddressesUnknown => (
                condition_types::VM_MISSING_GUEST_IPS,
                WARN,
                "MissingGuestInformation",
                "Guest information on vNICs is missing, cannot preserve static IPs. Make sure {tools} is installed \
                 and the VM is running.",
            ),
            Self::NoChangeTracking => (
                condition_types::VM_MISSING_CHANGED_BLOCK_TRACKING,
                CRITICAL,
                "MissingChangedBlockTracking",
                "Changed Block Tracking (CBT) has not been enabled on some VM. This feature is a prerequisite for VM warm \
                 migration.",
            ),
            Self::Snapshots => (
                condition_types::VM_HAS_SNAPSHOTS,
                CRITICAL,
                "NotValid",
                "VM has pre-existing snapshots which are incompatible with warm migration",
            ),
            Self::TargetNameInvalid => (condition_types::NOT_VALID, CRITICAL, "", "TargetName is invalid."),
            Self::TargetNameTwice => (
                condition_types::DUPLICATE_VM,
                CRITICAL,
                "NotUnique",
                "Duplicate targetName.",
            ),
            Self::NoTools => (
                condition_types::GUEST_TOOLS_ISSUE,
                CRITICAL,
                "NotValid",
                "{tools} issues detected. This may impact migration performance, guest OS detection, and network \
                 configuration. Ensure {tools} are properly installed and running before migration. If this is an \
                 encrypted VM, please turn the VM off manually before migration.",
            ),
            Self::DiskSize => (
                condition_types::INVALID_DISK_SIZES,
                CRITICAL,
                "NotValid",
                "VM has disks with invalid sizes.",
            ),
        }
    }
}
