//! Types of Forklift's conditions: a constant for each, and a table of their objects and categories.
//!
//! ```
//! use forklift_api::forklift::condition_types::{self, Bearer, Category};
//!
//! let known = condition_types::find(condition_types::VM_NOT_FOUND);
//! let category = |bearer| known.and_then(|known| known.category_on(bearer));
//! assert_eq!(category(Bearer::Plan), Some(Category::Critical));
//! assert_eq!(category(Bearer::Migration), Some(Category::Warn));
//! ```

/// Category of a condition (`pkg/lib/condition/condition.go`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Blocks readiness and execution.
    Critical,
    /// Blocks like `Critical`.
    Error,
    /// A risk that blocks nothing.
    Warn,
    /// Must hold for the object to be ready.
    Required,
    /// Information.
    Advisory,
}

impl Category {
    /// Name of the category in Forklift.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::Error => "Error",
            Self::Warn => "Warn",
            Self::Required => "Required",
            Self::Advisory => "Advisory",
        }
    }

    /// Whether a condition of this category blocks the object.
    pub const fn blocks(self) -> bool {
        matches!(self, Self::Critical | Self::Error)
    }

    /// `None`: a category that Forklift does not define, such as the empty one of `SharedDisks` in a warm plan.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Critical, Self::Error, Self::Warn, Self::Required, Self::Advisory];
        all.into_iter().find(|category| category.as_str() == name)
    }
}

/// Object that has a condition in its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearer {
    /// `pkg/controller/provider/{validation,controller}.go`
    Provider,
    /// `pkg/controller/map/network/validation.go`
    NetworkMap,
    /// `pkg/controller/map/storage/validation.go`
    StorageMap,
    /// `pkg/controller/host/validation.go`
    Host,
    /// `pkg/controller/hook/validation.go`
    Hook,
    /// `pkg/controller/plan/{validation,controller,migration}.go`; the lifecycle conditions also in its history.
    Plan,
    /// A VM in the status of a Plan or a Migration: `pkg/apis/forklift/v1beta1/plan/vmstatus.go`.
    Vm,
    /// `pkg/controller/migration/{validation,controller}.go`
    Migration,
    /// `pkg/controller/conversion/{validation,controller}.go`
    Conversion,
}

/// A type of condition that Forklift sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownType {
    /// Name of the type in Forklift. `SharedDisks` and `SharedWarnDisks` are followed by `-` and the id of a VM.
    pub name: &'static str,
    /// Objects that can have the condition, with its category; `None` if Forklift uses several categories, or declares
    /// the type and never sets it.
    pub borne_by: &'static [(Bearer, Option<Category>)],
}

impl KnownType {
    /// Whether one of these objects can have the condition.
    pub fn is_on(&self, bearers: &[Bearer]) -> bool {
        self.borne_by.iter().any(|(bearer, _)| bearers.contains(bearer))
    }

    /// Category of the condition on this object, if fixed.
    pub fn category_on(&self, bearer: Bearer) -> Option<Category> {
        let here = self.borne_by.iter().find(|(known, _)| *known == bearer);
        here.and_then(|(_, category)| *category)
    }
}

/// Returns the entry of a condition type, also for a type with the id of a VM: `SharedDisks-vm-1001`.
pub fn find(type_: &str) -> Option<&'static KnownType> {
    let of_a_vm = |name: &str| {
        let id = type_.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
        id.is_some() && matches!(name, SHARED_DISKS | SHARED_WARN_DISKS)
    };
    ALL.iter().find(|known| known.name == type_ || of_a_vm(known.name))
}

macro_rules! condition_types {
    ($($constant:ident = $name:literal on $($bearer:ident $category:ident),+;)+) => {
        $(
            #[doc = concat!("`", $name, "`, on:" $(, " ", stringify!($bearer), " (", stringify!($category), ");")+)]
            pub const $constant: &str = $name;
        )+

        /// All condition types, ordered by name.
        pub const ALL: &[KnownType] = &[$(KnownType {
            name: $constant,
            borne_by: &[$((Bearer::$bearer, condition_types!(@category $category))),+],
        }),+];
    };
    (@category varies) => { None };
    (@category unused) => { None };
    (@category $category:ident) => { Some(Category::$category) };
}

condition_types! {
    ADVISORY = "Advisory" on Conversion Advisory;
    ARCHIVED = "Archived" on Plan Advisory;
    BLOCKED = "Blocked" on Plan unused;
    CANCELED = "Canceled" on Plan Advisory, Vm Advisory, Migration Advisory;
    CONNECTION_AUTH_FAILED = "ConnectionAuthFailed" on Provider Critical;
    CONNECTION_AUTH_RETRY = "ConnectionAuthRetry" on Provider Advisory;
    CONNECTION_INSECURE = "ConnectionInsecure" on Provider Warn;
    CONNECTION_NOT_SET = "ConnectionNotSet" on Conversion Critical;
    CONNECTION_SECRET_NOT_SET = "ConnectionSecretNotSet" on Conversion Critical;
    CONNECTION_TEST_FAILED = "ConnectionTestFailed" on Provider Critical, Host Critical;
    CONNECTION_TEST_SUCCEEDED = "ConnectionTestSucceeded" on Provider Required, Host Required;
    CONVERSION_CANCELED = "ConversionCanceled" on Conversion Advisory;
    CONVERSION_FAILED = "ConversionFailed" on Conversion Critical;
    CONVERSION_HAS_WARNINGS = "ConversionHasWarnings" on Vm varies;
    CONVERSION_RESUMABLE = "ConversionResumable" on Plan Advisory;
    DESTINATION_NETWORK_NOT_VALID = "DestinationNetworkNotValid" on NetworkMap Critical;
    DESTINATION_PROVIDER_NOT_READY = "DestinationProviderNotReady" on NetworkMap Critical, StorageMap Critical, Plan Critical;
    DESTINATION_PROVIDER_NOT_VALID = "DestinationProviderNotValid" on NetworkMap Critical, StorageMap Critical, Plan Critical;
    DESTINATION_STORAGE_NOT_VALID = "DestinationStorageNotValid" on StorageMap Critical;
    DISKS_NOT_SET = "DisksNotSet" on Conversion Critical;
    DUPLICATE_VM = "DuplicateVM" on Plan Critical;
    EXECUTING = "Executing" on Plan Advisory;
    FAILED = "Failed" on Plan varies, Vm Advisory, Migration Advisory;
    GUEST_TOOLS_ISSUE = "GuestToolsIssue" on Plan Critical;
    HOOK_NOT_READY = "HookNotReady" on Plan Critical;
    HOOK_NOT_VALID = "HookNotValid" on Plan Critical;
    HOOK_SERVICE_ACCOUNT_NOT_VALID = "HookServiceAccountNotValid" on Plan Critical;
    HOOK_STEP_NOT_VALID = "HookStepNotValid" on Plan Critical;
    HOST_NOT_READY = "HostNotReady" on Plan Warn;
    HOST_STATUS_NOT_GREEN = "HostStatusNotGreen" on Host Warn;
    IN_MAINTENANCE = "InMaintenance" on Host Critical;
    INDEPENDENT_DISK_WARNING = "IndependentDiskWarning" on Plan Warn;
    INSPECTION_HAS_CONCERNS = "InspectionHasConcerns" on Vm varies;
    INSUFFICIENT_PRIVILEGES = "InsufficientPrivileges" on Provider Warn;
    INVALID_DISK_SIZES = "InvalidDiskSizes" on Plan Critical;
    INVALID_HOOK_EXECUTE = "InvalidHookExecute" on Hook Critical;
    INVALID_IMAGE = "InvalidImage" on Hook Critical;
    INVALID_PLAYBOOK = "InvalidPlaybook" on Hook Critical;
    INVENTORY_CREATED = "InventoryCreated" on Provider Required;
    IP_NOT_VALID = "IpNotValid" on Host varies;
    LUKS_SECRET_NOT_SET = "LUKSSecretNotSet" on Conversion Critical;
    LOAD_INVENTORY = "LoadInventory" on Provider Advisory;
    LUKS_AND_CLEVIS_INCOMPATIBILITY = "LuksAndClevisIncompatibility" on Plan Warn;
    MAC_CONFLICTS = "MacConflicts" on Plan Critical;
    MIGRATION_TYPE_NOT_VALID = "MigrationTypeNotValid" on Plan Critical;
    MISSING_PVC_FOR_ONLY_CONVERSION = "MissingPvcForOnlyConversion" on Plan Critical;
    NAMESPACE_NOT_VALID = "NamespaceNotValid" on Plan Critical;
    NETAPP_SHIFT_DATASTORE_NAS_MISSING = "NetAppShiftDatastoreNASMissing" on Plan Critical;
    NETAPP_SHIFT_WARM_NOT_SUPPORTED = "NetAppShiftWarmNotSupported" on Plan Critical;
    NET_MAP_DESTINATION_NAD_NOT_VALID = "NetMapDestinationNADNotValid" on Plan Critical;
    NET_MAP_PRESERVING_IPS_ON_POD_NETWORK = "NetMapPreservingIPsOnPodNetwork" on Plan Warn;
    NETWORK_MAP_NOT_READY = "NetworkMapNotReady" on Plan Critical;
    NETWORK_MAP_REF_NOT_VALID = "NetworkMapRefNotValid" on Plan Critical;
    NOT_HEALTHY = "NotHealthy" on Host Critical;
    NOT_VALID = "NotValid" on Plan varies;
    PAUSED = "Paused" on Plan unused;
    PENDING = "Pending" on Plan unused, Vm Advisory;
    PLAN_NOT_READY = "PlanNotReady" on Migration Critical;
    PLAN_NOT_VALID = "PlanNotValid" on Migration Critical;
    PROVIDER_NOT_READY = "ProviderNotReady" on Host varies;
    PROVIDER_NOT_VALID = "ProviderNotValid" on Host varies;
    PROVIDER_TYPE_NOT_SUPPORTED = "ProviderTypeNotSupported" on Provider Critical;
    RDM_DISK_WARNING = "RDMDiskWarning" on Plan Warn;
    READY = "Ready" on Provider Required, NetworkMap Required, StorageMap Required, Host Required, Hook Required, Plan Required, Migration Required, Conversion Required;
    REF_NOT_VALID = "RefNotValid" on Host varies;
    RESTRICTED_POD_SECURITY = "RestrictedPodSecurity" on Plan Warn;
    RUNNING = "Running" on Plan unused, Migration Advisory;
    SMB_CSI_DRIVER_NOT_READY = "SMBCSIDriverNotReady" on Provider Critical;
    SMB_MOUNT_FAILED = "SMBMountFailed" on Provider Critical;
    SSH_NOT_READY = "SSHNotReady" on Provider Warn, Plan varies;
    SSH_READY = "SSHReady" on Provider Advisory, Plan Advisory;
    SECRET_NOT_VALID = "SecretNotValid" on Provider Critical, Host varies;
    SERVICE_ACCOUNT_NOT_VALID = "ServiceAccountNotValid" on Plan Critical;
    SETTINGS_NOT_VALID = "SettingsNotValid" on Provider Critical;
    SHARED_DISKS = "SharedDisks" on Plan varies;
    SHARED_WARN_DISKS = "SharedWarnDisks" on Plan Warn;
    SOURCE_NETWORK_NOT_VALID = "SourceNetworkNotValid" on NetworkMap varies;
    SOURCE_PROVIDER_NOT_READY = "SourceProviderNotReady" on NetworkMap Critical, StorageMap Critical, Plan Critical;
    SOURCE_PROVIDER_NOT_VALID = "SourceProviderNotValid" on NetworkMap Critical, StorageMap Critical, Plan Critical;
    SOURCE_STORAGE_NOT_VALID = "SourceStorageNotValid" on StorageMap varies;
    STORAGE_MAP_NOT_READY = "StorageMapNotReady" on Plan Critical;
    STORAGE_REF_NOT_VALID = "StorageRefNotValid" on Plan Critical;
    SUCCEEDED = "Succeeded" on Plan Advisory, Vm Advisory, Migration Advisory;
    TARGET_CREDENTIALS_MISSING = "TargetCredentialsMissing" on Provider Critical;
    TARGET_NAME_NOT_VALID = "TargetNameNotValid" on Plan Warn;
    TARGET_NAMESPACE_NOT_SET = "TargetNamespaceNotSet" on Conversion Critical;
    TRANSFER_NETWORK_MISSING_DEFAULT_ROUTE = "TransferNetworkMissingDefaultRoute" on Plan Warn;
    TRANSFER_NETWORK_NOT_VALID = "TransferNetworkNotValid" on Plan Critical;
    TYPE_NOT_VALID = "TypeNotValid" on Host varies, Conversion Critical;
    UNSUPPORTED_OVF_EXPORT_SOURCE = "UnsupportedOVFExportSource" on Plan Warn;
    UNSUPPORTED_USER_DEFINED_NETWORK = "UnsupportedUserDefinedNetwork" on Plan Critical;
    UNSUPPORTED_VERSION = "UnsupportedVersion" on Plan Critical;
    URL_NOT_VALID = "UrlNotValid" on Provider Critical;
    VDDK_AND_OFFLOAD_MIXED_USAGE = "VDDKAndOffloadMixedUsage" on Plan Critical;
    VDDK_IMAGE_NOT_SET = "VDDKImageNotSet" on Conversion Critical;
    VDDK_INIT_IMAGE_NOT_READY = "VDDKInitImageNotReady" on Plan Advisory;
    VDDK_INIT_IMAGE_UNAVAILABLE = "VDDKInitImageUnavailable" on Plan Critical;
    VDDK_INVALID = "VDDKInvalid" on Plan Critical;
    VM_ALREADY_EXISTS = "VMAlreadyExists" on Plan Critical;
    VM_CONSOLIDATION_NEEDED = "VMConsolidationNeeded" on Plan Warn;
    VM_CRITICAL_CONCERNS = "VMCriticalConcerns" on Plan Critical;
    VM_HAS_SNAPSHOTS = "VMHasSnapshots" on Plan Critical;
    VM_IP_NOT_MATCHING_UDN_SUBNET = "VMIpNotMatchingUdnSubnet" on Plan Warn;
    VM_MIGRATION_TYPE_UNSUPPORTED = "VMMigrationTypeUnsupported" on Plan Critical;
    VM_MISSING_CHANGED_BLOCK_TRACKING = "VMMissingChangedBlockTracking" on Plan Critical;
    VM_MISSING_GUEST_IPS = "VMMissingGuestIPs" on Plan Warn;
    VM_MULTIPLE_POD_NETWORK_MAPPINGS = "VMMultiplePodNetworkMappings" on Plan Critical;
    VM_NETWORKS_NOT_MAPPED = "VMNetworksNotMapped" on Plan Critical;
    VM_NOT_FOUND = "VMNotFound" on Plan Critical, Migration Warn;
    VM_NOT_SET = "VMNotSet" on Conversion Critical;
    VM_NOT_UNIQUE = "VMNotUnique" on Migration Warn;
    VM_POWER_STATE_UNSUPPORTED = "VMPowerStateUnsupported" on Plan Critical;
    VM_REF_NOT_VALID = "VMRefNotValid" on Plan Critical;
    VM_STORAGE_NOT_MAPPED = "VMStorageNotMapped" on Plan Critical;
    VM_STORAGE_NOT_SUPPORTED = "VMStorageNotSupported" on Plan Critical;
    VALIDATED = "Validated" on Provider Advisory, Host Advisory;
    VALIDATING_VDDK = "ValidatingVDDK" on Plan Advisory;
    VIRT_V2V_IMAGE_NOT_VALID = "VirtV2vImageNotValid" on Plan Critical;
    WAIT_FOR_GUEST_REBOOTS = "WaitForGuestReboots" on Vm Warn;
    WAITING_FOR_SERVICE = "WaitingForService" on Provider Advisory;
    WARM_MIGRATION_NOT_READY = "WarmMigrationNotReady" on Plan Critical;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_listed_once_and_has_one_category_per_bearer() {
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name));
        for known in ALL {
            for (bearer, _) in known.borne_by {
                let here = known.borne_by.iter().filter(|(other, _)| other == bearer);
                assert_eq!(here.count(), 1, "{} on {bearer:?}", known.name);
            }
        }
    }

    #[test]
    fn types_with_the_id_of_a_vm_are_found() {
        let name = |type_: &str| find(type_).map(|known| known.name);
        assert_eq!(name("SharedDisks-vm-1001"), Some(SHARED_DISKS));
        assert_eq!(name("VMNotFound"), Some(VM_NOT_FOUND));
        assert_eq!(name("VMNotFound-vm-1001"), None);
    }

    #[test]
    fn category_names_are_parsed_to_the_same_category() {
        for (name, blocks) in [
            ("Critical", Some(true)),
            ("Error", Some(true)),
            ("Warn", Some(false)),
            ("Required", Some(false)),
            ("Advisory", Some(false)),
            ("", None),
            ("Warning", None),
        ] {
            assert_eq!(Category::parse(name).map(Category::blocks), blocks, "{name}");
        }
    }
}
