//! NetworkMap and StorageMap: mappings of source networks and storages (Forklift, `mapping.go`).

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, ProviderPair, Ref};

/// Mapping of source networks.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "forklift.konveyor.io", version = "v1beta1", kind = "NetworkMap", namespaced)]
#[kube(
    plural = "networkmaps",
    singular = "networkmap",
    status = "NetworkMapStatus",
    derive = "PartialEq"
)]
#[kube(printcolumn = r#"{"name":"READY","type":"string","jsonPath":".status.conditions[?(@.type=='Ready')].status"}"#)]
#[kube(printcolumn = r#"{"name":"AGE","type":"date","jsonPath":".metadata.creationTimestamp"}"#)]
#[serde(rename_all = "camelCase")]
pub struct NetworkMapSpec {
    /// Pairs of source and destination.
    pub map: Vec<NetworkPair>,
    /// Source and destination provider.
    pub provider: ProviderPair,
}

/// Mapping of one source network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NetworkPair {
    /// Destination.
    pub destination: NetworkDestination,
    /// The network of the source.
    pub source: NetworkSource,
}

/// A network of the source, by id or name, possibly one VLAN of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NetworkSource {
    /// The provider's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The network's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The namespace; OpenShift sources only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `pod` for the pod network of an OpenShift source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,
    /// VLAN id, 1 to 4094.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^([1-9]|[1-9][0-9]{1,2}|[1-3][0-9]{3}|40[0-8][0-9]|409[0-4])$"))]
    pub vlan: Option<String>,
}

/// Destination of a network mapping.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NetworkDestination {
    /// The NetworkAttachmentDefinition; `multus` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Namespace of the NetworkAttachmentDefinition; `multus` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Kind of network.
    pub type_: NetworkDestinationType,
}

/// Validation result of a network map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct NetworkMapStatus {
    /// `Ready`, or validation errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// The generation that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// The sources, with id and name resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references: Option<Vec<Ref>>,
}

/// Mapping of source storages.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "forklift.konveyor.io", version = "v1beta1", kind = "StorageMap", namespaced)]
#[kube(
    plural = "storagemaps",
    singular = "storagemap",
    status = "StorageMapStatus",
    derive = "PartialEq"
)]
#[kube(printcolumn = r#"{"name":"READY","type":"string","jsonPath":".status.conditions[?(@.type=='Ready')].status"}"#)]
#[kube(printcolumn = r#"{"name":"AGE","type":"date","jsonPath":".metadata.creationTimestamp"}"#)]
#[serde(rename_all = "camelCase")]
pub struct StorageMapSpec {
    /// Pairs of source and destination.
    pub map: Vec<StoragePair>,
    /// Source and destination provider.
    pub provider: ProviderPair,
}

/// Mapping of one source storage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoragePair {
    /// Destination.
    pub destination: StorageDestination,
    /// Copy-offload settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offload_plugin: Option<OffloadPlugin>,
    /// The storage of the source: a datastore, a storage domain, a volume type, a storage class.
    pub source: Ref,
}

/// Storage class and modes of target volumes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StorageDestination {
    /// Access mode; default: that of the storage profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_mode: Option<AccessMode>,
    /// The storage class.
    pub storage_class: String,
    /// Volume mode; default: that of the storage profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_mode: Option<VolumeMode>,
}

/// Copying by the storage array (copy offload).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OffloadPlugin {
    /// Imports the array's volumes through their CSI driver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csi_volume_import: Option<CsiVolumeImport>,
    /// Copies by SCSI XCOPY from an ESXi host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vsphere_xcopy_config: Option<VsphereXcopyConfig>,
}

/// Copying by SCSI XCOPY.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VsphereXcopyConfig {
    /// ESXi hosts that can copy, as managed object ids; default: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dedicated_migration_hosts: Option<Vec<String>>,
    /// Secret with the storage's credentials.
    pub secret_ref: String,
    /// The storage.
    pub storage_vendor_product: XcopyVendor,
}

/// Importing the array's volumes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CsiVolumeImport {
    /// Secret with the storage's credentials.
    pub secret_ref: String,
    /// The storage.
    pub storage_vendor_product: CsiImportVendor,
}

/// Validation result of a storage map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct StorageMapStatus {
    /// `Ready`, or validation errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// The generation that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// The sources, with id and name resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references: Option<Vec<Ref>>,
}

/// Kinds of network that a target VM can be attached to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum NetworkDestinationType {
    /// The cluster's pod network.
    #[default]
    Pod,
    /// A secondary network, by NetworkAttachmentDefinition.
    Multus,
    /// No network: the interface is omitted.
    Ignored,
}

/// Access modes of target volumes that Forklift knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AccessMode {
    /// One node reads and writes.
    ReadWriteOnce,
    /// Many nodes read and write.
    ReadWriteMany,
    /// Many nodes read.
    ReadOnlyMany,
}

/// Volume modes of target volumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum VolumeMode {
    /// A file system with a disk image in it.
    Filesystem,
    /// A raw block device.
    Block,
}

/// Storages that can copy by SCSI XCOPY.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum XcopyVendor {
    /// IBM FlashSystem.
    Flashsystem,
    /// Hitachi Vantara.
    Vantara,
    /// NetApp ONTAP.
    #[default]
    Ontap,
    /// HPE Primera and 3PAR.
    Primera3par,
    /// Pure Storage FlashArray.
    PureFlashArray,
    /// Dell PowerFlex.
    Powerflex,
    /// Dell PowerMax.
    Powermax,
    /// Dell PowerStore.
    Powerstore,
    /// Infinidat InfiniBox.
    Infinibox,
}

/// Storages whose CSI driver can import volumes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CsiImportVendor {
    /// HPE Primera and 3PAR.
    Primera3par,
    /// NetApp ONTAP.
    #[default]
    Ontap,
}
