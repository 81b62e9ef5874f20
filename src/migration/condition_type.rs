//! Types of the conditions of a plan and of its maps, as sentences name them.

use std::fmt;
use std::str::FromStr;

/// What Forklift's plans and maps report (Forklift, `pkg/controller/plan/validation.go`,
/// `pkg/controller/plan/migration.go`, `pkg/controller/map/{network,storage}/validation.go`).
const KNOWN: [&str; 74] = [
    "Archived",
    "Canceled",
    "DestinationNetworkNotValid",
    "DestinationProviderNotReady",
    "DestinationProviderNotValid",
    "DestinationStorageNotValid",
    "DuplicateVM",
    "Executing",
    "Failed",
    "GuestToolsIssue",
    "HookNotReady",
    "HookNotValid",
    "HookServiceAccountNotValid",
    "HookStepNotValid",
    "HostNotReady",
    "IndependentDiskWarning",
    "InvalidDiskSizes",
    "LuksAndClevisIncompatibility",
    "MacConflicts",
    "MigrationTypeNotValid",
    "MissingPvcForOnlyConversion",
    "NamespaceNotValid",
    "NetAppShiftDatastoreNASMissing",
    "NetAppShiftWarmNotSupported",
    "NetMapDestinationNADNotValid",
    "NetMapPreservingIPsOnPodNetwork",
    "NetworkMapNotReady",
    "NetworkMapRefNotValid",
    "NotValid",
    "Paused",
    "Pending",
    "RDMDiskWarning",
    "Ready",
    "RestrictedPodSecurity",
    "Running",
    "SSHNotReady",
    "SSHReady",
    "ServiceAccountNotValid",
    "SharedDisks",
    "SharedWarnDisks",
    "SourceNetworkNotValid",
    "SourceProviderNotReady",
    "SourceProviderNotValid",
    "SourceStorageNotValid",
    "StorageMapNotReady",
    "StorageRefNotValid",
    "Succeeded",
    "TargetNameNotValid",
    "TransferNetworkMissingDefaultRoute",
    "TransferNetworkNotValid",
    "UnsupportedOVFExportSource",
    "UnsupportedUserDefinedNetwork",
    "UnsupportedVersion",
    "VDDKAndOffloadMixedUsage",
    "VDDKInitImageNotReady",
    "VDDKInitImageUnavailable",
    "VDDKInvalid",
    "VMAlreadyExists",
    "VMConsolidationNeeded",
    "VMCriticalConcerns",
    "VMHasSnapshots",
    "VMIpNotMatchingUdnSubnet",
    "VMMigrationTypeUnsupported",
    "VMMissingChangedBlockTracking",
    "VMMissingGuestIPs",
    "VMMultiplePodNetworkMappings",
    "VMNetworksNotMapped",
    "VMNotFound",
    "VMPowerStateUnsupported",
    "VMRefNotValid",
    "VMStorageNotMapped",
    "VMStorageNotSupported",
    "ValidatingVDDK",
    "VirtV2vImageNotValid",
];

/// A name that differs from a known one by no more letters than that is a misspelt one. Others may be conditions of a
/// newer MTV.
const MISSPELT: usize = 3;

/// The type of a condition, not a misspelt one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionType(String);

impl ConditionType {
    /// As Forklift writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name that is nearly the type of a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("MTV's plans have no condition \"{name}\"; did you mean {nearest}?")]
pub struct MisspeltCondition {
    name: String,
    nearest: &'static str,
}

impl FromStr for ConditionType {
    type Err = MisspeltCondition;

    fn from_str(name: &str) -> Result<Self, MisspeltCondition> {
        if KNOWN.contains(&name) {
            return Ok(Self(name.to_owned()));
        }
        let lower = name.to_lowercase();
        let distance = |known: &str| strsim::damerau_levenshtein(&known.to_lowercase(), &lower);
        match KNOWN.into_iter().min_by_key(|known| distance(known)) {
            Some(nearest) if distance(nearest) <= MISSPELT => Err(MisspeltCondition {
                name: name.to_owned(),
                nearest,
            }),
            _ => Ok(Self(name.to_owned())),
        }
    }
}

impl fmt::Display for ConditionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_ones_are_told_apart_from_unknown_ones() {
        for name in KNOWN.into_iter().chain(["SharedDisks-vm-1001", "OfANewerVersion"]) {
            assert_eq!(
                name.parse::<ConditionType>().map(|read| read.to_string()),
                Ok(name.to_owned())
            );
        }
        for name in ["VMNetworkNotMapped", "vmnetworksnotmapped", "DuplicateVMs"] {
            assert!(name.parse::<ConditionType>().is_err(), "{name}");
        }
        insta::assert_snapshot!(
            "VMNetworkNotMapped".parse::<ConditionType>().unwrap_err(),
            @r#"MTV's plans have no condition "VMNetworkNotMapped"; did you mean VMNetworksNotMapped?"#
        );
    }
}
