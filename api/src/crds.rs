//! CustomResourceDefinitions of all kinds, ready for an API server.

use std::sync::LazyLock;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};
use kube::CustomResourceExt;

use crate::{cdi, forklift, kubevirt, multus, openshift};

/// Declaration of `status` in a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// A subresource with its own endpoint.
    Subresource,
    /// A part of the object without its own endpoint.
    Inline,
}

/// Fields that KubeVirt writes as `null` when absent.
const KUBEVIRT_NULLS: &[&str] = &[
    "spec.dataVolumeTemplates[]",
    "spec.template.metadata",
    "status.conditions[].lastProbeTime",
    "status.conditions[].lastTransitionTime",
    "status.startFailure",
];

/// Returns the CustomResourceDefinitions of all kinds of this crate.
pub fn all_crds() -> Vec<CustomResourceDefinition> {
    // Deriving the schemas takes a few tenths of a second in a debug build, and a test process starts many labs.
    static ALL: LazyLock<Vec<CustomResourceDefinition>> = LazyLock::new(derive_all);
    ALL.clone()
}

fn derive_all() -> Vec<CustomResourceDefinition> {
    use Status::{Inline, Subresource};
    vec![
        published::<forklift::Conversion>(Subresource, &[]),
        published::<forklift::ForkliftController>(Subresource, &[]),
        published::<forklift::Hook>(Subresource, &[]),
        published::<forklift::Host>(Subresource, &[]),
        published::<forklift::HyperVProviderServer>(Subresource, &[]),
        published::<forklift::Migration>(Subresource, &[]),
        published::<forklift::NetworkMap>(Subresource, &[]),
        published::<forklift::OVAProviderServer>(Subresource, &[]),
        published::<forklift::OpenstackVolumePopulator>(Inline, &[]),
        published::<forklift::OvirtVolumePopulator>(Inline, &[]),
        published::<forklift::Plan>(Subresource, &[]),
        published::<forklift::Provider>(Subresource, &[]),
        published::<forklift::StorageMap>(Subresource, &[]),
        published::<forklift::VSphereXcopyVolumePopulator>(Inline, &[]),
        published::<kubevirt::KubeVirt>(Subresource, KUBEVIRT_NULLS),
        published::<kubevirt::VirtualMachine>(Subresource, KUBEVIRT_NULLS),
        published::<kubevirt::VirtualMachineInstance>(Inline, KUBEVIRT_NULLS),
        published::<kubevirt::VirtualMachineExport>(Subresource, KUBEVIRT_NULLS),
        published::<kubevirt::VirtualMachineInstancetype>(Inline, &[]),
        published::<kubevirt::VirtualMachineClusterInstancetype>(Inline, &[]),
        published::<kubevirt::VirtualMachinePreference>(Inline, &[]),
        published::<kubevirt::VirtualMachineClusterPreference>(Inline, &[]),
        published::<cdi::CDI>(Inline, &[]),
        published::<cdi::CDIConfig>(Inline, &[]),
        published::<cdi::DataVolume>(Subresource, &[]),
        published::<cdi::StorageProfile>(Subresource, &[]),
        published::<cdi::VolumeImportSource>(Inline, &[]),
        published::<multus::NetworkAttachmentDefinition>(Inline, &[]),
        published::<openshift::ClusterVersion>(
            Subresource,
            &["status.availableUpdates", "status.history[].completionTime"],
        ),
        published::<openshift::Route>(Subresource, &[]),
        published::<openshift::SecurityContextConstraints>(Inline, &["groups", "users"]),
        published::<openshift::Template>(Inline, &[]),
        published::<openshift::ClusterServiceVersion>(Subresource, &[]),
        published::<openshift::Subscription>(Subresource, &[]),
    ]
}

/// Adapts a derived definition to the published one: only `nullable` fields can be null (the types omit absent fields),
/// and `status` is a subresource only if it is one upstream.
fn published<K: CustomResourceExt>(status: Status, nullable: &[&str]) -> CustomResourceDefinition {
    let mut crd = K::crd();
    crd.spec.names.list_kind = Some(format!("{}List", crd.spec.names.kind));
    for version in &mut crd.spec.versions {
        if status == Status::Inline {
            version.subresources = None;
        }
        if let Some(schema) = version.schema.as_mut().and_then(|s| s.open_api_v3_schema.as_mut()) {
            forbid_null(schema, "", nullable);
        }
    }
    crd
}

fn forbid_null(schema: &mut JSONSchemaProps, path: &str, nullable: &[&str]) {
    schema.nullable = nullable.contains(&path).then_some(true);
    for (name, property) in schema.properties.iter_mut().flatten() {
        let separator = if path.is_empty() { "" } else { "." };
        forbid_null(property, &format!("{path}{separator}{name}"), nullable);
    }
    if let Some(JSONSchemaPropsOrArray::Schema(items)) = &mut schema.items {
        forbid_null(items, &format!("{path}[]"), nullable);
    }
    if let Some(JSONSchemaPropsOrBool::Schema(values)) = &mut schema.additional_properties {
        forbid_null(values, &format!("{path}{{}}"), nullable);
    }
}
