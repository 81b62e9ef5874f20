//! Builds Secrets and ConfigMaps of a VM.

use forklift_api::forklift::VmStatus;
use k8s_openapi::{
    api::core::v1::{ConfigMap, Secret},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};

use crate::controllers::forklift::plan::execution::Execution;

/// Purpose of a Secret, stored in its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// CDI's importers.
    DataVolume,
    /// virt-v2v.
    VirtV2v,
}

/// A Secret with the source's credentials.
pub fn secret(execution: &Execution<'_>, vm: &VmStatus, marker: Marker) -> Secret {
    let mut metadata = metadata(execution, vm);
    let label = match marker {
        Marker::DataVolume => "isDV",
        Marker::VirtV2v => "isV2V",
    };
    metadata
        .labels
        .get_or_insert_default()
        .insert(label.into(), "true".into());
    Secret {
        metadata,
        data: Some(execution.builder().secret()),
        type_: Some("Opaque".into()),
        ..Secret::default()
    }
}

/// The ConfigMap of a VM. No simulated platform has content for it.
pub fn config_map(execution: &Execution<'_>, vm: &VmStatus) -> ConfigMap {
    ConfigMap {
        metadata: metadata(execution, vm),
        ..ConfigMap::default()
    }
}

fn metadata(execution: &Execution<'_>, vm: &VmStatus) -> ObjectMeta {
    ObjectMeta {
        generate_name: Some(execution.generate_name(vm)),
        namespace: Some(execution.namespace().into()),
        labels: Some(execution.vm_labels(vm)),
        ..ObjectMeta::default()
    }
}
