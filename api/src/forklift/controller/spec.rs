//! The kind ForkliftController.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ControllerSettings, ConversionSettings, Features, Images, Resources, ServiceSettings};
use crate::schema::Embedded;

/// Settings of the installation. Absent settings get the operator's defaults from the API server; a change restarts
/// the controller.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "forklift.konveyor.io",
    version = "v1beta1",
    kind = "ForkliftController",
    namespaced
)]
#[kube(plural = "forkliftcontrollers", singular = "forkliftcontroller")]
#[kube(status = "ForkliftControllerStatus", derive = "PartialEq")]
pub struct ForkliftControllerSpec {
    /// Feature switches.
    #[serde(flatten)]
    pub features: Features,
    /// Settings of the controller.
    #[serde(flatten)]
    pub controller: ControllerSettings,
    /// Settings of virt-v2v and the conversion.
    #[serde(flatten)]
    pub conversion: ConversionSettings,
    /// Settings of the services around the controller.
    #[serde(flatten)]
    pub services: ServiceSettings,
    /// Images and pull policy.
    #[serde(flatten)]
    pub images: Images,
    /// Resources of the containers.
    #[serde(flatten)]
    pub resources: Resources,
}

/// Status that the operator, which is built with Ansible, reports.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct ForkliftControllerStatus {
    /// Ansible's conditions: `Running`, `Successful`, `Failure`, with the result of the last run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Embedded>>")]
    pub conditions: Option<Vec<Value>>,
}
