//! Kind and options of a plan, from the plan sentence and its table.

use std::collections::BTreeMap;
use std::fmt;

use forklift_api::forklift::{PlanSpec, PlanType, TargetPowerState};

use crate::run::names::Flavour;

/// Kind of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanKind {
    /// The VMs are off while their disks are copied.
    Cold,
    /// The VMs run while their disks are copied, until the cutover.
    Warm,
}

impl PlanKind {
    /// The kind as part of object names.
    pub fn flavour(self) -> Flavour {
        match self {
            Self::Cold => Flavour::Cold,
            Self::Warm => Flavour::Warm,
        }
    }
}

impl fmt::Display for PlanKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cold => f.write_str("cold"),
            Self::Warm => f.write_str("warm"),
        }
    }
}

/// Which nodes something may run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nodes {
    /// Nodes with these labels.
    Labelled(BTreeMap<String, String>),
    /// The one that the scenario has reserved.
    Reserved,
}

impl Nodes {
    fn selector(self, reserved: Option<&BTreeMap<String, String>>) -> Option<BTreeMap<String, String>> {
        match self {
            Self::Labelled(labels) => Some(labels),
            Self::Reserved => reserved.cloned(),
        }
    }
}

/// Options of a plan. What is `None` is not sent, so that Forklift's default holds; `Some(false)` is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// Power state that the target VMs end up in.
    pub target_power_state: Option<TargetPowerState>,
    /// Static IP addresses are kept in the guest. Sent as no when it is not named: Forklift's own default, yes, asks for
    /// addresses that a powered-off clone cannot report.
    pub preserve_static_ips: Option<bool>,
    /// Go template for the names of claims.
    pub pvc_name_template: Option<String>,
    /// The template's result is a prefix.
    pub pvc_generate_name: Option<bool>,
    /// Go template for the names of volumes.
    pub volume_name_template: Option<String>,
    /// Go template for the names of network interfaces.
    pub network_name_template: Option<String>,
    /// Labels of the target VMs.
    pub target_labels: Option<BTreeMap<String, String>>,
    /// Node selector of the target VMs.
    pub target_node: Option<Nodes>,
    /// Node selector of the conversion pods.
    pub converter_node: Option<Nodes>,
    /// Nested virtualisation.
    pub nested_virtualization: Option<bool>,
    /// The virt-v2v image that knows old XFS versions.
    pub xfs_compatibility: Option<bool>,
    /// Raw device mappings become LUNs.
    pub rdm_as_lun: Option<bool>,
    /// Disks that several VMs share are migrated.
    pub migrate_shared_disks: Option<bool>,
    /// Disks are inspected before the first warm copy.
    pub preflight_inspection: Option<bool>,
    /// Disks are copied as they are.
    pub skip_guest_conversion: Option<bool>,
    /// The conversion pod is deleted after success.
    pub delete_guest_conversion_pod: Option<bool>,
    /// Windows drivers for guests without SHA-2 support.
    pub legacy_drivers: Option<bool>,
    /// The CPU model of the source's cluster is kept.
    pub preserve_cpu_model: Option<bool>,
    /// Widely supported devices, when the conversion is skipped.
    pub compatibility_mode: Option<bool>,
    /// For people.
    pub description: Option<String>,
}

impl PlanOptions {
    /// The option that takes the reserved node, if one does.
    pub fn takes_reserved(&self) -> Option<&'static str> {
        let takes = |nodes: &Option<Nodes>| *nodes == Some(Nodes::Reserved);
        let target = takes(&self.target_node).then_some("target node");
        target.or_else(|| takes(&self.converter_node).then_some("converter node"))
    }

    /// The part of a plan that kind and options decide; `reserved` are the labels of the reserved node.
    pub fn spec(&self, kind: PlanKind, reserved: Option<&BTreeMap<String, String>>) -> PlanSpec {
        // Named one by one: an option that is forgotten here does not compile.
        let Self {
            target_power_state,
            preserve_static_ips,
            pvc_name_template,
            pvc_generate_name,
            volume_name_template,
            network_name_template,
            target_labels,
            target_node,
            converter_node,
            nested_virtualization,
            xfs_compatibility,
            rdm_as_lun,
            migrate_shared_disks,
            preflight_inspection,
            skip_guest_conversion,
            delete_guest_conversion_pod,
            legacy_drivers,
            preserve_cpu_model,
            compatibility_mode,
            description,
        } = self.clone();
        PlanSpec {
            type_: Some(match kind {
                PlanKind::Cold => PlanType::Cold,
                PlanKind::Warm => PlanType::Warm,
            }),
            target_power_state,
            preserve_static_ips: Some(preserve_static_ips.unwrap_or(false)),
            pvc_name_template,
            pvc_name_template_use_generate_name: pvc_generate_name,
            volume_name_template,
            network_name_template,
            target_labels,
            target_node_selector: target_node.and_then(|nodes| nodes.selector(reserved)),
            convertor_node_selector: converter_node.and_then(|nodes| nodes.selector(reserved)),
            enable_nested_virtualization: nested_virtualization,
            xfs_compatibility,
            rdm_as_lun,
            migrate_shared_disks,
            run_preflight_inspection: preflight_inspection,
            skip_guest_conversion,
            delete_guest_conversion_pod,
            install_legacy_drivers: legacy_drivers,
            preserve_cluster_cpu_model: preserve_cpu_model,
            use_compatibility_mode: compatibility_mode,
            description,
            ..PlanSpec::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_not_sent_but_for_static_ips() {
        let sent = serde_json::to_value(PlanOptions::default().spec(PlanKind::Cold, None)).expect("JSON");
        let optional: Vec<&String> = sent.as_object().expect("an object").keys().collect();
        // map, provider, targetNamespace and vms are required by the API and filled in by the plan.
        assert_eq!(
            optional,
            ["map", "preserveStaticIPs", "provider", "targetNamespace", "type", "vms"]
        );
        assert_eq!(sent["preserveStaticIPs"], false);
        assert_eq!(sent["type"], "cold");
    }

    #[test]
    fn a_named_no_is_sent() {
        let options = PlanOptions {
            migrate_shared_disks: Some(false),
            ..PlanOptions::default()
        };
        assert_eq!(options.spec(PlanKind::Cold, None).migrate_shared_disks, Some(false));
    }
}
