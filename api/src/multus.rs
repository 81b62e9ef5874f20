//! NetworkAttachmentDefinition: a secondary network of Multus.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A secondary network.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "k8s.cni.cncf.io",
    version = "v1",
    kind = "NetworkAttachmentDefinition",
    namespaced
)]
#[kube(
    plural = "network-attachment-definitions",
    singular = "network-attachment-definition",
    shortname = "net-attach-def"
)]
#[kube(derive = "PartialEq")]
#[serde(rename_all = "camelCase")]
pub struct NetworkAttachmentDefinitionSpec {
    /// CNI configuration, JSON in a string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
}
