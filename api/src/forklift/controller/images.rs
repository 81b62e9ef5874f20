//! Images of the ForkliftController.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::PullPolicy;

/// Images and pull policy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Images {
    /// Image of the API service; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_image_fqin: Option<String>,
    /// Image of the command line download; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cli_download_image_fqin: Option<String>,
    /// Image of the controller; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller_image_fqin: Option<String>,
    /// Image of deep inspections; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deep_inspection_image_fqin: Option<String>,
    /// Image of deep inspections with old XFS versions; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deep_inspection_image_xfs_fqin: Option<String>,
    /// Image of Hyper-V provider servers; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hyperv_provider_server_fqin: Option<String>,
    /// Pull policy of images.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "Always"))]
    pub image_pull_policy: Option<PullPolicy>,
    /// Image of must-gather; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub must_gather_image_fqin: Option<String>,
    /// Image of OVA provider servers; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ova_provider_server_fqin: Option<String>,
    /// Image of the OVA proxy; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ova_proxy_fqin: Option<String>,
    /// Image of the populator controller; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub populator_controller_image_fqin: Option<String>,
    /// Image of the OpenStack populator; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub populator_openstack_image_fqin: Option<String>,
    /// Image of the oVirt populator; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub populator_ovirt_image_fqin: Option<String>,
    /// Image of the copy-offload populator; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub populator_vsphere_copy_offload_image_fqin: Option<String>,
    /// Image of the console plugin; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ui_plugin_image_fqin: Option<String>,
    /// Image of the validation service; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_image_fqin: Option<String>,
    /// Image with VMware's VDDK; default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vddk_image: Option<String>,
    /// Image of virt-v2v; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virt_v2v_image_fqin: Option<String>,
    /// Image of virt-v2v with old XFS versions; default: the image of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virt_v2v_image_xfs_fqin: Option<String>,
}
