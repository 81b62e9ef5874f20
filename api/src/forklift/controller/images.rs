//! Images of the ForkliftController.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::PullPolicy;

/// Images, and when they are pulled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Images {
    /// Image of the API service; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_image_fqin: Option<String>,
    /// Image of the command line download; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cli_download_image_fqin: Option<String>,
    /// Image of the controller; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller_image_fqin: Option<String>,
    /// Image of deep inspections; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deep_inspection_image_fqin: Option<String>,
    /// Image of deep inspections with old XFS versions; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deep_inspection_image_xfs_fqin: Option<String>,
    /// Image of Hyper-V provider servers; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hyperv_provider_server_fqin: Option<String>,
    /// When images are pulled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "Always"))]
    pub image_pull_policy: Option<PullPolicy>,
    /// Image of must-gather; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub must_gather_image_fqin: Option<String>,
    /// Image of OVA provider servers; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ova_provider_server_fqin: Option<String>,
    /// Image of the OVA proxy; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ova_proxy_fqin: Option<String>,
    /// Image of the populator controller; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub populator_controller_image_fqin: Option<String>,
    /// Image of the OpenStack populator; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub populator_openstack_image_fqin: Option<String>,
    /// Image of the oVirt populator; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub populator_ovirt_image_fqin: Option<String>,
    /// Image of the copy-offload populator; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub populator_vsphere_copy_offload_image_fqin: Option<String>,
    /// Image of the console plugin; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ui_plugin_image_fqin: Option<String>,
    /// Image of the validation service; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_image_fqin: Option<String>,
    /// Image with VMware's disk library; absent means none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vddk_image: Option<String>,
    /// Image of virt-v2v; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virt_v2v_image_fqin: Option<String>,
    /// Image of virt-v2v with old XFS versions; absent takes the release's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virt_v2v_image_xfs_fqin: Option<String>,
}
