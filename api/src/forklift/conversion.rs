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

/// What to convert or inspect, and where.
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
    /// How to reach the source.
    pub connection: ConversionConnection,
    /// The Provider where pods and volumes live; absent means this cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<ObjectRef>,
    /// How encrypted disks are unlocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_encryption: Option<DiskEncryption>,
    /// The disks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disks: Option<Vec<ConversionDisk>>,
    /// More mounts of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Embedded>>")]
    pub extra_mounts: Option<Vec<VolumeMount>>,
    /// More volumes of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Embedded>>")]
    pub extra_volumes: Option<Vec<Volume>>,
    /// virt-v2v image; absent takes the controller's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Source and destination are the same cluster as the controller's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_migration: Option<bool>,
    /// Settings of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_settings: Option<PodSettings>,
    /// Environment of virt-v2v; `SNAPSHOT_MOREF` names an existing snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<BTreeMap<String, String>>,
    /// Namespace of the pod; absent takes the Conversion's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_namespace: Option<String>,
    /// Kind of conversion.
    pub type_: ConversionType,
    /// VDDK image; needed for deep inspections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vddk_image: Option<String>,
    /// The source VM.
    pub vm: Ref,
    /// Uses the virt-v2v image that knows old XFS versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = false))]
    pub xfs_compatibility: Option<bool>,
}

/// How a conversion reaches the source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversionConnection {
    /// Secret with what virt-v2v needs to connect.
    pub secret: ObjectRef,
}

/// How encrypted disks are unlocked.
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
    /// Asks for a KVM device. Absent means true.
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
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub completion_time: Option<Time>,
    /// `Ready`, which is `False` while the conversion waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// What a deep inspection found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspection_result: Option<InspectionResult>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The generation that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<ConversionPhase>,
    /// The virt-v2v pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<ObjectRef>,
    /// The snapshot that the conversion works on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<ConversionSnapshot>,
    /// Where it stands within `Running`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<ConversionStage>,
    /// When it started to run.
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
    /// The conversion made it and removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owned: Option<bool>,
    /// vSphere task that removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_task_id: Option<String>,
}

/// What a deep inspection found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InspectionResult {
    /// No concern was raised.
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
    /// What raised it.
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
    /// Where it is mounted.
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
    /// Looks into a snapshot of the running source VM.
    DeepInspection,
    /// Looks into disks of the source.
    Inspection,
    /// Converts volumes that were filled already.
    InPlace,
    /// Copies from the source and converts.
    #[default]
    Remote,
}

/// Where a conversion stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ConversionPhase {
    /// Not started.
    #[default]
    Pending,
    /// Under way.
    Running,
    /// Done.
    Succeeded,
    /// Gone wrong.
    Failed,
    /// Stopped by the user.
    Canceled,
}

/// Where a running conversion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ConversionStage {
    /// The pod is being created.
    CreatingPod,
    /// The pod runs.
    PodRunning,
    /// A snapshot was asked for.
    CreatingSnapshot,
    /// The snapshot is being made.
    WaitingForSnapshot,
    /// The snapshot's removal was asked for.
    RemovingSnapshot,
    /// The snapshot is being removed.
    WaitingForSnapshotRemoval,
    /// Results are read from the pod.
    FetchingResults,
    /// Nothing is left to do.
    Finished,
}
