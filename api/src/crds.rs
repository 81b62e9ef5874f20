//! The definitions of all kinds, ready to be installed into an API server.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};
use kube::CustomResourceExt;

use crate::forklift;

/// What a definition says about `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// A subresource with its own endpoint, as nearly everywhere.
    Subresource,
    /// Part of the object, written with it.
    Inline,
}

/// The definitions of all kinds of this crate.
pub fn all_crds() -> Vec<CustomResourceDefinition> {
    use Status::{Inline, Subresource};
    vec![
        published::<forklift::Conversion>(Subresource),
        published::<forklift::Hook>(Subresource),
        published::<forklift::Host>(Subresource),
        published::<forklift::HyperVProviderServer>(Subresource),
        published::<forklift::Migration>(Subresource),
        published::<forklift::NetworkMap>(Subresource),
        published::<forklift::OVAProviderServer>(Subresource),
        published::<forklift::OpenstackVolumePopulator>(Inline),
        published::<forklift::OvirtVolumePopulator>(Inline),
        published::<forklift::Plan>(Subresource),
        published::<forklift::Provider>(Subresource),
        published::<forklift::StorageMap>(Subresource),
        published::<forklift::VSphereXcopyVolumePopulator>(Inline),
    ]
}

/// The derived definition, brought in line with what the products ship: no field is nullable (our types leave absent
/// fields out), and status is a subresource only where it is one upstream.
fn published<K: CustomResourceExt>(status: Status) -> CustomResourceDefinition {
    let mut crd = K::crd();
    crd.spec.names.list_kind = Some(format!("{}List", crd.spec.names.kind));
    for version in &mut crd.spec.versions {
        if status == Status::Inline {
            version.subresources = None;
        }
        if let Some(schema) = version.schema.as_mut().and_then(|s| s.open_api_v3_schema.as_mut()) {
            forbid_null(schema);
        }
    }
    crd
}

fn forbid_null(schema: &mut JSONSchemaProps) {
    schema.nullable = None;
    for property in schema
        .properties
        .iter_mut()
        .flat_map(|properties| properties.values_mut())
    {
        forbid_null(property);
    }
    if let Some(JSONSchemaPropsOrArray::Schema(items)) = &mut schema.items {
        forbid_null(items);
    }
    if let Some(JSONSchemaPropsOrBool::Schema(values)) = &mut schema.additional_properties {
        forbid_null(values);
    }
}
