//! The image of VMware's disk library (VDDK): a Job tries it, and the plan is not ready until that is over.

use std::fmt::Write;

use forklift_api::forklift::{Plan, PlanType, PlanVm, Provider, condition_types, labels};
use k8s_openapi::api::{batch::v1::Job, core::v1::Namespace};
use kube::ResourceExt;
use serde_json::json;
use sha1::{Digest, Sha1};

use crate::{
    controllers::{
        core::kubelet::EXIT_CODE,
        forklift::{
            adapter::{
                base::PlanContext,
                vsphere::{
                    LIBRARY_IMAGE,
                    side_car::{container, side_car, volume},
                },
            },
            conditions::{ADVISORY, CRITICAL, Staging, With, condition},
            error::Result,
            plan::ensure_namespace,
            release::VIRT_V2V_IMAGE,
        },
        objects,
    },
    injection::FaultName,
};

/// Label of the Jobs: which image they try. An annotation of the same name has it in full.
const VALIDATION_LABEL: &str = "vddk";

/// Follows the Job that validates the image, or makes it. Returns whether it runs.
pub async fn check(context: &PlanContext<'_>, staging: &mut Staging) -> Result<bool> {
    let PlanContext {
        shared, plan, provider, ..
    } = *context;
    let settings = provider.spec.settings.as_ref();
    let image = settings
        .and_then(|settings| settings.get(LIBRARY_IMAGE))
        .filter(|image| !image.is_empty());
    let Some(image) = image else {
        if plan.spec.kind() == PlanType::Warm {
            let message = "VDDK image is required for warm migration.";
            staging.set(condition(condition_types::VDDK_INIT_IMAGE_UNAVAILABLE, CRITICAL, message).reason("NotSet"));
        }
        return Ok(false);
    };
    let namespace = &plan.spec.target_namespace;
    let jobs = shared.context.within::<Job>(namespace);
    let (plan_uid, label) = (plan.uid().unwrap_or_default(), label(image));
    let ours = format!("{}={plan_uid},{VALIDATION_LABEL}={label}", labels::PLAN);
    let outcome = jobs.list(&ours).await.first().map(|job| outcome(job));
    if outcome.is_none() {
        ensure_namespace(&shared.context.all::<Namespace>(), namespace).await?;
        let injections = &shared.context.injections;
        let is_spoilt = |vm: &PlanVm| {
            let name = vm.name.as_deref().unwrap_or_default();
            injections.fault(FaultName::VddkImageInvalid, name)
        };
        let exit_code = plan.spec.vms.iter().any(is_spoilt).then_some("1");
        jobs.create(&validator(plan, provider, image, exit_code)?).await?;
    }
    match outcome {
        Some(Outcome::Complete) => {}
        Some(Outcome::Failed) => {
            staging
                .set(condition(condition_types::VDDK_INVALID, CRITICAL, "VDDK init image is invalid").reason("NotSet"));
        }
        Some(Outcome::Running) | None => {
            staging.set(
                condition(condition_types::VALIDATING_VDDK, ADVISORY, "Validating VDDK init image").reason("Started"),
            );
            tracing::debug!(plan = %plan.name_any(), "waits for the validation of the VDDK image");
            return Ok(true);
        }
    }
    Ok(false)
}

enum Outcome {
    Running,
    Complete,
    Failed,
}

fn outcome(job: &Job) -> Outcome {
    let conditions = job
        .status
        .as_ref()
        .and_then(|status| status.conditions.as_deref())
        .unwrap_or_default();
    let is = |type_: &str| {
        conditions
            .iter()
            .any(|condition| condition.type_ == type_ && condition.status == "True")
    };
    match () {
        () if is("Complete") => Outcome::Complete,
        () if is("Failed") => Outcome::Failed,
        () => Outcome::Running,
    }
}

/// A label's worth of the image. Forklift takes its MD5; all that matters is that it changes with the image.
fn label(image: &str) -> String {
    let mut text = String::new();
    for byte in Sha1::digest(image).iter().take(16) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The Job; with an exit code, its pods end with that instead of their own.
fn validator(plan: &Plan, source: &Provider, image: &str, exit_code: Option<&str>) -> Result<Job> {
    let mut validator = container(
        "validator",
        plan.spec.virt_v2v_image.as_deref().unwrap_or(VIRT_V2V_IMAGE),
    );
    validator["command"] = json!(["file", "-E", "/opt/vmware-vix-disklib-distrib/lib64/libvixDiskLib.so"]);
    Ok(objects::from_json(json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            // Without a dash at its end, as Forklift has it.
            "generateName": format!("vddk-validator-{}", plan.name_any()),
            "namespace": plan.spec.target_namespace,
            "labels": {"plan": plan.uid(), (VALIDATION_LABEL): label(image)},
            "annotations": {"plan": plan.name_any(), "provider": source.name_any(), (VALIDATION_LABEL): image},
        },
        "spec": {
            "backoffLimit": 2,
            "completions": 1,
            "template": {
                "metadata": exit_code.map(|code| json!({"annotations": {EXIT_CODE: code}})),
                "spec": {
                    "restartPolicy": "Never",
                    "serviceAccountName": plan.spec.service_account,
                    "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
                    "initContainers": [side_car(image).container],
                    "containers": [validator],
                    "volumes": [volume()],
                },
            },
        },
    }))?)
}
