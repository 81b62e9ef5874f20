//! Route: a Service under a host name of the cluster's router.

use k8s_openapi::apimachinery::pkg::{apis::meta::v1::Time, util::intstr::IntOrString};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::{DateTime, IntegerOrString};

/// Target, host and TLS settings of a route.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "route.openshift.io", version = "v1", kind = "Route", namespaced)]
#[kube(plural = "routes", singular = "route", status = "RouteStatus", derive = "PartialEq")]
#[kube(printcolumn = r#"{"name":"Host","type":"string","jsonPath":".status.ingress[0].host"}"#)]
#[kube(
    printcolumn = r#"{"name":"Admitted","type":"string","jsonPath":".status.ingress[0].conditions[?(@.type==\"Admitted\")].status"}"#
)]
#[kube(printcolumn = r#"{"name":"Service","type":"string","jsonPath":".spec.to.name"}"#)]
#[kube(printcolumn = r#"{"name":"TLS","type":"string","jsonPath":".spec.tls.type"}"#)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct RouteSpec {
    /// Host name; absent lets the router choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Only requests under this path.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^/"))]
    pub path: Option<String>,
    /// Port of the Service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<RoutePort>,
    /// Encryption; default: plain HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<RouteTls>,
    /// The Service.
    pub to: RouteTarget,
    /// `None` or `Subdomain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "None"))]
    pub wildcard_policy: Option<String>,
}

/// Port of a Service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoutePort {
    /// By number or name.
    #[schemars(with = "IntegerOrString")]
    pub target_port: IntOrString,
}

/// Encryption of a route.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct RouteTls {
    /// CA certificates, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_certificate: Option<String>,
    /// CA of the Service behind, PEM; `reencrypt` only.
    #[serde(rename = "destinationCACertificate", skip_serializing_if = "Option::is_none")]
    pub destination_ca_certificate: Option<String>,
    /// Handling of plain HTTP: `Allow`, `None`, `Redirect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insecure_edge_termination_policy: Option<String>,
    /// TLS termination.
    pub termination: TlsTermination,
}

/// A Service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct RouteTarget {
    /// `Service`.
    #[schemars(extend("default" = "Service"))]
    pub kind: String,
    /// Name of the plugin.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Weight of the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = 100))]
    pub weight: Option<i32>,
}

/// State of a route in the routers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct RouteStatus {
    /// One entry per router.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress: Option<Vec<RouteIngress>>,
}

/// State of a route in one router.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct RouteIngress {
    /// `Admitted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<RouteCondition>>,
    /// The host name it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Name of the router itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub router_canonical_hostname: Option<String>,
    /// The router.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub router_name: Option<String>,
    /// `None` or `Subdomain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wildcard_policy: Option<String>,
}

/// One condition of a route.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RouteCondition {
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
    /// The condition's name, `Admitted`.
    pub type_: String,
}

/// TLS termination of a route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum TlsTermination {
    /// At the router.
    #[default]
    Edge,
    /// At the router, which encrypts again.
    Reencrypt,
    /// At the Service.
    Passthrough,
}
