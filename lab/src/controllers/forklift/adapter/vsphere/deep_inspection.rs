//! Conversions of the kind `DeepInspection`: a pod looks into a snapshot of the running VM, and its results become the
//! Conversion's (`pkg/controller/conversion/controller.go`).

use async_trait::async_trait;
use forklift_api::forklift::{
    Condition, Conversion, ConversionPhase, ConversionSnapshot, ConversionSpec, ConversionStage, ConversionStatus,
    InspectionConcern, InspectionFilesystem, InspectionMountpoint, InspectionOs, InspectionResult, condition_types,
};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use serde::Deserialize;
use serde_json::json;
use sim_net::RequestError;

use super::side_car;
use crate::controllers::{
    forklift::{
        adapter::base::Inspector,
        conditions::{ADVISORY, CRITICAL, REQUIRED, Staging, condition, now},
        conversion,
        error::{Error, Result},
        pod_http::PodHttp,
        release::DEEP_INSPECTION_IMAGE,
        shared::Shared,
    },
    objects,
};

/// The setting with the snapshot that is looked into.
const SNAPSHOT: &str = "SNAPSHOT_MOREF";

/// What the pod found, as it answers `/results`.
#[derive(Debug, Deserialize)]
struct Results {
    passed: bool,
    #[serde(default)]
    all_concerns: Vec<InspectionConcern>,
    os_info: Option<InspectionOs>,
    #[serde(default)]
    filesystems: Vec<InspectionFilesystem>,
    #[serde(default)]
    mountpoints: Vec<Mountpoint>,
}

#[derive(Debug, Deserialize)]
struct Mountpoint {
    device: String,
    mount_point: String,
}

/// Carries out deep inspections.
pub struct DeepInspection;

#[async_trait]
impl Inspector for DeepInspection {
    fn missing(&self, spec: &ConversionSpec) -> Option<Condition> {
        let is_missing = spec.vddk_image.as_deref().unwrap_or_default().is_empty();
        is_missing.then(|| {
            condition(
                condition_types::VDDK_IMAGE_NOT_SET,
                CRITICAL,
                "The VDDK image is not set.",
            )
        })
    }

    async fn follow(
        &self,
        shared: &Shared,
        conversion: &Conversion,
        status: &mut ConversionStatus,
        staging: &mut Staging,
    ) -> Result<()> {
        follow(shared, conversion, status, staging).await
    }
}

async fn follow(
    shared: &Shared,
    conversion: &Conversion,
    status: &mut ConversionStatus,
    staging: &mut Staging,
) -> Result<()> {
    let pod = conversion::pod(shared, conversion, build).await?;
    let phase = conversion::begin(&pod, status);
    let snapshot = conversion
        .spec
        .settings
        .as_ref()
        .and_then(|settings| settings.get(SNAPSHOT));
    status.snapshot.get_or_insert_with(|| ConversionSnapshot {
        moref: snapshot.cloned(),
        ..ConversionSnapshot::default()
    });
    let address = pod
        .status
        .as_ref()
        .and_then(|status| status.pod_ip.as_deref())
        .unwrap_or_default();
    if let Some(end) = ended(status.stage.as_ref(), phase) {
        finish(status, staging, end);
        return Ok(());
    }
    let (stage, message) = match status.stage {
        Some(ConversionStage::FetchingResults) => {
            status.inspection_result = Some(fetch(address).await?);
            (ConversionStage::RemovingSnapshot, "Removing vSphere snapshot.")
        }
        _ if phase == "Running" && status.stage == Some(ConversionStage::PodRunning) && is_ready(address).await? => (
            ConversionStage::FetchingResults,
            "Fetching inspection results from pod.",
        ),
        _ if phase == "Running" => (ConversionStage::PodRunning, "Conversion pod is running."),
        _ => (ConversionStage::CreatingPod, "Creating the conversion pod."),
    };
    status.phase = Some(ConversionPhase::Running);
    status.stage = Some(stage);
    status.message = Some(message.into());
    staging.set(condition(condition_types::ADVISORY, ADVISORY, message));
    Ok(())
}

/// Final phase of the Conversion, if it ends in this reconcile.
fn ended(stage: Option<&ConversionStage>, phase: &str) -> Option<ConversionPhase> {
    match (stage, phase) {
        // The snapshot is the migration's, so it stays.
        (Some(ConversionStage::RemovingSnapshot), _) => Some(ConversionPhase::Succeeded),
        (Some(ConversionStage::FetchingResults), _) => None,
        (_, "Failed") => Some(ConversionPhase::Failed),
        // A pod that cannot serve anything just ends.
        (_, "Succeeded") => Some(ConversionPhase::Succeeded),
        _ => None,
    }
}

fn finish(status: &mut ConversionStatus, staging: &mut Staging, phase: ConversionPhase) {
    let (type_, category, message) = match phase {
        ConversionPhase::Succeeded => (
            condition_types::READY,
            REQUIRED,
            "The conversion has completed successfully.",
        ),
        _ => (
            condition_types::CONVERSION_FAILED,
            CRITICAL,
            "The conversion has failed: conversion pod failed",
        ),
    };
    status.phase = Some(phase);
    status.stage = Some(ConversionStage::Finished);
    status.message = Some(message.into());
    status.completion_time = Some(now());
    staging.set(condition(type_, category, message));
}

/// Whether the results are available: the pod refuses connections until the inspection has ended.
async fn is_ready(address: &str) -> Result<bool> {
    let failed = |source| failed("ask for the state", source);
    match PodHttp::new().map_err(failed)?.get(url(address, "ready")).await {
        Ok(answer) => Ok(answer.status().is_success()),
        Err(error) if error.is_connect() => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

/// Reads what the pod found, and lets it go.
async fn fetch(address: &str) -> Result<InspectionResult> {
    let failed = |source| failed("read the results", source);
    let http = PodHttp::new().map_err(failed)?;
    let answer = http.get(url(address, "results")).await.map_err(failed)?;
    let results: Results = answer.json().await.map_err(|error| failed(error.into()))?;
    // Whatever the answer: the pod may be gone before it is read.
    let _ = http.post(url(address, "shutdown")).await;
    let mountpoints = results.mountpoints.into_iter().map(|mountpoint| InspectionMountpoint {
        device: mountpoint.device,
        mount_point: mountpoint.mount_point,
    });
    Ok(InspectionResult {
        all_checks_passed: Some(results.passed),
        concerns: Some(results.all_concerns).filter(|concerns| !concerns.is_empty()),
        filesystems: Some(results.filesystems),
        mountpoints: Some(mountpoints.collect()),
        os_info: results.os_info,
    })
}

fn url(address: &str, path: &str) -> String {
    format!("http://{address}:8080/{path}")
}

fn failed(action: &str, source: RequestError) -> Error {
    Error::Pod {
        action: action.into(),
        source,
    }
}

fn build(conversion: &Conversion) -> Result<Pod> {
    let spec = &conversion.spec;
    let secret = spec.connection.secret.name.clone().unwrap_or_default();
    let mut labels = conversion.labels().clone();
    labels.insert("conversion".into(), conversion.name_any());
    labels.insert("forklift.app".into(), "deep-inspection".into());
    let snapshot = spec.settings.as_ref().and_then(|settings| settings.get(SNAPSHOT));
    let kvm = "devices.kubevirt.io/kvm";
    let mut container = json!({
        "name": "deep-inspection",
        "image": DEEP_INSPECTION_IMAGE,
        "imagePullPolicy": "Always",
        "env": [
            {"name": "VM_MOREF", "value": spec.vm.id},
            {"name": SNAPSHOT, "value": snapshot},
        ],
        "resources": {
            "limits": {"cpu": "2", "memory": "4Gi"},
            "requests": {"cpu": "100m", "memory": "512Mi"},
        },
        "volumeMounts": [
            side_car::mount(),
            {"name": "connection-secret", "mountPath": "/etc/secret", "readOnly": true},
        ],
        "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
    });
    container["resources"]["limits"][kvm] = "1".into();
    container["resources"]["requests"][kvm] = "1".into();
    Ok(objects::from_json(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": format!("{}-deep-inspection-", conversion.name_any()),
            "namespace": spec.target_namespace,
            "labels": labels,
        },
        "spec": {
            "restartPolicy": "Never",
            "nodeSelector": {"kubevirt.io/schedulable": "true"},
            "securityContext": {
                "runAsUser": 1001,
                "runAsNonRoot": true,
                "fsGroup": 1001,
                "seccompProfile": {"type": "Localhost", "localhostProfile": "profiles/unshare.json"},
            },
            "initContainers": [side_car::side_car(spec.vddk_image.as_deref().unwrap_or_default()).container],
            "containers": [container],
            "volumes": [
                side_car::volume(),
                {"name": "connection-secret", "secret": {"secretName": secret}},
            ],
        },
    }))?)
}
