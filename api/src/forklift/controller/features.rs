//! Feature switches of the ForkliftController.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::Switch;

/// Feature switches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Features {
    /// The inventory requires a bearer token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub feature_auth_required: Option<Switch>,
    /// Serves the command-line client for download.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub feature_cli_download: Option<Switch>,
    /// Copying by the storage array (copy offload).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub feature_copy_offload: Option<Switch>,
    /// Runs the MCP server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "false"))]
    pub feature_mcp_server: Option<Switch>,
    /// Live migration between clusters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub feature_ocp_live_migration: Option<Switch>,
    /// Management of appliances of OVA and Hyper-V providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub feature_ova_appliance_management: Option<Switch>,
    /// The console plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub feature_ui_plugin: Option<Switch>,
    /// Runs of virt-v2v are Conversion objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub feature_use_conversion_cr: Option<Switch>,
    /// The validation service, source of concerns in the inventory.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub feature_validation: Option<Switch>,
    /// Target VMs get the serial number in the format of VMware.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub feature_vmware_system_serial_number: Option<Switch>,
    /// Volume populators.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub feature_volume_populator: Option<Switch>,
    /// Removes VMware's drivers from Windows guests.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "false"))]
    pub feature_vsphere_vmware_driver_removal: Option<Switch>,
    /// Static addresses of Windows guests are set through the registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "false"))]
    pub feature_windows_registry_network_config: Option<Switch>,
    /// Waits for converted Windows VMs to reboot.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub feature_windows_wait_for_reboot: Option<Switch>,
    /// The conversion continues when xfs_repair fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "false"))]
    pub feature_xfs_repair_ignore: Option<Switch>,
}
