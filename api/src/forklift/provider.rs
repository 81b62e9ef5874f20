//! Provider: a source of VMs or a cluster that receives them (Forklift, `provider.go`).

use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, ObjectRef};

/// Type, address and credentials of a provider.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "forklift.konveyor.io", version = "v1beta1", kind = "Provider", namespaced)]
#[kube(
    plural = "providers",
    singular = "provider",
    status = "ProviderStatus",
    derive = "PartialEq"
)]
#[kube(printcolumn = r#"{"name":"TYPE","type":"string","jsonPath":".spec.type"}"#)]
#[kube(printcolumn = r#"{"name":"STATUS","type":"string","jsonPath":".status.phase"}"#)]
#[kube(printcolumn = r#"{"name":"READY","type":"string","jsonPath":".status.conditions[?(@.type=='Ready')].status"}"#)]
#[kube(
    printcolumn = r#"{"name":"CONNECTED","type":"string","jsonPath":".status.conditions[?(@.type=='ConnectionTestSucceeded')].status"}"#
)]
#[kube(
    printcolumn = r#"{"name":"INVENTORY","type":"string","jsonPath":".status.conditions[?(@.type=='InventoryCreated')].status"}"#
)]
#[kube(printcolumn = r#"{"name":"URL","type":"string","jsonPath":".spec.url"}"#)]
#[kube(printcolumn = r#"{"name":"AGE","type":"date","jsonPath":".metadata.creationTimestamp"}"#)]
#[serde(rename_all = "camelCase")]
pub struct ProviderSpec {
    /// The Secret with the credentials; empty (`{}`) for the cluster that Forklift itself runs in.
    pub secret: ObjectRef,
    /// Settings of this provider type, e.g. `sdkEndpoint`, `vddkInitImage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<BTreeMap<String, String>>,
    /// `openshift`, `vsphere`, `ovirt`, `openstack`, `ova`, `ec2`, `hyperv` or `nutanix`. The API
    /// accepts any word; the controller answers an unknown one with the condition
    /// `ProviderTypeNotSupported`.
    pub type_: String,
    /// Address of the API; empty for the cluster that Forklift itself runs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Validation result of a provider.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct ProviderStatus {
    /// Conditions, among them `Ready`, `ConnectionTestSucceeded`, `InventoryCreated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// SHA-1 fingerprint of the server's certificate, `AA:BB:..`; vSphere only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// The generation that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// `Staging`, `ValidationFailed`, `ConnectionFailed` or `Ready`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The version of the Secret that the connection was last tested with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_resource_version: Option<String>,
    /// The Service of the provider server; OVA and Hyper-V only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<ObjectRef>,
}
