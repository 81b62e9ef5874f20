//! The options of a plan, from table rows to a typed value.

use forklift_api::forklift::TargetPowerState;

use super::field::{Fields, Key, Role};
use super::labels::Labels;
use super::mistake::Error;
use super::name_templates::{ForClaims, ForInterfaces, ForVolumes, NameTemplate};
use super::platform_limit::{INSPECTION, RAW_DEVICES, SHARED_DISKS};
use super::table::Row;
use crate::migration::{Nodes, PlanOptions};

/// Declares the options: the field of [`PlanOptions`], the type of what is written, and the key.
macro_rules! plan_options {
    ($($field:ident: $value:ty = $key:expr,)+) => {
        /// Options of a plan sentence.
        pub const PLAN: Fields = Fields {
            title: "plan options",
            all: &[$({
                const KEY: Key<$value> = $key;
                KEY.field
            },)+],
        };

        /// The options that the rows name.
        pub fn plan_options(rows: &Row) -> Result<PlanOptions, Error> {
            Ok(PlanOptions {
                $($field: {
                    const KEY: Key<$value> = $key;
                    rows.get(KEY)?.map(Into::into)
                },)+
            })
        }
    };
}

plan_options! {
    target_power_state: TargetPowerState = Key::new(
        "target power state",
        "power state that the target VMs end up in; auto: that of the source VM",
    ),
    preserve_static_ips: bool = Key::new(
        "preserve static IPs",
        "whether guests keep their static addresses; default: no",
    ),
    pvc_name_template: NameTemplate<ForClaims> = Key::new("PVC name template", "Go template for the names of claims"),
    pvc_generate_name: bool = Key::new(
        "PVC generate name",
        "whether what the template gives is a prefix, to which Kubernetes adds a suffix",
    ),
    volume_name_template: NameTemplate<ForVolumes> = Key::new(
        "volume name template",
        "Go template for the names of volumes in the VM",
    ),
    network_name_template: NameTemplate<ForInterfaces> = Key::new(
        "network name template",
        "Go template for the names of network interfaces in the VM",
    ),
    target_labels: Labels = Key::new("target labels", "labels that the target VMs get"),
    target_node: Nodes = Key::new(
        "target node",
        "labels of the nodes that the target VMs may run on",
    )
    .role(Role::Nodes),
    converter_node: Nodes = Key::new(
        "converter node",
        "labels of the nodes that conversion pods may run on",
    )
    .role(Role::Nodes),
    nested_virtualization: bool = Key::new("nested virtualization", "whether the target VMs can run VMs themselves"),
    xfs_compatibility: bool = Key::new(
        "XFS compatibility",
        "whether the conversion image that knows XFS version 4 is used",
    ),
    rdm_as_lun: bool = Key::new("RDM as LUN", "whether raw device mappings become LUNs").limited(&RAW_DEVICES),
    migrate_shared_disks: bool = Key::new(
        "migrate shared disks",
        "whether disks that several VMs share are migrated",
    )
    .limited(&SHARED_DISKS),
    preflight_inspection: bool = Key::new(
        "preflight inspection",
        "whether disks are inspected before the first warm copy",
    )
    .limited(&INSPECTION),
    skip_guest_conversion: bool = Key::new(
        "skip guest conversion",
        "whether disks are copied without preparing the guest for KubeVirt",
    ),
    delete_guest_conversion_pod: bool = Key::new(
        "delete guest conversion pod",
        "whether the conversion pod is deleted after success",
    ),
    legacy_drivers: bool = Key::new(
        "legacy drivers",
        "whether Windows gets drivers for versions that do not know SHA-2 signatures",
    ),
    preserve_cpu_model: bool = Key::new(
        "preserve CPU model",
        "whether the CPU model of the source's cluster is kept",
    ),
    compatibility_mode: bool = Key::new(
        "compatibility mode",
        "whether widely supported devices are used where the guest is not converted",
    ),
    description: String = Key::new("description", "a text for people"),
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
