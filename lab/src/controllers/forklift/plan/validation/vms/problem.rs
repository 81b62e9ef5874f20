//! What can be wrong with VMs of a plan.

use forklift_api::forklift::Condition;

use crate::controllers::forklift::conditions::{CRITICAL, WARN, With, condition};

/// Where a message names the guest tools.
const TOOLS: &str = "{tools}";

/// A problem, in the order in which Forklift sets the conditions. Where two share a type, the later one hides the
/// earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// Neither id nor name.
    NotSet,
    /// Nothing of that id or name.
    NotFound,
    /// The same VM twice.
    Twice,
    /// The target has a VM of that name.
    NameTaken,
    /// A source name that Kubernetes does not take.
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
    /// A target name that Kubernetes does not take.
    TargetNameInvalid,
    /// Two VMs with the same target name.
    TargetNameTwice,
    /// No tools in a guest that runs.
    NoTools,
    /// A disk of no size.
    DiskSize,
}

impl Problem {
    /// The condition, about these VMs. `tools` is what the source's guest tools are called.
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
            Self::NotSet => ("VMRefNotValid", CRITICAL, "NotSet", "Either `ID` or `Name` required."),
            Self::NotFound => ("VMNotFound", CRITICAL, "NotFound", "VM not found."),
            Self::Twice => ("DuplicateVM", CRITICAL, "NotUnique", "Duplicate (source) VM."),
            Self::NameTaken => ("VMAlreadyExists", CRITICAL, "NotUnique", "Target VM already exists."),
            Self::OddName => (
                "TargetNameNotValid",
                WARN,
                "NotValid",
                "Target VM name does not comply with DNS1123 RFC, will be automatically changed.",
            ),
            Self::Ambiguous => ("DuplicateVM", CRITICAL, "Ambiguous", "VM reference is ambiguous."),
            Self::NetworkUnmapped => ("VMNetworksNotMapped", CRITICAL, "NotValid", "VM has unmapped networks."),
            Self::StorageUnmapped => ("VMStorageNotMapped", CRITICAL, "NotValid", "VM has unmapped storage."),
            Self::Maintenance => (
                "HostNotReady",
                WARN,
                "InMaintenanceMode",
                "VM host is in maintenance mode.",
            ),
            Self::TwoPodNetworks => (
                "VMMultiplePodNetworkMappings",
                CRITICAL,
                "NotValid",
                "VM has more than one interface mapped to the pod network.",
            ),
            Self::AddressesUnknown => (
                "VMMissingGuestIPs",
                WARN,
                "MissingGuestInformation",
                "Guest information on vNICs is missing, cannot preserve static IPs. Make sure {tools} is installed \
                 and the VM is running.",
            ),
            Self::NoChangeTracking => (
                "VMMissingChangedBlockTracking",
                CRITICAL,
                "MissingChangedBlockTracking",
                "Changed Block Tracking (CBT) has not been enabled on some VM. This feature is a prerequisite for VM warm \
                 migration.",
            ),
            Self::Snapshots => (
                "VMHasSnapshots",
                CRITICAL,
                "NotValid",
                "VM has pre-existing snapshots which are incompatible with warm migration",
            ),
            Self::TargetNameInvalid => ("NotValid", CRITICAL, "", "TargetName is invalid."),
            Self::TargetNameTwice => ("DuplicateVM", CRITICAL, "NotUnique", "Duplicate targetName."),
            Self::NoTools => (
                "GuestToolsIssue",
                CRITICAL,
                "NotValid",
                "{tools} issues detected. This may impact migration performance, guest OS detection, and network \
                 configuration. Ensure {tools} are properly installed and running before migration. If this is an \
                 encrypted VM, please turn the VM off manually before migration.",
            ),
            Self::DiskSize => (
                "InvalidDiskSizes",
                CRITICAL,
                "NotValid",
                "VM has disks with invalid sizes.",
            ),
        }
    }
}
