//! Container resources of the ForkliftController.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::Amount;

/// Resources of the containers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resources {
    /// CPU limit of the API service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1000m"))]
    pub api_container_limits_cpu: Option<String>,
    /// Memory limit of the API service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1Gi"))]
    pub api_container_limits_memory: Option<String>,
    /// CPU request of the API service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "100m"))]
    pub api_container_requests_cpu: Option<String>,
    /// Memory request of the API service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "150Mi"))]
    pub api_container_requests_memory: Option<String>,
    /// CPU limit of the command line download.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1000m"))]
    pub cli_download_container_limits_cpu: Option<String>,
    /// Memory limit of the command line download.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1Gi"))]
    pub cli_download_container_limits_memory: Option<String>,
    /// CPU request of the command line download.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "100m"))]
    pub cli_download_container_requests_cpu: Option<String>,
    /// Memory request of the command line download.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "512Mi"))]
    pub cli_download_container_requests_memory: Option<String>,
    /// CPU limit of the controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "2"))]
    pub controller_container_limits_cpu: Option<String>,
    /// Memory limit of the controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "800Mi"))]
    pub controller_container_limits_memory: Option<String>,
    /// CPU request of the controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "100m"))]
    pub controller_container_requests_cpu: Option<String>,
    /// Memory request of the controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "350Mi"))]
    pub controller_container_requests_memory: Option<String>,
    /// CPU limit of hook Jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1000m"))]
    pub hooks_container_limits_cpu: Option<String>,
    /// Memory limit of hook Jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1Gi"))]
    pub hooks_container_limits_memory: Option<String>,
    /// CPU request of hook Jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "100m"))]
    pub hooks_container_requests_cpu: Option<String>,
    /// Memory request of hook Jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "150Mi"))]
    pub hooks_container_requests_memory: Option<String>,
    /// CPU limit of Hyper-V provider servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1000m"))]
    pub hyperv_container_limits_cpu: Option<String>,
    /// Memory limit of Hyper-V provider servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1Gi"))]
    pub hyperv_container_limits_memory: Option<String>,
    /// CPU request of Hyper-V provider servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "100m"))]
    pub hyperv_container_requests_cpu: Option<String>,
    /// Memory request of Hyper-V provider servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "512Mi"))]
    pub hyperv_container_requests_memory: Option<String>,
    /// CPU limit of the inventory.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "2"))]
    pub inventory_container_limits_cpu: Option<String>,
    /// Memory limit of the inventory.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1Gi"))]
    pub inventory_container_limits_memory: Option<String>,
    /// CPU request of the inventory.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "500m"))]
    pub inventory_container_requests_cpu: Option<String>,
    /// Memory request of the inventory.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "500Mi"))]
    pub inventory_container_requests_memory: Option<String>,
    /// CPU limit of the MCP server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1000m"))]
    pub mcp_server_container_limits_cpu: Option<String>,
    /// Memory limit of the MCP server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "512Mi"))]
    pub mcp_server_container_limits_memory: Option<String>,
    /// CPU request of the MCP server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "100m"))]
    pub mcp_server_container_requests_cpu: Option<String>,
    /// Memory request of the MCP server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "256Mi"))]
    pub mcp_server_container_requests_memory: Option<String>,
    /// CPU limit of OVA provider servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1000m"))]
    pub ova_container_limits_cpu: Option<String>,
    /// Memory limit of OVA provider servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1Gi"))]
    pub ova_container_limits_memory: Option<String>,
    /// CPU request of OVA provider servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "100m"))]
    pub ova_container_requests_cpu: Option<String>,
    /// Memory request of OVA provider servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "512Mi"))]
    pub ova_container_requests_memory: Option<String>,
    /// CPU limit of the OVA proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1000m"))]
    pub ova_proxy_container_limits_cpu: Option<String>,
    /// Memory limit of the OVA proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1Gi"))]
    pub ova_proxy_container_limits_memory: Option<String>,
    /// CPU request of the OVA proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "250m"))]
    pub ova_proxy_container_requests_cpu: Option<String>,
    /// Memory request of the OVA proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "512Mi"))]
    pub ova_proxy_container_requests_memory: Option<String>,
    /// CPU limit of volume populators.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1000m"))]
    pub populator_container_limits_cpu: Option<String>,
    /// Memory limit of volume populators.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1Gi"))]
    pub populator_container_limits_memory: Option<String>,
    /// CPU request of volume populators.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "100m"))]
    pub populator_container_requests_cpu: Option<String>,
    /// Memory request of volume populators.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "512Mi"))]
    pub populator_container_requests_memory: Option<String>,
    /// CPU limit of the console plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "100m"))]
    pub ui_plugin_container_limits_cpu: Option<String>,
    /// Memory limit of the console plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "800Mi"))]
    pub ui_plugin_container_limits_memory: Option<String>,
    /// CPU request of the console plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "100m"))]
    pub ui_plugin_container_requests_cpu: Option<String>,
    /// Memory request of the console plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "150Mi"))]
    pub ui_plugin_container_requests_memory: Option<String>,
    /// CPU limit of the validation service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1000m"))]
    pub validation_container_limits_cpu: Option<String>,
    /// Memory limit of the validation service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "300Mi"))]
    pub validation_container_limits_memory: Option<String>,
    /// CPU request of the validation service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "400m"))]
    pub validation_container_requests_cpu: Option<String>,
    /// Memory request of the validation service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "50Mi"))]
    pub validation_container_requests_memory: Option<String>,
    /// CPU limit of virt-v2v pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "4000m"))]
    pub virt_v2v_container_limits_cpu: Option<String>,
    /// Memory limit of virt-v2v pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "8Gi"))]
    pub virt_v2v_container_limits_memory: Option<String>,
    /// CPU request of virt-v2v pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1000m"))]
    pub virt_v2v_container_requests_cpu: Option<String>,
    /// Memory request of virt-v2v pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Amount>", extend("default" = "1Gi"))]
    pub virt_v2v_container_requests_memory: Option<String>,
}
