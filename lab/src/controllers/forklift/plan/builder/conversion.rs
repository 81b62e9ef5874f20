//! Builds the Conversion of a VM: input of virt-v2v and settings of its pod.

use forklift_api::forklift::{Conversion, VmStatus};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Secret};
use kube::ResourceExt;
use serde_json::{Value, json};

use super::disks::claims;
use crate::controllers::{
    forklift::{error::Result, plan::execution::Execution, release::VIRT_V2V_IMAGE},
    objects,
};

/// The Conversion, or why there is none.
pub async fn conversion(
    execution: &Execution<'_>,
    vm: &VmStatus,
    secret: &Secret,
) -> Result<Result<Conversion, String>> {
    let source = execution.source_vm(vm)?;
    let claims = claims(execution, vm).await;
    if claims.is_empty() {
        return Ok(Err(format!(
            "no disks were successfully mapped for VM '{}'",
            source.name
        )));
    }
    let spec = &execution.plan.spec;
    // CDI has already copied the disks of a warm migration.
    let kind = if vm.warm.is_some() { "InPlace" } else { "Remote" };
    let mut labels = execution.vm_labels(vm);
    labels.insert("conversion-type".into(), kind.into());
    labels.insert("forklift.app".into(), "virt-v2v".into());
    labels.extend(spec.convertor_labels.clone().unwrap_or_default());
    let image = spec.virt_v2v_image.clone().unwrap_or_else(|| VIRT_V2V_IMAGE.into());
    let mut conversion: Conversion = objects::from_json(json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Conversion",
        "metadata": {
            "generateName": execution.generate_name(vm),
            "namespace": execution.plan.namespace(),
            "labels": labels,
        },
        "spec": {
            "type": kind,
            "destination": {
                "name": spec.provider.destination.name,
                "namespace": spec.provider.destination.namespace,
            },
            "vm": {"id": vm.vm.id, "name": vm.vm.name},
            "disks": claims.iter().enumerate().map(|(index, claim)| disk(index, claim)).collect::<Vec<_>>(),
            "connection": {"secret": {"name": secret.name_any(), "namespace": secret.namespace()}},
            "image": image,
            "localMigration": true,
            "podSettings": {
                "affinity": spec.convertor_affinity.as_ref().map_or_else(spread, |affinity| json!(affinity)),
                "generateName": execution.generate_name(vm),
                "nodeSelector": spec.convertor_node_selector,
                "requestKVM": true,
                "serviceAccount": spec.service_account,
            },
            "targetNamespace": execution.namespace(),
            "xfsCompatibility": spec.xfs_compatibility.unwrap_or(false),
        },
    }))?;
    execution.builder().conversion(vm, &mut conversion.spec)?;
    Ok(Ok(conversion))
}

fn disk(index: usize, claim: &PersistentVolumeClaim) -> Value {
    let mode = claim.spec.as_ref().and_then(|spec| spec.volume_mode.clone());
    let mode = mode.unwrap_or_else(|| "Filesystem".into());
    let (key, path) = match mode.as_str() {
        "Block" => ("devicePath", format!("/dev/block{index}")),
        _ => ("mountPath", format!("/mnt/disks/disk{index}")),
    };
    let mut disk = json!({"name": claim.name_any(), "namespace": claim.namespace(), "volumeMode": mode});
    disk[key] = path.into();
    disk
}

/// Conversion pods stay away from each other, if possible.
fn spread() -> Value {
    json!({"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
        "weight": 100,
        "podAffinityTerm": {
            "labelSelector": {"matchExpressions": [
                {"key": "forklift.app", "operator": "In", "values": ["virt-v2v"]},
            ]},
            "namespaceSelector": {},
            "topologyKey": "kubernetes.io/hostname",
        },
    }]}})
}
