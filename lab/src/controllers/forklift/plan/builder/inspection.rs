//! The deep inspection of a VM's first snapshot: its Conversion, and the Secret with which its pod reaches the source. Both
//! are in the plan's own namespace.

use std::collections::BTreeMap;

use forklift_api::forklift::{Conversion, VmStatus, labels};
use k8s_openapi::{api::core::v1::Secret, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use kube::ResourceExt;
use serde_json::json;

use crate::controllers::{
    forklift::{
        adapter::Inspection,
        error::Result,
        plan::execution::{Execution, id},
    },
    objects,
};

/// Labels of a VM's inspection. Unlike other objects, those of an inspection have no label of the Migration.
pub fn labels(execution: &Execution<'_>, vm: &VmStatus) -> BTreeMap<String, String> {
    let pairs = [
        ("conversion-type", "DeepInspection".to_owned()),
        (labels::PLAN, execution.plan.uid().unwrap_or_default()),
        (labels::VM_ID, id(&vm.vm)),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The Secret with the credentials of the source.
pub fn connection(execution: &Execution<'_>, vm: &VmStatus, inspection: &Inspection) -> Secret {
    let mut labels = labels(execution, vm);
    labels.insert("isConnection".into(), "true".into());
    Secret {
        metadata: ObjectMeta {
            generate_name: Some(format!("{}di-", execution.generate_name(vm))),
            namespace: execution.plan.namespace(),
            labels: Some(labels),
            ..ObjectMeta::default()
        },
        data: Some(inspection.connection.clone()),
        type_: Some("Opaque".into()),
        ..Secret::default()
    }
}

/// The Conversion that inspects a snapshot.
pub fn inspection(
    execution: &Execution<'_>,
    vm: &VmStatus,
    secret: &Secret,
    inspection: Inspection,
) -> Result<Conversion> {
    let namespace = execution.plan.namespace();
    let mut spec = json!({
        "type": "DeepInspection",
        "destination": {},
        "vm": {"id": vm.vm.id, "name": vm.vm.name},
        "connection": {"secret": {"name": secret.name_any(), "namespace": secret.namespace()}},
        "podSettings": {"requestKVM": true},
        "targetNamespace": namespace,
        "xfsCompatibility": false,
    });
    for (field, value) in inspection.spec {
        spec[field] = value;
    }
    Ok(objects::from_json(json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Conversion",
        "metadata": {
            "generateName": execution.generate_name(vm),
            "namespace": namespace,
            "labels": labels(execution, vm),
        },
        "spec": spec,
    }))?)
}
