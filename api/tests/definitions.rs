//! The definitions as an API server sees them: which kinds there are, where status is written, and schemas that
//! Kubernetes accepts.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy takes only the test functions themselves for tests"
)]

use std::collections::BTreeMap;

use forklift_api::all_crds;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, CustomResourceDefinitionVersion, JSONSchemaProps,
};
use serde_json::Value;

#[test]
fn status_is_a_subresource_where_it_is_one_upstream() {
    let table: Vec<(String, bool)> = all_crds()
        .iter()
        .map(|crd| (crd.spec.names.kind.clone(), has_status_subresource(crd)))
        .collect();
    let table: Vec<(&str, bool)> = table.iter().map(|(kind, status)| (kind.as_str(), *status)).collect();
    assert_eq!(
        table,
        [
            ("Conversion", true),
            ("ForkliftController", true),
            ("Hook", true),
            ("Host", true),
            ("HyperVProviderServer", true),
            ("Migration", true),
            ("NetworkMap", true),
            ("OVAProviderServer", true),
            ("OpenstackVolumePopulator", false),
            ("OvirtVolumePopulator", false),
            ("Plan", true),
            ("Provider", true),
            ("StorageMap", true),
            ("VSphereXcopyVolumePopulator", false),
            ("KubeVirt", true),
            ("VirtualMachine", true),
            ("VirtualMachineInstance", false),
            ("VirtualMachineExport", true),
            ("VirtualMachineInstancetype", false),
            ("VirtualMachineClusterInstancetype", false),
            ("VirtualMachinePreference", false),
            ("VirtualMachineClusterPreference", false),
            ("CDI", false),
            ("CDIConfig", false),
            ("DataVolume", true),
            ("StorageProfile", true),
            ("VolumeImportSource", false),
            ("NetworkAttachmentDefinition", false),
            ("ClusterVersion", true),
            ("Route", true),
            ("SecurityContextConstraints", false),
            ("Template", false),
            ("ClusterServiceVersion", true),
            ("Subscription", true),
        ]
    );
}

#[test]
fn names_are_complete_and_unique() {
    let mut plurals = BTreeMap::new();
    for crd in all_crds() {
        let names = crd.spec.names;
        assert_eq!(crd.metadata.name, Some(format!("{}.{}", names.plural, crd.spec.group)));
        assert!(names.singular.is_some(), "{} has no singular", names.kind);
        assert_eq!(names.list_kind, Some(format!("{}List", names.kind)));
        let other = plurals.insert((crd.spec.group, names.plural), names.kind.clone());
        assert_eq!(other, None, "{} is there twice", names.kind);
    }
}

/// Only what a structural schema may have: a type everywhere, no references, no alternatives.
#[test]
fn schemas_are_structural() {
    for crd in all_crds() {
        let schema = serde_json::to_value(schema(&crd)).unwrap();
        structural(&crd.spec.names.kind, &schema);
    }
}

#[test]
fn what_is_true_when_absent_says_so() {
    let plans = all_crds()
        .into_iter()
        .find(|crd| crd.spec.names.kind == "Plan")
        .unwrap();
    let spec = &schema(&plans).properties.as_ref().unwrap()["spec"];
    let defaults: BTreeMap<&str, &Value> = spec
        .properties
        .iter()
        .flatten()
        .filter_map(|(name, field)| Some((name.as_str(), &field.default.as_ref()?.0)))
        .collect();
    assert_eq!(
        defaults,
        BTreeMap::from([
            ("deleteVmOnFailMigration", &Value::Bool(true)),
            ("migrateSharedDisks", &Value::Bool(true)),
            ("preserveStaticIPs", &Value::Bool(true)),
            ("runPreflightInspection", &Value::Bool(true)),
            ("skipGuestConversion", &Value::Bool(false)),
            ("useCompatibilityMode", &Value::Bool(true)),
            ("xfsCompatibility", &Value::Bool(false)),
        ])
    );
}

#[test]
fn statuses_keep_what_is_not_typed() {
    for crd in all_crds().iter().filter(|crd| has_status_subresource(crd)) {
        let status = &schema(crd).properties.as_ref().unwrap()["status"];
        assert_eq!(
            status.x_kubernetes_preserve_unknown_fields,
            Some(true),
            "{} prunes its status",
            crd.spec.names.kind
        );
    }
}

fn version(crd: &CustomResourceDefinition) -> &CustomResourceDefinitionVersion {
    let [version] = crd.spec.versions.as_slice() else {
        panic!("{} has more than one version", crd.spec.names.kind)
    };
    version
}

fn has_status_subresource(crd: &CustomResourceDefinition) -> bool {
    version(crd)
        .subresources
        .as_ref()
        .is_some_and(|subresources| subresources.status.is_some())
}

fn schema(crd: &CustomResourceDefinition) -> &JSONSchemaProps {
    version(crd)
        .schema
        .as_ref()
        .and_then(|schema| schema.open_api_v3_schema.as_ref())
        .unwrap()
}

fn structural(path: &str, schema: &Value) {
    for keyword in ["$ref", "allOf", "anyOf", "oneOf", "not", "definitions"] {
        assert!(schema.get(keyword).is_none(), "{path} has {keyword}");
    }
    let int_or_string = schema["x-kubernetes-int-or-string"] == Value::Bool(true);
    assert_ne!(
        schema["type"].is_string(),
        int_or_string,
        "{path} has neither or both of type and int-or-string"
    );
    assert!(
        schema.get("properties").is_none() || schema.get("additionalProperties").is_none(),
        "{path} has properties and additionalProperties"
    );
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        structural(&format!("{path}.{name}"), property);
    }
    for inner in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(inner) {
            structural(&format!("{path}[]"), inner);
        }
    }
}
