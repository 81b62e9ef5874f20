//! Volume populators that fill PersistentVolumeClaims for Forklift (`openstackpopulator.go`, `ovirtpopulator.go`,
//! `vsphere_xcopy_volumepopulator.go`). Their definitions have no status subresource: status is written with the
//! object.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ObjectRef;

/// Fills a volume from an OpenStack image.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "forklift.konveyor.io",
    version = "v1beta1",
    kind = "OpenstackVolumePopulator",
    namespaced
)]
#[kube(
    plural = "openstackvolumepopulators",
    singular = "openstackvolumepopulator",
    shortname = "osvp",
    shortname = "osvps"
)]
#[kube(status = "OpenstackVolumePopulatorStatus", derive = "PartialEq")]
#[serde(rename_all = "camelCase")]
pub struct OpenstackVolumePopulatorSpec {
    /// Address of the identity service.
    pub identity_url: String,
    /// The image.
    pub image_id: String,
    /// Secret with the credentials.
    pub secret_name: String,
    /// NetworkAttachmentDefinition that the copy goes through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_network: Option<ObjectRef>,
}

/// Progress of the copy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct OpenstackVolumePopulatorStatus {
    /// Percent, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<String>,
}

/// Fills a volume from an oVirt disk.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "forklift.konveyor.io",
    version = "v1beta1",
    kind = "OvirtVolumePopulator",
    namespaced
)]
#[kube(
    plural = "ovirtvolumepopulators",
    singular = "ovirtvolumepopulator",
    shortname = "ovvp",
    shortname = "ovvps"
)]
#[kube(status = "OvirtVolumePopulatorStatus", derive = "PartialEq")]
#[serde(rename_all = "camelCase")]
pub struct OvirtVolumePopulatorSpec {
    /// The disk.
    pub disk_id: String,
    /// Secret with the credentials.
    pub engine_secret_name: String,
    /// Address of the engine.
    pub engine_url: String,
    /// NetworkAttachmentDefinition that the copy goes through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_network: Option<ObjectRef>,
}

/// Progress of the copy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct OvirtVolumePopulatorStatus {
    /// Percent, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<String>,
}

/// Fills a volume by SCSI XCOPY.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "forklift.konveyor.io",
    version = "v1beta1",
    kind = "VSphereXcopyVolumePopulator",
    namespaced
)]
#[kube(
    plural = "vspherexcopyvolumepopulators",
    singular = "vspherexcopyvolumepopulator",
    shortname = "vxvp",
    shortname = "vxvps"
)]
#[kube(status = "VSphereXcopyVolumePopulatorStatus", derive = "PartialEq")]
#[serde(rename_all = "camelCase")]
pub struct VSphereXcopyVolumePopulatorSpec {
    /// The ESXi host that copies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migration_host: Option<String>,
    /// Secret with the credentials of vSphere and the storage.
    pub secret_name: String,
    /// The storage, as in `XcopyVendor`.
    pub storage_vendor_product: String,
    /// Managed object id of the source VM.
    pub vm_id: String,
    /// Path of the disk: `[datastore] folder/file.vmdk`.
    pub vmdk_path: String,
}

/// Progress and result of the copy; all of it is text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct VSphereXcopyVolumePopulatorStatus {
    /// Bytes in use in the source disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated_bytes: Option<String>,
    /// `vib`, `ssh`, `vvol` or `rdm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clone_method: Option<String>,
    /// Duration of the copy in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_duration_seconds: Option<String>,
    /// Percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<String>,
    /// Size of the source disk, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned_bytes: Option<String>,
    /// `success` or `failure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Protocol between host and storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_protocol: Option<String>,
    /// The storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_vendor: Option<String>,
    /// Version of Forklift's VIB on the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vib_version: Option<String>,
    /// `1` if the storage array copied, `0` if the host copied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xcopy_used: Option<String>,
}
