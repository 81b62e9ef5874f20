//! ClusterVersion: version of OpenShift; a cluster has one object, named `version`.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::DateTime;

/// Update channel and identity of the cluster.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "config.openshift.io", version = "v1", kind = "ClusterVersion")]
#[kube(
    plural = "clusterversions",
    singular = "clusterversion",
    status = "ClusterVersionStatus",
    derive = "PartialEq"
)]
#[kube(
    printcolumn = r#"{"name":"Version","type":"string","jsonPath":".status.history[?(@.state==\"Completed\")].version"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Available","type":"string","jsonPath":".status.conditions[?(@.type==\"Available\")].status"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Progressing","type":"string","jsonPath":".status.conditions[?(@.type==\"Progressing\")].status"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Since","type":"date","jsonPath":".status.conditions[?(@.type==\"Progressing\")].lastTransitionTime"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Status","type":"string","jsonPath":".status.conditions[?(@.type==\"Progressing\")].message"}"#
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct ClusterVersionSpec {
    /// Update channel, e.g. `stable-4.20`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// UUID of the cluster.
    #[serde(rename = "clusterID")]
    pub cluster_id: String,
}

/// Current version and history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct ClusterVersionStatus {
    /// Available updates; `null` if none are known.
    #[schemars(required)]
    pub available_updates: Option<Vec<Release>>,
    /// `Available`, `Progressing`, `Failing`, ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<ClusterVersionCondition>>,
    /// Current version, or the target of a running update.
    pub desired: Release,
    /// Versions, newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<UpdateHistory>>,
    /// The generation that this status describes.
    pub observed_generation: i64,
    /// Fingerprint of the installed objects.
    pub version_hash: String,
}

/// A version of OpenShift.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Release {
    /// Release image.
    pub image: String,
    /// Release notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// E.g. `4.20.1`.
    pub version: String,
}

/// One update of the cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct UpdateHistory {
    /// Time of the end of the update; `null` while it runs.
    #[schemars(with = "Option<DateTime>", required)]
    pub completion_time: Option<Time>,
    /// Release image.
    pub image: String,
    /// Time of the start of the update.
    #[schemars(with = "DateTime")]
    pub started_time: Time,
    /// `Completed` or `Partial`.
    pub state: String,
    /// Whether the signature of the release was verified.
    pub verified: bool,
    /// The version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// One condition of the cluster version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterVersionCondition {
    /// Time of the last change of the status.
    #[schemars(with = "DateTime")]
    pub last_transition_time: Time,
    /// Human-readable text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Machine-readable reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// Type of the condition, e.g. `Available`.
    pub type_: String,
}

impl ClusterVersionStatus {
    /// The newest version whose update is complete.
    pub fn version(&self) -> Option<&str> {
        self.history
            .iter()
            .flatten()
            .find(|update| update.state == "Completed")
            .and_then(|update| update.version.as_deref())
    }
}
