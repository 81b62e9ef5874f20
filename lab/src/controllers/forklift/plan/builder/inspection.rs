//! The deep inspection of a VM's first snapshot: its Conversion, and the Secret with which its pod reaches vCenter. Both
//! are in the plan's own namespace.

use std::collections::BTreeMap;

use forklift_api::forklift::{Conversion, VmStatus};
use k8s_openapi::{ByteString, api::core::v1::Secret, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use kube::ResourceExt;
use serde_json::json;

use crate::controllers::{
    forklift::{
        error::Result,
        plan::execution::{Execution, id},
    },
    objects,
};

/// What finds the inspection of a VM. Unlike all others, its objects do not say which run they are of.
pub fn labels(execution: &Execution<'_>, vm: &VmStatus) -> BTreeMap<String, String> {
    let pairs = [
        ("conversion-type", "DeepInspection".to_owned()),
        ("plan", execution.plan.uid().unwrap_or_default()),
        ("vmID", id(&vm.vm)),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The credentials.
pub fn connection(execution: &Execution<'_>, vm: &VmStatus) -> Secret {
    let credentials = &execution.credentials;
    let fingerprint = execution
        .source
        .status
        .as_ref()
        .and_then(|status| status.fingerprint.clone());
    let data = [
        ("fingerprint", fingerprint.unwrap_or_default()),
        ("insecureSkipVerify", credentials.insecure.to_string()),
        ("password", credentials.password.clone()),
        ("url", credentials.url.clone()),
        ("user", credentials.user.clone()),
    ];
    let mut labels = labels(execution, vm);
    labels.insert("isConnection".into(), "true".into());
    Secret {
        metadata: ObjectMeta {
            generate_name: Some(format!("{}di-", execution.generate_name(vm))),
            namespace: execution.plan.namespace(),
            labels: Some(labels),
            ..ObjectMeta::default()
        },
        data: Some(
            data.map(|(key, value)| (key.to_owned(), ByteString(value.into_bytes())))
                .into(),
        ),
        type_: Some("Opaque".into()),
        ..Secret::default()
    }
}

/// The order to inspect a snapshot.
pub fn inspection(execution: &Execution<'_>, vm: &VmStatus, secret: &Secret, snapshot: &str) -> Result<Conversion> {
    let namespace = execution.plan.namespace();
    let settings = execution.source.spec.settings.as_ref();
    Ok(objects::from_json(json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Conversion",
        "metadata": {
            "generateName": execution.generate_name(vm),
            "namespace": namespace,
            "labels": labels(execution, vm),
        },
        "spec": {
            "type": "DeepInspection",
            "destination": {},
            "vm": {"id": vm.vm.id, "name": vm.vm.name},
            "connection": {"secret": {"name": secret.name_any(), "namespace": secret.namespace()}},
            "podSettings": {"requestKVM": true},
            "settings": {"SNAPSHOT_MOREF": snapshot},
            "targetNamespace": namespace,
            "vddkImage": settings.and_then(|settings| settings.get("vddkInitImage")),
            "xfsCompatibility": false,
        },
    }))?)
}
