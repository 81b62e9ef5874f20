//! StorageProfile: which access and volume modes a storage class is best used with.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Condition;

/// What an administrator prefers.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "cdi.kubevirt.io", version = "v1beta1", kind = "StorageProfile")]
#[kube(
    plural = "storageprofiles",
    singular = "storageprofile",
    status = "StorageProfileStatus",
    derive = "PartialEq"
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct StorageProfileSpec {
    /// Modes, best first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 8))]
    pub claim_property_sets: Option<Vec<ClaimPropertySet>>,
    /// How volumes are cloned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clone_strategy: Option<String>,
    /// Kind of volume that boot sources are kept as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_import_cron_source_format: Option<String>,
    /// VolumeSnapshotClass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_class: Option<String>,
}

/// Modes that go together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimPropertySet {
    /// Access modes.
    #[schemars(length(max = 4))]
    pub access_modes: Vec<String>,
    /// Volume mode.
    pub volume_mode: VolumeMode,
}

/// What CDI uses: its own knowledge, and what the administrator prefers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct StorageProfileStatus {
    /// Modes, best first; what CDI and Forklift take.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 8))]
    pub claim_property_sets: Option<Vec<ClaimPropertySet>>,
    /// How volumes are cloned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clone_strategy: Option<String>,
    /// `Recognized`, `Complete`, ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// Kind of volume that boot sources are kept as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_import_cron_source_format: Option<String>,
    /// The storage class's provisioner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioner: Option<String>,
    /// VolumeSnapshotClass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_class: Option<String>,
    /// The storage class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
}

/// Volume modes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum VolumeMode {
    /// A raw block device.
    #[default]
    Block,
    /// A file system.
    Filesystem,
}
