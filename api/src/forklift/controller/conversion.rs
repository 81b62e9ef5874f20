//! Conversion settings of the ForkliftController.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::Switch;

/// Settings of virt-v2v and the conversion.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConversionSettings {
    /// ConfigMap that maps disk identifiers to storage vendors.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "forklift-naa-oui-map"))]
    pub naa_oui_map_configmap_name: Option<String>,
    /// ConfigMap that maps oVirt's operating systems to templates.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "forklift-ovirt-osmap"))]
    pub ovirt_osmap_configmap_name: Option<String>,
    /// ConfigMap with scripts for virt-customize.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "forklift-virt-customize"))]
    pub virt_customize_configmap_name: Option<String>,
    /// Whether virt-v2v pods run without requesting KVM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virt_v2v_dont_request_kvm: Option<Switch>,
    /// Additional arguments of virt-v2v.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virt_v2v_extra_args: Option<String>,
    /// ConfigMap with additional configuration of virt-v2v.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virt_v2v_extra_conf_config_map: Option<String>,
    /// Additional arguments of virt-v2v-inspector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virt_v2v_inspector_extra_args: Option<String>,
    /// Memory of the conversion appliance in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub virt_v2v_memsize: Option<i32>,
    /// Number of processors of the conversion appliance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub virt_v2v_smp: Option<i32>,
    /// ConfigMap that maps vSphere's operating systems to templates.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "forklift-vsphere-osmap"))]
    pub vsphere_osmap_configmap_name: Option<String>,
    /// Whether warm migrations wait for the removal of the last snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub wait_for_final_snapshot_consolidation: Option<Switch>,
}
