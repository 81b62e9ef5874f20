//! The part of MTV's operator that applies controller settings of the ForkliftController: it writes them into the
//! environment of the Deployment's container; they take effect after the rollout
//! (`operator/roles/forkliftcontroller/templates/controller/deployment-controller.yml.j2`).

use std::sync::Arc;

use forklift_api::forklift::ForkliftController;
use k8s_openapi::api::{apps::v1::Deployment, core::v1::Container};
use kube::{
    Api, Resource, ResourceExt,
    api::{Patch, PatchParams},
    runtime::{reflector::ObjectRef, wait::await_condition},
};
use serde_json::json;
use tokio::sync::mpsc;

use super::{
    error::{Result, Tried},
    seed,
    settings::Values,
    shared::Shared,
    worker::chain,
};
use crate::controllers::objects;

const DEPLOYMENT: &str = "forklift-controller";
const CONTAINER: &str = "main";

/// Applies every change of a ForkliftController.
pub async fn run(shared: Arc<Shared>, mut changed: mpsc::UnboundedReceiver<ObjectRef<ForkliftController>>) {
    while let Some(reference) = changed.recv().await {
        let namespace = reference.namespace.unwrap_or_default();
        while let Err(error) = reconcile(&shared, &namespace, &reference.name).await {
            tracing::warn!(error = %chain(&error), "the controller is not rolled out");
            shared.context.clock.wait(super::worker::REQUEUE).await;
        }
    }
}

async fn reconcile(shared: &Shared, namespace: &str, name: &str) -> Result<()> {
    let Some(controller) = shared.find::<ForkliftController>(namespace, name).await? else {
        return Ok(());
    };
    let values = Values::from_spec(&controller.spec);
    report(shared, &controller, &seed::controller_status(false)).await?;
    if roll_out(shared, namespace, values).await? {
        shared.settings.set(values);
        report(shared, &controller, &seed::controller_status(true)).await?;
    }
    Ok(())
}

async fn report(shared: &Shared, controller: &ForkliftController, status: &serde_json::Value) -> Result<()> {
    let namespace = controller.namespace().unwrap_or_default();
    let api: Api<ForkliftController> = Api::namespaced(shared.client(), &namespace);
    let written = api
        .patch_status(&controller.name_any(), &PatchParams::default(), &Patch::Merge(status))
        .await;
    written
        .map(drop)
        .tried(|| format!("write the status of ForkliftController '{}'", controller.name_any()))
}

/// Updates the Deployment's environment and waits for its new pods; `false`: the lab stops meanwhile. Without a
/// Deployment there is nothing to roll out.
async fn roll_out(shared: &Shared, namespace: &str, values: Values) -> Result<bool> {
    let deployments: Api<Deployment> = Api::namespaced(shared.client(), namespace);
    let Some(deployment) = objects::get(&deployments, DEPLOYMENT).await? else {
        return Ok(true);
    };
    let spec = deployment.spec.unwrap_or_default();
    let mut containers = spec.template.spec.unwrap_or_default().containers;
    let main = containers.iter_mut().find(|container| container.name == CONTAINER);
    if main.is_some_and(|main| set_environment(main, values)) {
        let change = json!({"spec": {"template": {"spec": {"containers": containers}}}});
        objects::patch(&deployments, DEPLOYMENT, change).await?;
    }
    let rolled_out = await_condition(deployments, DEPLOYMENT, |deployment: Option<&Deployment>| {
        deployment.is_none_or(is_rolled_out)
    });
    tokio::select! {
        biased;
        () = shared.context.stop.cancelled() => Ok(false),
        // A watch that breaks is started again.
        _ = rolled_out => Ok(true),
    }
}

/// Sets the environment variables; returns whether one changed.
fn set_environment(container: &mut Container, values: Values) -> bool {
    let environment = container.env.get_or_insert_default();
    let before = environment.clone();
    for wanted in values.variables() {
        environment.retain(|variable| variable.name != wanted.name);
        environment.push(wanted);
    }
    *environment != before
}

fn is_rolled_out(deployment: &Deployment) -> bool {
    let status = deployment.status.clone().unwrap_or_default();
    let wanted = deployment.spec.as_ref().and_then(|spec| spec.replicas).or(Some(1));
    status.observed_generation == deployment.meta().generation
        && status.updated_replicas == wanted
        && status.available_replicas == wanted
}
