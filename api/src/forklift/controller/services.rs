//! Service settings of the ForkliftController.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{GoDuration, OutputFormat, Switch};

/// Settings of the services around the controller: validation, routes, hooks on the Ansible Automation
/// Platform, MCP server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceSettings {
    /// Secret with the CA certificate of the platform, key `ca.crt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aap_ca_secret_name: Option<String>,
    /// Whether to skip verification of the platform's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "false"))]
    pub aap_insecure_skip_verify: Option<Switch>,
    /// Timeout of calls and jobs of the platform in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub aap_timeout: Option<i32>,
    /// Secret with the API token of the platform, key `token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aap_token_secret_name: Option<String>,
    /// Address of the Ansible Automation Platform that hooks use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aap_url: Option<String>,
    /// Timeout of the inventory's Route.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<GoDuration>", extend("default" = "360s"))]
    pub inventory_route_timeout: Option<String>,
    /// Whether the cluster is Kubernetes without OpenShift.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "false"))]
    pub k8s_cluster: Option<Switch>,
    /// Whether the MCP server skips verification of the API server's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub mcp_server_kube_insecure: Option<Switch>,
    /// Whether to register the MCP server with OpenShift Lightspeed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub mcp_server_lightspeed_integration: Option<Switch>,
    /// Whether to set the MCP feature gate of OpenShift Lightspeed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "false"))]
    pub mcp_server_lightspeed_set_mcp_gate: Option<Switch>,
    /// Maximum length of answers in characters; 0 means unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0), extend("default" = 0))]
    pub mcp_server_max_response_chars: Option<i32>,
    /// Format of answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "markdown"))]
    pub mcp_server_output_format: Option<OutputFormat>,
    /// Whether the MCP server is read-only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "false"))]
    pub mcp_server_read_only: Option<Switch>,
    /// Verbosity of the MCP server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0), extend("default" = 2))]
    pub mcp_server_verbose: Option<i32>,
    /// Interval of metrics collection, a Go duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<GoDuration>", extend("default" = "30s"))]
    pub metric_interval: Option<String>,
    /// Timeout of the OVA proxy's Route.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<GoDuration>", extend("default" = "360s"))]
    pub ova_proxy_route_timeout: Option<String>,
    /// Mount path of additional validation rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "/usr/share/opa/policies/extra"))]
    pub validation_extra_volume_mountpath: Option<String>,
    /// Volume with additional validation rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "validation-extra-rules"))]
    pub validation_extra_volume_name: Option<String>,
    /// Interval of searches for validation rules in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 120))]
    pub validation_policy_agent_search_interval: Option<i32>,
}
