//! InstanceTypes and preferences: named CPU, memory and device defaults.

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::schema::{Embedded, QuantityText};

/// CPU and memory by name, in one namespace.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "instancetype.kubevirt.io",
    version = "v1beta1",
    kind = "VirtualMachineInstancetype",
    namespaced
)]
#[kube(
    plural = "virtualmachineinstancetypes",
    singular = "virtualmachineinstancetype",
    category = "all"
)]
#[kube(
    shortname = "vminstancetype",
    shortname = "vminstancetypes",
    shortname = "vmf",
    shortname = "vmfs",
    derive = "PartialEq"
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct VirtualMachineInstancetypeSpec {
    /// Processors.
    pub cpu: InstancetypeCpu,
    /// Memory.
    pub memory: InstancetypeMemory,
}

/// CPU and memory by name, for the whole cluster.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "instancetype.kubevirt.io",
    version = "v1beta1",
    kind = "VirtualMachineClusterInstancetype"
)]
#[kube(
    plural = "virtualmachineclusterinstancetypes",
    singular = "virtualmachineclusterinstancetype"
)]
#[kube(
    shortname = "vmclusterinstancetype",
    shortname = "vmclusterinstancetypes",
    shortname = "vmcf",
    shortname = "vmcfs",
    derive = "PartialEq"
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct VirtualMachineClusterInstancetypeSpec {
    /// Processors.
    pub cpu: InstancetypeCpu,
    /// Memory.
    pub memory: InstancetypeMemory,
}

/// Processors of an instancetype.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct InstancetypeCpu {
    /// Processors that the guest sees.
    pub guest: i64,
}

/// Memory of an instancetype.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct InstancetypeMemory {
    /// Memory of the guest.
    #[schemars(with = "QuantityText")]
    pub guest: Quantity,
}

/// Device defaults by name, in one namespace.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "instancetype.kubevirt.io",
    version = "v1beta1",
    kind = "VirtualMachinePreference",
    namespaced
)]
#[kube(
    plural = "virtualmachinepreferences",
    singular = "virtualmachinepreference",
    category = "all"
)]
#[kube(
    shortname = "vmpref",
    shortname = "vmprefs",
    shortname = "vmp",
    shortname = "vmps",
    derive = "PartialEq"
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct VirtualMachinePreferenceSpec {
    /// Preferred devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub devices: Option<Value>,
    /// Preferred firmware.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub firmware: Option<Value>,
    /// CPU and memory needed at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub requirements: Option<Value>,
}

/// Device defaults by name, for the whole cluster.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "instancetype.kubevirt.io",
    version = "v1beta1",
    kind = "VirtualMachineClusterPreference"
)]
#[kube(
    plural = "virtualmachineclusterpreferences",
    singular = "virtualmachineclusterpreference"
)]
#[kube(shortname = "vmcp", shortname = "vmcps", derive = "PartialEq")]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct VirtualMachineClusterPreferenceSpec {
    /// Preferred devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub devices: Option<Value>,
    /// Preferred firmware.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub firmware: Option<Value>,
    /// CPU and memory needed at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub requirements: Option<Value>,
}
