//! Subscription and ClusterServiceVersion: which operator is installed, and in which version (Operator Lifecycle
//! Manager).

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::schema::{DateTime, Embedded};

/// Which package to install and to keep up to date.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "operators.coreos.com",
    version = "v1alpha1",
    kind = "Subscription",
    namespaced
)]
#[kube(
    plural = "subscriptions",
    singular = "subscription",
    shortname = "sub",
    shortname = "subs",
    category = "olm"
)]
#[kube(status = "SubscriptionStatus", derive = "PartialEq")]
#[kube(
    printcolumn = r#"{"name":"Package","type":"string","description":"The package subscribed to","jsonPath":".spec.name"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Source","type":"string","description":"The catalog source for the specified package","jsonPath":".spec.source"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Channel","type":"string","description":"The channel of updates to subscribe to","jsonPath":".spec.channel"}"#
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct SubscriptionSpec {
    /// Update channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Settings of the operator's pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>")]
    pub config: Option<Value>,
    /// `Automatic` or `Manual`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub install_plan_approval: Option<String>,
    /// The package.
    pub name: String,
    /// The CatalogSource.
    pub source: String,
    /// Namespace of the PersistentVolumeClaim.
    pub source_namespace: String,
    /// The version to start with.
    #[serde(rename = "startingCSV", skip_serializing_if = "Option::is_none")]
    pub starting_csv: Option<String>,
}

/// State of a subscription.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct SubscriptionStatus {
    /// Conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<SubscriptionCondition>>,
    /// Version that is being installed.
    #[serde(rename = "currentCSV", skip_serializing_if = "Option::is_none")]
    pub current_csv: Option<String>,
    /// Installed version.
    #[serde(rename = "installedCSV", skip_serializing_if = "Option::is_none")]
    pub installed_csv: Option<String>,
    /// When this was last written.
    #[schemars(with = "DateTime")]
    pub last_updated: Time,
    /// E.g. `AtLatestKnown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// One condition of a subscription.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct SubscriptionCondition {
    /// Time of the last change of the status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub last_transition_time: Option<Time>,
    /// Human-readable text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Machine-readable reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// The condition's name.
    pub type_: String,
}

/// One version of an operator.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "operators.coreos.com",
    version = "v1alpha1",
    kind = "ClusterServiceVersion",
    namespaced
)]
#[kube(
    plural = "clusterserviceversions",
    singular = "clusterserviceversion",
    shortname = "csv",
    shortname = "csvs",
    category = "olm"
)]
#[kube(status = "ClusterServiceVersionStatus", derive = "PartialEq")]
#[kube(
    printcolumn = r#"{"name":"Display","type":"string","description":"The name of the CSV","jsonPath":".spec.displayName"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Version","type":"string","description":"The version of the CSV","jsonPath":".spec.version"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Release","type":"string","description":"The release of this version of the CSV","jsonPath":".spec.release"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Replaces","type":"string","description":"The name of a CSV that this one replaces","jsonPath":".spec.replaces"}"#
)]
#[kube(printcolumn = r#"{"name":"Phase","type":"string","jsonPath":".status.phase"}"#)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct ClusterServiceVersionSpec {
    /// Annotations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
    /// Name for people.
    pub display_name: String,
    /// Installation settings.
    #[schemars(with = "Embedded")]
    pub install: Value,
    /// Images it uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related_images: Option<Vec<RelatedImage>>,
    /// The version before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// The version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// An image that an operator uses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelatedImage {
    /// The image.
    pub image: String,
    /// Type of the object.
    pub name: String,
}

/// State of an operator.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct ClusterServiceVersionStatus {
    /// Phases it went through.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Embedded>>")]
    pub conditions: Option<Vec<Value>>,
    /// When the phase was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub last_transition_time: Option<Time>,
    /// When this was last written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub last_update_time: Option<Time>,
    /// Human-readable text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `Succeeded` when it can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Machine-readable reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
