//! The virt-launcher pod of a VirtualMachineInstance.

use std::collections::BTreeMap;

use forklift_api::kubevirt::{VirtualMachineInstance, Volume};
use k8s_openapi::api::core::v1::{
    Container, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm,
    PersistentVolumeClaimVolumeSource, Pod, PodSpec, Volume as PodVolume, VolumeDevice,
};
use kube::{ResourceExt, api::ObjectMeta};

use super::facts;
use crate::controllers::objects;

/// Name of the launcher pod, derived from the instance so that each instance has at most one pod.
pub fn name(instance: &VirtualMachineInstance) -> String {
    let uid = instance.uid().unwrap_or_default();
    format!("virt-launcher-{}-{}", instance.name_any(), objects::suffix(&uid))
}

/// Volumes of the instance with the names of their claims: the claim of a DataVolume has the same name.
pub fn claims(instance: &VirtualMachineInstance) -> impl Iterator<Item = (&Volume, &str)> {
    let volumes = instance.spec.volumes.iter().flatten();
    volumes.filter_map(|volume| {
        let claim = volume
            .persistent_volume_claim
            .as_ref()
            .map(|claim| claim.claim_name.as_str());
        let claim = claim.or_else(|| volume.data_volume.as_ref().map(|source| source.name.as_str()));
        Some((volume, claim?))
    })
}

/// The launcher pod for the defect of a misplaced VM: its node affinity contradicts the node selector.
pub fn stray(instance: &VirtualMachineInstance) -> Pod {
    let mut pod = pod(instance);
    let elsewhere = instance
        .spec
        .node_selector
        .iter()
        .flatten()
        .map(|(key, value)| NodeSelectorRequirement {
            key: key.clone(),
            operator: "NotIn".into(),
            values: Some(vec![value.clone()]),
        });
    let term = NodeSelectorTerm {
        match_expressions: Some(elsewhere.collect()),
        match_fields: None,
    };
    if let Some(spec) = &mut pod.spec {
        spec.node_selector = None;
        spec.affinity.get_or_insert_default().node_affinity = Some(NodeAffinity {
            required_during_scheduling_ignored_during_execution: Some(NodeSelector {
                node_selector_terms: vec![term],
            }),
            ..NodeAffinity::default()
        });
    }
    pod
}

/// The launcher pod of an instance.
pub fn pod(instance: &VirtualMachineInstance) -> Pod {
    let uid = instance.uid().unwrap_or_default();
    let name_of_vm = instance.name_any();
    let mut labels = instance.labels().clone();
    for (key, value) in [
        ("kubevirt.io", "virt-launcher"),
        ("kubevirt.io/created-by", &uid),
        ("vm.kubevirt.io/name", &name_of_vm),
        ("vmi.kubevirt.io/id", &name_of_vm),
    ] {
        labels.insert(key.into(), value.to_owned());
    }
    let mut annotations = instance.annotations().clone();
    annotations.insert("kubevirt.io/domain".into(), name_of_vm.clone());
    annotations.insert("kubectl.kubernetes.io/default-container".into(), "compute".into());
    let mut node_selector = instance.spec.node_selector.clone().unwrap_or_default();
    node_selector.insert("kubevirt.io/schedulable".into(), "true".into());
    let devices = claims(instance).map(|(volume, _)| VolumeDevice {
        name: volume.name.clone(),
        device_path: format!("/dev/{}", volume.name),
    });
    let compute = Container {
        name: "compute".into(),
        image: Some(facts::LAUNCHER_IMAGE.into()),
        command: Some(vec!["/usr/bin/virt-launcher-monitor".into()]),
        volume_devices: Some(devices.collect()),
        ..Container::default()
    };
    let console_log = Container {
        name: "guest-console-log".into(),
        image: Some(facts::LAUNCHER_IMAGE.into()),
        command: Some(vec!["/usr/bin/virt-tail".into()]),
        restart_policy: Some("Always".into()),
        ..Container::default()
    };
    let volumes = claims(instance).map(|(volume, claim)| PodVolume {
        name: volume.name.clone(),
        persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
            claim_name: claim.into(),
            read_only: None,
        }),
        ..PodVolume::default()
    });
    Pod {
        metadata: ObjectMeta {
            name: Some(name(instance)),
            generate_name: Some(format!("virt-launcher-{name_of_vm}-")),
            namespace: instance.namespace(),
            labels: Some(labels),
            annotations: Some(annotations),
            owner_references: Some(objects::controlled_by(instance)),
            ..ObjectMeta::default()
        },
        spec: Some(PodSpec {
            containers: vec![compute],
            init_containers: Some(vec![console_log]),
            volumes: Some(volumes.collect()),
            restart_policy: Some("Never".into()),
            node_selector: Some(BTreeMap::from_iter(node_selector)),
            affinity: instance.spec.affinity.clone(),
            tolerations: instance.spec.tolerations.clone(),
            hostname: Some(instance.spec.hostname.clone().unwrap_or(name_of_vm)),
            termination_grace_period_seconds: instance.spec.termination_grace_period_seconds.or(Some(60)),
            automount_service_account_token: Some(false),
            ..PodSpec::default()
        }),
        status: None,
    }
}
