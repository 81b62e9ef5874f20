//! CDI itself: the installation and its effective settings.

use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Condition;
use crate::schema::Embedded;

/// How CDI is installed.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "cdi.kubevirt.io", version = "v1beta1", kind = "CDI")]
#[kube(
    plural = "cdis",
    singular = "cdi",
    shortname = "cdi",
    shortname = "cdis",
    status = "CDIStatus",
    derive = "PartialEq"
)]
#[kube(printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#)]
#[kube(printcolumn = r#"{"name":"Phase","type":"string","jsonPath":".status.phase"}"#)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct CDISpec {
    /// Settings, as in CDIConfig's specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub config: Option<Value>,
}

/// State of the installation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct CDIStatus {
    /// `Available`, `Progressing`, `Degraded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// The version installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_version: Option<String>,
    /// The operator's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator_version: Option<String>,
    /// `Deployed` when it can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The version being installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_version: Option<String>,
}

/// Settings as written.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "cdi.kubevirt.io", version = "v1beta1", kind = "CDIConfig")]
#[kube(
    plural = "cdiconfigs",
    singular = "cdiconfig",
    status = "CDIConfigStatus",
    derive = "PartialEq"
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct CDIConfigSpec {
    /// Feature gates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature_gates: Option<Vec<String>>,
    /// Space that file systems take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filesystem_overhead: Option<FilesystemOverhead>,
    /// Storage class of scratch space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scratch_space_storage_class: Option<String>,
}

/// Settings in effect.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct CDIConfigStatus {
    /// Space that file systems take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filesystem_overhead: Option<FilesystemOverhead>,
    /// Storage class of scratch space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scratch_space_storage_class: Option<String>,
    /// Where uploads go.
    #[serde(rename = "uploadProxyURL", skip_serializing_if = "Option::is_none")]
    pub upload_proxy_url: Option<String>,
}

/// Space that file systems take, as a part of 1, e.g. `0.06`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilesystemOverhead {
    /// For every storage class that is not listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^(0(?:\.\d{1,3})?|1)$"))]
    pub global: Option<String>,
    /// By storage class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<BTreeMap<String, String>>,
}
