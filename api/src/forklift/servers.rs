//! Provider servers: pods that read OVA shares and Hyper-V hosts (Forklift,
//! `operator/config/crd/bases`).

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, ObjectRef};

/// Provider of the server.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "forklift.konveyor.io",
    version = "v1beta1",
    kind = "OVAProviderServer",
    namespaced
)]
#[kube(
    plural = "ovaproviderservers",
    singular = "ovaproviderserver",
    status = "OVAProviderServerStatus",
    derive = "PartialEq"
)]
#[serde(rename_all = "camelCase")]
pub struct OVAProviderServerSpec {
    /// The Provider; never changes.
    #[schemars(extend("x-kubernetes-validations" = [{"rule": "oldSelf == null || oldSelf.name == '' || self == oldSelf", "message": "spec.provider is immutable"}]))]
    pub provider: ObjectRef,
}

/// State of the server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct OVAProviderServerStatus {
    /// Conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// Current phase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The Service in front of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<ObjectRef>,
}

/// Provider of the server.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "forklift.konveyor.io",
    version = "v1beta1",
    kind = "HyperVProviderServer",
    namespaced
)]
#[kube(
    plural = "hypervproviderservers",
    singular = "hypervproviderserver",
    status = "HyperVProviderServerStatus",
    derive = "PartialEq"
)]
#[kube(printcolumn = r#"{"name":"PHASE","type":"string","jsonPath":".status.phase"}"#)]
#[kube(printcolumn = r#"{"name":"SERVICE","type":"string","jsonPath":".status.service.name"}"#)]
#[serde(rename_all = "camelCase")]
pub struct HyperVProviderServerSpec {
    /// The Provider.
    pub provider: ObjectRef,
}

/// State of the server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct HyperVProviderServerStatus {
    /// Conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// Current phase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The Service in front of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<ObjectRef>,
}
