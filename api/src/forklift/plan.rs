//! Plan: VMs to migrate, source, destination and options (Forklift, `plan.go`, `plan/vm.go`).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Affinity;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ObjectRef, PlanStatus, ProviderPair};
use crate::schema::{Embedded, without_default};

/// A migration plan. Fields whose absence means *true* (the API server defaults them) keep an explicit
/// `Some(false)` apart from `None`.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "forklift.konveyor.io", version = "v1beta1", kind = "Plan", namespaced)]
#[kube(plural = "plans", singular = "plan", status = "PlanStatus", derive = "PartialEq")]
#[kube(printcolumn = r#"{"name":"READY","type":"string","jsonPath":".status.conditions[?(@.type=='Ready')].status"}"#)]
#[kube(
    printcolumn = r#"{"name":"EXECUTING","type":"string","jsonPath":".status.conditions[?(@.type=='Executing')].status"}"#
)]
#[kube(
    printcolumn = r#"{"name":"SUCCEEDED","type":"string","jsonPath":".status.conditions[?(@.type=='Succeeded')].status"}"#
)]
#[kube(
    printcolumn = r#"{"name":"FAILED","type":"string","jsonPath":".status.conditions[?(@.type=='Failed')].status"}"#
)]
#[kube(printcolumn = r#"{"name":"AGE","type":"date","jsonPath":".metadata.creationTimestamp"}"#)]
#[serde(rename_all = "camelCase")]
pub struct PlanSpec {
    /// Archives the plan: its temporary objects are deleted and it cannot run again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// Storage class of the scratch volume of virt-v2v; goes with `conversionTempStorageSize`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion_temp_storage_class: Option<String>,
    /// Size of the scratch volume of virt-v2v, a Kubernetes quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion_temp_storage_size: Option<String>,
    /// Affinity of the virt-v2v pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>", extend("x-kubernetes-map-type" = "atomic"))]
    pub convertor_affinity: Option<Affinity>,
    /// Labels of the virt-v2v pods; Forklift's own labels win.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convertor_labels: Option<BTreeMap<String, String>>,
    /// Node selector of the virt-v2v pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convertor_node_selector: Option<BTreeMap<String, String>>,
    /// ConfigMap with scripts that virt-v2v runs in the guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customization_scripts: Option<ObjectRef>,
    /// Deletes the virt-v2v pod after success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_guest_conversion_pod: Option<bool>,
    /// Deletes the target VM when its migration fails; default: true.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = true))]
    pub delete_vm_on_fail_migration: Option<bool>,
    /// Human-readable text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Ignored by Forklift; deprecated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_bus: Option<String>,
    /// Nested virtualization in the target VM; default: as in the source VM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_nested_virtualization: Option<bool>,
    /// Windows drivers for guests without SHA-2 support; default: depends on the guest operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub install_legacy_drivers: Option<bool>,
    /// The network and storage maps.
    pub map: PlanMaps,
    /// Migrates disks that several VMs share; default: true.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = true))]
    pub migrate_shared_disks: Option<bool>,
    /// Go template for the names of network interfaces; vSphere only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_name_template: Option<String>,
    /// Keeps the CPU model of the oVirt cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preserve_cluster_cpu_model: Option<bool>,
    /// Keeps static IP addresses in the guest; vSphere and Hyper-V; default: true.
    #[serde(rename = "preserveStaticIPs", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = true))]
    pub preserve_static_ips: Option<bool>,
    /// Source and destination provider.
    pub provider: ProviderPair,
    /// Go template for the names of PersistentVolumeClaims.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pvc_name_template: Option<String>,
    /// Takes the template's result as a prefix instead of the whole name; default: true, except for
    /// OpenShift sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pvc_name_template_use_generate_name: Option<bool>,
    /// Attaches raw device mappings as LUNs; vSphere only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rdm_as_lun: Option<bool>,
    /// Inspects disks before the first warm copy; vSphere only; default: true.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = true))]
    pub run_preflight_inspection: Option<bool>,
    /// SCSI persistent reservations for shared LUNs; needs `rdmAsLun`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scsi_reservation: Option<bool>,
    /// ServiceAccount of migration pods in the target namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"), length(max = 253))]
    pub service_account: Option<String>,
    /// Copies disks as they are, without virt-v2v.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = false))]
    pub skip_guest_conversion: Option<bool>,
    /// Leaves out the zone node selector of EC2 VMs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_zone_node_selector: Option<bool>,
    /// Conversion of vSphere tags to labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag_mapping: Option<TagMapping>,
    /// Affinity of the target VMs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Embedded>", extend("x-kubernetes-map-type" = "atomic"))]
    pub target_affinity: Option<Affinity>,
    /// Labels of the target VMs; Forklift's own labels win.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_labels: Option<BTreeMap<String, String>>,
    /// The namespace that receives the VMs.
    pub target_namespace: String,
    /// Node selector of the target VMs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_node_selector: Option<BTreeMap<String, String>>,
    /// Power state of the target VMs; default: `auto`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_power_state: Option<TargetPowerState>,
    /// NetworkAttachmentDefinition that the copies go through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_network: Option<ObjectRef>,
    /// Kind of migration; default: cold, unless `warm` is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_: Option<PlanType>,
    /// Uses widely supported devices when `skipGuestConversion` is set; default: true.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = true))]
    pub use_compatibility_mode: Option<bool>,
    /// virt-v2v image for this plan, fully qualified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virt_v2v_image: Option<String>,
    /// The VMs to migrate.
    pub vms: Vec<PlanVm>,
    /// Go template for the names of volumes; vSphere only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_name_template: Option<String>,
    /// Deprecated form of `type: warm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warm: Option<bool>,
    /// Whether to use the virt-v2v image with support for old XFS versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = false))]
    pub xfs_compatibility: Option<bool>,
}

/// The maps of a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanMaps {
    /// The NetworkMap.
    pub network: ObjectRef,
    /// The StorageMap.
    pub storage: ObjectRef,
}

/// Conversion of vSphere tags to labels of the target VM; default: all tags.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TagMapping {
    /// No tag becomes a label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Only these tags become labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_tags: Option<Vec<String>>,
}

/// One VM of a plan; options that are set here override those of the plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanVm {
    /// Overrides the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_vm_on_fail_migration: Option<bool>,
    /// Overrides the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_nested_virtualization: Option<bool>,
    /// Hooks around this VM's migration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hooks: Option<Vec<HookRef>>,
    /// The provider's id of the VM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// InstanceType of the target VM, in its namespace or cluster-wide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// Secret with LUKS passphrases. Forklift always writes it, `{}` when there is none.
    #[serde(default)]
    #[schemars(transform = without_default)]
    pub luks: ObjectRef,
    /// Overrides the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migrate_shared_disks: Option<bool>,
    /// Name of the VM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Namespace of the VM; OpenShift sources only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Unlocks disks with Clevis and a Tang server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbde_clevis: Option<bool>,
    /// Overrides the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_name_template: Option<String>,
    /// Overrides the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pvc_name_template: Option<String>,
    /// Overrides the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rdm_as_lun: Option<bool>,
    /// The disk (`/dev/sda`) or partition (`/dev/sda1`) that the VM boots from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_disk: Option<String>,
    /// Overrides the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scsi_reservation: Option<bool>,
    /// Name of the target VM; default: the source's name, adjusted to DNS-1123.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_name: Option<String>,
    /// Overrides the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_power_state: Option<TargetPowerState>,
    /// Qualifies the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,
    /// Overrides the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_name_template: Option<String>,
}

/// A hook of one VM.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HookRef {
    /// The Hook.
    pub hook: ObjectRef,
    /// `PreHook` or `PostHook`.
    pub step: String,
}

/// Kinds of migration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PlanType {
    /// The VM is off while its disks are copied.
    #[default]
    Cold,
    /// Disks are copied from snapshots while the VM runs, until the cutover.
    Warm,
    /// KubeVirt live migration between clusters; OpenShift sources only.
    Live,
    /// Only the conversion, on existing volumes.
    Conversion,
}

/// Power state that a target VM ends up in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum TargetPowerState {
    /// Running.
    On,
    /// Stopped.
    Off,
    /// The power state of the source VM before the migration.
    #[default]
    Auto,
}

impl PlanSpec {
    /// The kind of migration, from `type` or the older `warm`.
    pub fn kind(&self) -> PlanType {
        match self.type_ {
            Some(kind) => kind,
            None if self.warm == Some(true) => PlanType::Warm,
            None => PlanType::Cold,
        }
    }
}
