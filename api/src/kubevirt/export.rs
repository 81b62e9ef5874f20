//! VirtualMachineExport: download of VM disks, used to read OpenShift sources.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Condition;
use crate::schema::{DateTime, Embedded};

/// Object to export.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "export.kubevirt.io",
    version = "v1",
    kind = "VirtualMachineExport",
    namespaced
)]
#[kube(
    plural = "virtualmachineexports",
    singular = "virtualmachineexport",
    shortname = "vmexport",
    shortname = "vmexports",
    category = "all"
)]
#[kube(status = "VirtualMachineExportStatus", derive = "PartialEq")]
#[kube(printcolumn = r#"{"name":"SourceKind","type":"string","jsonPath":".spec.source.kind"}"#)]
#[kube(printcolumn = r#"{"name":"SourceName","type":"string","jsonPath":".spec.source.name"}"#)]
#[kube(printcolumn = r#"{"name":"Phase","type":"string","jsonPath":".status.phase"}"#)]
#[serde(rename_all = "camelCase")]
pub struct VirtualMachineExportSpec {
    /// The object whose disks are exported.
    pub source: ExportSource,
    /// Secret with the token that downloads need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_secret_ref: Option<String>,
    /// Lifetime of the export, e.g. `2h0m0s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_duration: Option<String>,
}

/// The object whose disks are exported.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-map-type" = "atomic"))]
pub struct ExportSource {
    /// API group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_group: Option<String>,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
}

/// State of an export.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct VirtualMachineExportStatus {
    /// `Ready`, ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// Download links inside and outside the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub links: Option<Value>,
    /// `Pending`, `Ready`, `Terminated` or `Skipped`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The Service to download from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// Secret with the token that downloads need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_secret_ref: Option<String>,
    /// Time of the expiry of the export.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub ttl_expiration_time: Option<Time>,
    /// The VM exported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine_name: Option<String>,
}
