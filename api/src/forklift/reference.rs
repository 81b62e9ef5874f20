//! References to Kubernetes objects and to objects of a source provider.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Kubernetes object reference (`core/v1 ObjectReference`). Forklift matches by `namespace` and
/// `name` alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-map-type" = "atomic"))]
pub struct ObjectRef {
    /// API version of the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// Path of a part of the object, in Kubernetes' dotted notation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_path: Option<String>,
    /// Kind of the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Name of the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Namespace of the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `resourceVersion` of the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_version: Option<String>,
    /// UID of the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
}

/// An object of a source provider: a VM, a network, a storage (Forklift,
/// `pkg/apis/forklift/v1beta1/ref/ref.go`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ref {
    /// The provider's own id, for vSphere the managed object id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name; for vSphere possibly a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The namespace; OpenShift sources only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Qualifies the name, e.g. `pod` for the pod network of an OpenShift source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,
}

/// Source and destination provider of a plan or a map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderPair {
    /// The Provider that VMs are migrated to.
    pub destination: ObjectRef,
    /// The Provider that VMs come from.
    pub source: ObjectRef,
}

impl ObjectRef {
    /// Reference by namespace and name, all that Forklift looks at.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            namespace: Some(namespace.into()),
            name: Some(name.into()),
            ..Self::default()
        }
    }
}

impl Ref {
    /// Reference by the provider's id.
    pub fn by_id(id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            ..Self::default()
        }
    }

    /// Reference by name.
    pub fn by_name(name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            ..Self::default()
        }
    }
}
