//! A simplified deployment controller: keeps the number of pods that a Deployment asks for, and replaces them when
//! the pod template changes. It creates pods directly, without ReplicaSets.

use std::sync::Arc;

use k8s_openapi::{
    api::{
        apps::v1::{Deployment, DeploymentCondition, DeploymentStatus},
        core::v1::Pod,
    },
    apimachinery::pkg::apis::meta::v1::Time,
};
use kube::{
    ResourceExt,
    api::{DeleteParams, ObjectMeta},
};
use serde_json::json;

use crate::controllers::{
    controller::{Controller, Next},
    objects::{self, Error},
    reconcile::{Shared, drive},
};

/// Label with the hash of the pod template that a pod was created from.
const HASH_LABEL: &str = "pod-template-hash";

/// Runs the deployment controller until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = Controller::<Deployment>::on_change(&shared.context).owns::<Pod>();
    drive(controller, shared, reconcile).await;
}

async fn reconcile(deployment: Arc<Deployment>, shared: Arc<Shared>) -> Result<Next, Error> {
    let (Some(uid), Some(spec)) = (deployment.uid(), deployment.spec.as_ref()) else {
        return Ok(Next::Change);
    };
    if deployment.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Change);
    }
    let namespace = deployment.namespace().unwrap_or_default();
    let pods = shared.context.within::<Pod>(&namespace);
    let template = json!(spec.template);
    let hash = objects::suffix(&template.to_string());
    let mut mine = pods.list("").await;
    mine.retain(|pod| objects::is_controlled_by(&**pod, &uid) && pod.metadata.deletion_timestamp.is_none());
    let (current, outdated): (Vec<_>, Vec<_>) = mine
        .into_iter()
        .partition(|pod| pod.labels().get(HASH_LABEL) == Some(&hash));

    let wanted = usize::try_from(spec.replicas.unwrap_or(1)).unwrap_or_default();
    for _ in current.len()..wanted {
        pods.create(&new_pod(&deployment, &hash)).await?;
    }
    let ready = current.iter().filter(|pod| is_ready(pod)).count();
    let superfluous = current.iter().skip(wanted);
    // Create new pods before deleting old ones, so that the deployment stays available during a rollout.
    let replaced = outdated.iter().filter(|_| ready >= wanted);
    for pod in superfluous.chain(replaced) {
        pods.delete(&pod.name_any(), &DeleteParams::default()).await?;
    }
    let status = status(&deployment, wanted, current.len().min(wanted), ready);
    if deployment.status.as_ref() != Some(&status) {
        let deployments = shared.context.within::<Deployment>(&namespace);
        deployments.patch_status(&deployment.name_any(), json!(status)).await?;
    }
    Ok(Next::Change)
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| all.iter().any(|one| one.type_ == "Ready" && one.status == "True"))
}

fn new_pod(deployment: &Deployment, hash: &str) -> Pod {
    let template = deployment
        .spec
        .as_ref()
        .map(|spec| spec.template.clone())
        .unwrap_or_default();
    let template_meta = template.metadata.unwrap_or_default();
    let mut labels = template_meta.labels.unwrap_or_default();
    labels.insert(HASH_LABEL.into(), hash.into());
    Pod {
        metadata: ObjectMeta {
            generate_name: Some(format!("{}-{hash}-", deployment.name_any())),
            namespace: deployment.namespace(),
            labels: Some(labels),
            annotations: template_meta.annotations,
            owner_references: Some(objects::controlled_by(deployment)),
            ..ObjectMeta::default()
        },
        spec: template.spec,
        status: None,
    }
}

fn status(deployment: &Deployment, wanted: usize, current: usize, ready: usize) -> DeploymentStatus {
    let number = |count: usize| i32::try_from(count).ok();
    let old = deployment.status.clone().unwrap_or_default();
    let condition = |type_: &str, holds: bool, reason: &str, message: &str| {
        let status = if holds { "True" } else { "False" };
        let before = old.conditions.iter().flatten();
        let unchanged = before
            .into_iter()
            .find(|one| one.type_ == type_ && one.status == status);
        unchanged.cloned().unwrap_or_else(|| {
            let now = Time(sim_clock::now());
            DeploymentCondition {
                type_: type_.into(),
                status: status.into(),
                reason: Some(reason.into()),
                message: Some(message.into()),
                last_update_time: Some(now.clone()),
                last_transition_time: Some(now),
            }
        })
    };
    let available = ready >= wanted;
    DeploymentStatus {
        observed_generation: deployment.metadata.generation,
        replicas: number(current),
        updated_replicas: number(current),
        ready_replicas: number(ready),
        available_replicas: number(ready),
        unavailable_replicas: number(wanted.saturating_sub(ready)),
        conditions: Some(vec![
            condition(
                "Available",
                available,
                if available {
                    "MinimumReplicasAvailable"
                } else {
                    "MinimumReplicasUnavailable"
                },
                if available {
                    "Deployment has minimum availability."
                } else {
                    "Deployment does not have minimum availability."
                },
            ),
            condition(
                "Progressing",
                true,
                "NewReplicaSetAvailable",
                "The deployment has its pods.",
            ),
        ]),
        ..DeploymentStatus::default()
    }
}
