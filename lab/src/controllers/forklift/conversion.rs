//! The Conversion controller: creates one virt-v2v pod in the target namespace and reports its progress in the status
//! (`pkg/controller/conversion/controller.go`).

use std::sync::Arc;

use forklift_api::forklift::{
    Conversion, ConversionPhase, ConversionStage, ConversionStatus, ConversionType, ObjectRef, condition_types,
};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use serde_json::{Value, json};

use super::{
    adapter,
    conditions::{ADVISORY, CRITICAL, REQUIRED, Staging, condition, now},
    error::Result,
    release::VIRT_V2V_IMAGE,
    shared::{REQUEUE, Shared},
};
use crate::controllers::{controller::Next, objects};

/// Reconciles a Conversion.
pub async fn reconcile(shared: Arc<Shared>, conversion: Arc<Conversion>) -> Result<Next> {
    let before = conversion.status.clone();
    let mut status = before.clone().unwrap_or_default();
    if status.completion_time.is_some() || conversion.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Change);
    }
    let mut staging = Staging::begin(status.conditions.take());
    validate(&conversion, &mut staging);
    if !staging.is_blocked() {
        match conversion.spec.type_ {
            ConversionType::DeepInspection => {
                if let Some(inspector) = adapter::inspector() {
                    inspector
                        .follow(&shared, &conversion, &mut status, &mut staging)
                        .await?;
                }
            }
            _ => {
                let pod = pod(&shared, &conversion, build).await?;
                follow(&pod, &mut status, &mut staging);
            }
        }
    }
    status.observed_generation = conversion.metadata.generation;
    let (conditions, changes) = staging.end();
    status.conditions = conditions;
    shared.events.record("conversion", &*conversion, &changes).await;
    shared.write_status(&*conversion, before.as_ref(), &status).await?;
    Ok(match status.completion_time {
        Some(_) => Next::Change,
        None => Next::Poll(REQUEUE),
    })
}

fn validate(conversion: &Conversion, staging: &mut Staging) {
    let spec = &conversion.spec;
    // An inspection reads a snapshot; other conversions work on volumes.
    let inspects = spec.type_ == ConversionType::DeepInspection;
    let is_empty = |text: &Option<String>| text.as_deref().unwrap_or_default().is_empty();
    let mut refuse = |is_missing: bool, type_: &str, message: &str| {
        if is_missing {
            staging.set(condition(type_, CRITICAL, message));
        }
    };
    let message = "The target namespace is not set.";
    refuse(
        is_empty(&spec.target_namespace),
        condition_types::TARGET_NAMESPACE_NOT_SET,
        message,
    );
    let lacks_vm = is_empty(&spec.vm.id) && is_empty(&spec.vm.name);
    refuse(lacks_vm, condition_types::VM_NOT_SET, "The VM is not set.");
    let lacks_disks = !inspects && spec.disks.as_ref().is_none_or(Vec::is_empty);
    refuse(lacks_disks, condition_types::DISKS_NOT_SET, "The disks are not set.");
    let inspector = adapter::inspector().filter(|_| inspects);
    if let Some(missing) = inspector.and_then(|inspector| inspector.missing(spec)) {
        staging.set(missing);
    }
    if is_empty(&spec.connection.secret.name) {
        let message = "The connection secret is not set.";
        staging.set(condition(condition_types::CONNECTION_SECRET_NOT_SET, CRITICAL, message));
    }
}

/// Gets the pod of the Conversion, or creates it.
pub(super) async fn pod(
    shared: &Shared,
    conversion: &Conversion,
    build: fn(&Conversion) -> Result<Pod>,
) -> Result<Arc<Pod>> {
    let namespace = conversion.spec.target_namespace.clone().unwrap_or_default();
    let pods = shared.context.within::<Pod>(&namespace);
    let labels = format!("conversion={}", conversion.name_any());
    if let Some(pod) = pods.list(&labels).await.into_iter().next() {
        return Ok(pod);
    }
    let wanted = build(conversion)?;
    Ok(pods.create(&wanted).await?.unwrap_or_else(|| Arc::new(wanted)))
}

/// Records start time and pod in the status; returns the phase of the pod.
pub(super) fn begin<'a>(pod: &'a Pod, status: &mut ConversionStatus) -> &'a str {
    status.start_time.get_or_insert_with(now);
    let reference = ObjectRef::new(pod.namespace().unwrap_or_default(), pod.name_any());
    status.pod.get_or_insert(reference);
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    phase.unwrap_or("Pending")
}

fn follow(pod: &Pod, status: &mut ConversionStatus, staging: &mut Staging) {
    let phase = begin(pod, status);
    let is_over = matches!(phase, "Succeeded" | "Failed");
    let (phase, stage, type_, category, message) =
        match (phase, is_over && status.stage == Some(ConversionStage::Finished)) {
            ("Succeeded", true) => (
                ConversionPhase::Succeeded,
                ConversionStage::Finished,
                condition_types::READY,
                REQUIRED,
                "The conversion has completed successfully.",
            ),
            (_, true) => (
                ConversionPhase::Failed,
                ConversionStage::Finished,
                condition_types::CONVERSION_FAILED,
                CRITICAL,
                "The conversion has failed: conversion pod failed",
            ),
            (_, false) => {
                let (stage, message) = match phase {
                    "Running" => (ConversionStage::PodRunning, "Conversion pod is running."),
                    "Succeeded" | "Failed" => (ConversionStage::Finished, "Finalizing conversion."),
                    _ => (ConversionStage::CreatingPod, "Creating the conversion pod."),
                };
                (
                    ConversionPhase::Running,
                    stage,
                    condition_types::ADVISORY,
                    ADVISORY,
                    message,
                )
            }
        };
    if phase != ConversionPhase::Running {
        status.completion_time = Some(now());
    }
    status.phase = Some(phase);
    status.stage = Some(stage);
    status.message = Some(message.into());
    staging.set(condition(type_, category, message));
}

fn build(conversion: &Conversion) -> Result<Pod> {
    let spec = &conversion.spec;
    let settings = spec.pod_settings.clone().unwrap_or_default();
    let secret = spec.connection.secret.name.clone().unwrap_or_default();
    let mut labels = conversion.labels().clone();
    labels.insert("conversion".into(), conversion.name_any());
    let image = spec.image.clone().unwrap_or_else(|| VIRT_V2V_IMAGE.into());
    let (mut volumes, mut mounts, mut devices) = (Vec::new(), Vec::new(), Vec::new());
    for disk in spec.disks.iter().flatten() {
        volumes.push(json!({"name": disk.name, "persistentVolumeClaim": {"claimName": disk.name}}));
        if let Some(path) = &disk.device_path {
            devices.push(json!({"name": disk.name, "devicePath": path}));
        }
        if let Some(path) = &disk.mount_path {
            mounts.push(json!({"name": disk.name, "mountPath": path}));
        }
    }
    let restricted = json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}});
    let mut init_containers = Vec::new();
    for side_car in adapter::side_cars(spec) {
        volumes.push(side_car.volume);
        mounts.push(side_car.mount);
        init_containers.push(side_car.container);
    }
    volumes.push(json!({"name": "secret-volume", "secret": {"secretName": secret}}));
    mounts.push(json!({"name": "secret-volume", "mountPath": "/etc/secret", "readOnly": true}));
    let (mut limits, mut requests) = (
        json!({"cpu": "4", "memory": "8Gi"}),
        json!({"cpu": "1", "memory": "1Gi"}),
    );
    let mut node_selector = settings.node_selector.clone().unwrap_or_default();
    if settings.request_kvm != Some(false) {
        limits["devices.kubevirt.io/kvm"] = "1".into();
        requests["devices.kubevirt.io/kvm"] = "1".into();
        node_selector.insert("kubevirt.io/schedulable".into(), "true".into());
    }
    Ok(objects::from_json(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": settings.generate_name,
            "namespace": spec.target_namespace,
            "labels": labels,
            "annotations": settings.transfer_network_annotations,
        },
        "spec": {
            "restartPolicy": "Never",
            "serviceAccountName": settings.service_account,
            "nodeSelector": node_selector,
            "affinity": settings.affinity,
            "securityContext": {
                "runAsUser": 107,
                "runAsNonRoot": true,
                "fsGroup": 107,
                "seccompProfile": {"type": "Localhost", "localhostProfile": "profiles/unshare.json"},
            },
            "initContainers": init_containers,
            "containers": [{
                "name": "virt-v2v",
                "image": image,
                "imagePullPolicy": "Always",
                "ports": [{"name": "metrics", "containerPort": 2112, "protocol": "TCP"}],
                "envFrom": [{"prefix": "V2V_", "secretRef": {"name": secret}}],
                "env": environment(conversion),
                "resources": {"limits": limits, "requests": requests},
                "volumeMounts": mounts,
                "volumeDevices": devices,
                "securityContext": restricted,
            }],
            "volumes": volumes,
        },
    }))?)
}

fn environment(conversion: &Conversion) -> Vec<Value> {
    let settings = conversion.spec.settings.iter().flatten();
    let settings = settings.map(|(name, value)| json!({"name": name, "value": value}));
    let in_place = conversion.spec.type_ == ConversionType::InPlace;
    let in_place = in_place.then(|| json!({"name": "V2V_inPlace", "value": "1"}));
    let mut environment: Vec<Value> = in_place.into_iter().chain(settings).collect();
    environment.push(json!({"name": "V2V_waitForGuestReboot", "value": "true"}));
    if conversion.spec.local_migration == Some(true) {
        environment.push(json!({"name": "LOCAL_MIGRATION", "value": "true"}));
    }
    environment
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::PodStatus;

    use super::*;

    fn observe(phase: &str, status: &mut ConversionStatus) -> Vec<(String, String)> {
        let pod = Pod {
            status: Some(PodStatus {
                phase: Some(phase.into()),
                ..PodStatus::default()
            }),
            ..Pod::default()
        };
        let mut staging = Staging::begin(None);
        follow(&pod, status, &mut staging);
        let (conditions, _) = staging.end();
        let conditions = conditions.into_iter().flatten();
        conditions
            .map(|condition| (condition.type_, condition.message.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn a_conversion_finishes_one_reconcile_after_its_pod() {
        let mut status = ConversionStatus::default();
        for (pod, type_, message, phase) in [
            (
                "Pending",
                "Advisory",
                "Creating the conversion pod.",
                ConversionPhase::Running,
            ),
            (
                "Running",
                "Advisory",
                "Conversion pod is running.",
                ConversionPhase::Running,
            ),
            (
                "Succeeded",
                "Advisory",
                "Finalizing conversion.",
                ConversionPhase::Running,
            ),
            (
                "Succeeded",
                "Ready",
                "The conversion has completed successfully.",
                ConversionPhase::Succeeded,
            ),
        ] {
            assert_eq!(observe(pod, &mut status), [(type_.to_owned(), message.to_owned())]);
            assert_eq!(status.phase, Some(phase), "{pod}");
        }
        assert!(status.completion_time.is_some());
    }

    #[test]
    fn a_failed_pod_fails_the_conversion() {
        let mut status = ConversionStatus::default();
        observe("Failed", &mut status);
        let conditions = observe("Failed", &mut status);
        assert_eq!(conditions[0].0, "ConversionFailed");
        assert_eq!(status.phase, Some(ConversionPhase::Failed));
    }
}
