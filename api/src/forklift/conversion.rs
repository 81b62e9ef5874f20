//! Conversion: one virt-v2v run on a VM's disks (Forklift, `conversion.go`).

use std::collections::BTreeMap;

use k8s_openapi::{
    api::core::v1::{Affinity, Volume, VolumeMount},
    apimachinery::pkg::apis::meta::v1::Time,
};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, ObjectRef, Ref};
use crate::schema::{DateTime, Embedded};

/// VM to convert or inspect, and the settings of the pod.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "forklift.konveyor.io", version = "v1beta1", kind = "Conversion", namespaced)]
#[kube(
    plural = "conversions",
    singular = "conversion",
    status = "ConversionStatus",
    derive = "PartialEq"
)]
#[kube(printcolumn = r#"{"name":"TYPE","type":"string","jsonPath":".spec.type"}"#)]
#[kube(printcolumn = r#"{"name":"PHASE","type":"string","jsonPath":".status.phase"}"#)]
#[kube(printcolumn = r#"{"name":"STAGE","type":"string","jsonPath":".status.stage"}"#)]
#[kube(printcolumn = r#"{"name":"READY","type":"string","jsonPath":".status.conditions[?(@.type=='Ready')].status"}"#)]
#[kube(printcolumn = r#"{"name":"AGE","type":"date","jsonPath":".metadata.creationTimestamp"}"#)]
#[serde(rename_all = "camelCase")]
pub struct ConversionSpec {
    /// Connection to the source.
    pub connection: ConversionConnection,
    /// Provider of the cluster with pods and volumes; default: this cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<ObjectRef>,
    /// Method to unlock encrypted disks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_encryption: Option<DiskEncryption>,
    /// Disks to convert or inspect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disks: Option<Vec<ConversionDisk>>,
    /// Additional volume mounts of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Embedded>>")]
    pub extra_mounts: Option<Vec<VolumeMount>>,
    /// Additional volumes of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Embedded>>")]
    pub extra_volumes: Option<Vec<Volume>>,
    /// virt-v2v image; default: that of the controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Whether source and destination are the cluster of the controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_migration: Option<bool>,
    /// Settings of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_settings: Option<PodSettings>,
    /// Environment of virt-v2v; `SNAPSHOT_MOREF` names an existing snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<BTreeMap<String, String>>,
    /// Namespace of the pod; default: the namespace of the Conversion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_namespace: Option<String>,
    /// Kind of conversion.
    pub type_: ConversionType,
    /// VDDK image; needed for deep inspections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vddk_image: Option<String>,
    /// The source VM.
    pub vm: Ref,
    /// Whether to use the virt-v2v image with support for old XFS versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = false))]
    pub xfs_compatibility: Option<bool>,
}

/// Connection of a conversion to the source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversionConnection {
    /// Secret with the connection data for virt-v2v.
    pub secret: ObjectRef,
}

/// Method to unlock encrypted disks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiskEncryption {
    /// Secret with the passphrases; `LUKS` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<ObjectRef>,
    /// `LUKS` or `Clevis`.
    pub type_: String,
}

/// One disk of a conversion.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversionDisk {
    /// Block device in the pod, e.g. `/dev/block0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_path: Option<String>,
    /// Mount point in the pod, e.g. `/mnt/disks/disk0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_path: Option<String>,
    /// Name of the claim, or path of the disk in the source.
    pub name: String,
    /// Namespace of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `Block` or `Filesystem`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_mode: Option<String>,
}

/// Settings of a conversion's pod.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodSettings {
    /// Affinity of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub affinity: Option<Affinity>,
    /// Prefix of the pod's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generate_name: Option<String>,
    /// Node selector of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_selector: Option<BTreeMap<String, String>>,
    /// Whether to request a KVM device; default: true.
    #[serde(rename = "requestKVM", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = true))]
    pub request_kvm: Option<bool>,
    /// ServiceAccount of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account: Option<String>,
    /// Annotations that attach the transfer network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_network_annotations: Option<BTreeMap<String, String>>,
}

/// Progress and result of a conversion.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct ConversionStatus {
    /// Time of the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub completion_time: Option<Time>,
    /// `Ready`, which is `False` while the conversion waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// Result of a deep inspection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspection_result: Option<InspectionResult>,
    /// Human-readable text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The generation that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Current phase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<ConversionPhase>,
    /// The virt-v2v pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<ObjectRef>,
    /// The snapshot that the conversion works on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<ConversionSnapshot>,
    /// Current stage of phase `Running`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<ConversionStage>,
    /// Time of the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub start_time: Option<Time>,
}

/// A snapshot of the source VM.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversionSnapshot {
    /// vSphere task that creates it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_task_id: Option<String>,
    /// Managed object id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moref: Option<String>,
    /// Whether the conversion created the snapshot and removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owned: Option<bool>,
    /// vSphere task that removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_task_id: Option<String>,
}

/// Result of a deep inspection.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InspectionResult {
    /// Whether no concern was raised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_checks_passed: Option<bool>,
    /// Concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concerns: Option<Vec<InspectionConcern>>,
    /// File systems.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filesystems: Option<Vec<InspectionFilesystem>>,
    /// Mount points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mountpoints: Option<Vec<InspectionMountpoint>>,
    /// Operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_info: Option<InspectionOs>,
}

/// A concern of an inspection.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InspectionConcern {
    /// `Warning`, `Critical`, ...
    pub category: String,
    /// Id of the check that raised the concern.
    pub id: String,
    /// Title.
    pub label: String,
    /// Details.
    pub message: String,
}

/// A file system on the VM's disks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InspectionFilesystem {
    /// Block device, e.g. `/dev/sda1`.
    pub device: String,
    /// E.g. `xfs`.
    pub type_: String,
    /// UUID, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
}

/// A mount point of the VM.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InspectionMountpoint {
    /// Block device.
    pub device: String,
    /// Path of the mount point.
    pub mount_point: String,
}

/// The operating system of the VM.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InspectionOs {
    /// CPU architecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arch: Option<String>,
    /// Distribution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distro: Option<String>,
    /// Product name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Major version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Kinds of conversion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ConversionType {
    /// Inspects a snapshot of the running source VM.
    DeepInspection,
    /// Inspects disks of the source VM.
    Inspection,
    /// Converts volumes that are already populated.
    InPlace,
    /// Copies from the source and converts.
    #[default]
    Remote,
}

/// Phase of a conversion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ConversionPhase {
    /// Not started.
    #[default]
    Pending,
    /// The conversion runs.
    Running,
    /// Done.
    Succeeded,
    /// The conversion failed.
    Failed,
    /// The user cancelled the conversion.
    Canceled,
}

/// Stage of a running conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ConversionStage {
    /// The pod is being created.
    CreatingPod,
    /// The pod runs.
    PodRunning,
    /// The snapshot was requested.
    CreatingSnapshot,
    /// The snapshot is being created.
    WaitingForSnapshot,
    /// The removal of the snapshot was requested.
    RemovingSnapshot,
    /// The snapshot is being removed.
    WaitingForSnapshotRemoval,
    /// Results are read from the pod.
    FetchingResults,
    /// The conversion is complete.
    Finished,
}
