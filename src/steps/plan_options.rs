//! The options of a plan, from table rows to a typed value.

use forklift_api::forklift::TargetPowerState;

use super::field::{Fields, Key};
use super::labels::Labels;
use super::mistake::Error;
use super::name_templates::{ForClaims, ForInterfaces, ForVolumes, NameTemplate};
use super::table::Row;
use crate::migration::{Nodes, PlanOptions};

const TARGET_POWER_STATE: Key<TargetPowerState> = Key::new(
    "target power state",
    "power state that the target VMs end up in; auto: that of the source VM",
);
const PRESERVE_STATIC_IPS: Key<bool> = Key::new(
    "preserve static IPs",
    "whether guests keep their static addresses; unsaid: no",
);
const PVC_NAME_TEMPLATE: Key<NameTemplate<ForClaims>> =
    Key::new("PVC name template", "Go template for the names of claims");
const PVC_GENERATE_NAME: Key<bool> = Key::new(
    "PVC generate name",
    "whether what the template gives is a prefix, to which Kubernetes adds a suffix",
);
const VOLUME_NAME_TEMPLATE: Key<NameTemplate<ForVolumes>> =
    Key::new("volume name template", "Go template for the names of volumes in the VM");
const NETWORK_NAME_TEMPLATE: Key<NameTemplate<ForInterfaces>> = Key::new(
    "network name template",
    "Go template for the names of network interfaces in the VM",
);
const TARGET_LABELS: Key<Labels> = Key::new("target labels", "labels that the target VMs get");
const TARGET_NODE: Key<Nodes> = Key::new("target node", "labels of the nodes that the target VMs may run on");
const CONVERTER_NODE: Key<Nodes> = Key::new("converter node", "labels of the nodes that conversion pods may run on");
const NESTED_VIRTUALIZATION: Key<bool> =
    Key::new("nested virtualization", "whether the target VMs can run VMs themselves");
const XFS_COMPATIBILITY: Key<bool> = Key::new(
    "XFS compatibility",
    "whether the conversion image that knows XFS version 4 is used",
);
const RDM_AS_LUN: Key<bool> = Key::new("RDM as LUN", "whether raw device mappings become LUNs");
const MIGRATE_SHARED_DISKS: Key<bool> = Key::new(
    "migrate shared disks",
    "whether disks that several VMs share are migrated",
);
const PREFLIGHT_INSPECTION: Key<bool> = Key::new(
    "preflight inspection",
    "whether disks are inspected before the first warm copy",
);
const SKIP_GUEST_CONVERSION: Key<bool> = Key::new(
    "skip guest conversion",
    "whether disks are copied without preparing the guest for KubeVirt",
);
const DELETE_GUEST_CONVERSION_POD: Key<bool> = Key::new(
    "delete guest conversion pod",
    "whether the conversion pod is deleted after success",
);
const LEGACY_DRIVERS: Key<bool> = Key::new(
    "legacy drivers",
    "whether Windows gets drivers for versions that do not know SHA-2 signatures",
);
const PRESERVE_CPU_MODEL: Key<bool> = Key::new(
    "preserve CPU model",
    "whether the CPU model of the source's cluster is kept",
);
const COMPATIBILITY_MODE: Key<bool> = Key::new(
    "compatibility mode",
    "whether widely supported devices are used where the guest is not converted",
);
const DESCRIPTION: Key<String> = Key::new("description", "a text for people");

/// Options of a plan sentence.
pub const PLAN: Fields = Fields {
    title: "plan options",
    all: &[
        TARGET_POWER_STATE.field,
        PRESERVE_STATIC_IPS.field,
        PVC_NAME_TEMPLATE.field,
        PVC_GENERATE_NAME.field,
        VOLUME_NAME_TEMPLATE.field,
        NETWORK_NAME_TEMPLATE.field,
        TARGET_LABELS.field,
        TARGET_NODE.field,
        CONVERTER_NODE.field,
        NESTED_VIRTUALIZATION.field,
        XFS_COMPATIBILITY.field,
        RDM_AS_LUN.field,
        MIGRATE_SHARED_DISKS.field,
        PREFLIGHT_INSPECTION.field,
        SKIP_GUEST_CONVERSION.field,
        DELETE_GUEST_CONVERSION_POD.field,
        LEGACY_DRIVERS.field,
        PRESERVE_CPU_MODEL.field,
        COMPATIBILITY_MODE.field,
        DESCRIPTION.field,
    ],
};

/// The options that the rows name.
pub fn plan_options(rows: &Row) -> Result<PlanOptions, Error> {
    Ok(PlanOptions {
        target_power_state: rows.get(TARGET_POWER_STATE)?,
        preserve_static_ips: rows.get(PRESERVE_STATIC_IPS)?,
        pvc_name_template: rows.get(PVC_NAME_TEMPLATE)?.map(|template| template.text),
        pvc_generate_name: rows.get(PVC_GENERATE_NAME)?,
        volume_name_template: rows.get(VOLUME_NAME_TEMPLATE)?.map(|template| template.text),
        network_name_template: rows.get(NETWORK_NAME_TEMPLATE)?.map(|template| template.text),
        target_labels: rows.get(TARGET_LABELS)?,
        target_node: rows.get(TARGET_NODE)?,
        converter_node: rows.get(CONVERTER_NODE)?,
        nested_virtualization: rows.get(NESTED_VIRTUALIZATION)?,
        xfs_compatibility: rows.get(XFS_COMPATIBILITY)?,
        rdm_as_lun: rows.get(RDM_AS_LUN)?,
        migrate_shared_disks: rows.get(MIGRATE_SHARED_DISKS)?,
        preflight_inspection: rows.get(PREFLIGHT_INSPECTION)?,
        skip_guest_conversion: rows.get(SKIP_GUEST_CONVERSION)?,
        delete_guest_conversion_pod: rows.get(DELETE_GUEST_CONVERSION_POD)?,
        legacy_drivers: rows.get(LEGACY_DRIVERS)?,
        preserve_cpu_model: rows.get(PRESERVE_CPU_MODEL)?,
        compatibility_mode: rows.get(COMPATIBILITY_MODE)?,
        description: rows.get(DESCRIPTION)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::field::Takes;
    use super::super::table::{options, tests::table};
    use super::*;

    #[test]
    fn every_option_of_the_vocabulary_is_taken() {
        for field in PLAN.all {
            let value = match field.takes() {
                Takes::Words(words) => words[0],
                Takes::Text("text") => "text",
                Takes::Text(_) => "a=b",
            };
            let row = options(Some(&table(&[&[field.name, value]])), PLAN).expect("an option");
            let options = plan_options(&row).expect("an option");
            assert_ne!(options, PlanOptions::default(), "{} has no effect", field.name);
        }
    }
}
