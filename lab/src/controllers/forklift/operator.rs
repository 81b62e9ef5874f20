//! The part of MTV's operator that applies controller settings of the ForkliftController: it writes them into the
//! environment of the Deployment's container; they take effect after the rollout
//! (`operator/roles/forkliftcontroller/templates/controller/deployment-controller.yml.j2`).

use std::sync::Arc;

use forklift_api::forklift::ForkliftController;
use k8s_openapi::api::{apps::v1::Deployment, core::v1::Container};
use kube::{Resource, ResourceExt, runtime::wait::await_condition};
use serde_json::json;

use super::{error::Result, seed, settings::Values, shared::Shared};
use crate::controllers::controller::Next;

const DEPLOYMENT: &str = "forklift-controller";
const CONTAINER: &str = "main";

/// Applies the settings of a ForkliftController.
pub async fn reconcile(shared: Arc<Shared>, controller: Arc<ForkliftController>) -> Result<Next> {
    let namespace = controller.namespace().unwrap_or_default();
    let name = controller.name_any();
    let controllers = shared.context.within::<ForkliftController>(&namespace);
    let values = Values::from_spec(&controller.spec);
    controllers.patch_status(&name, seed::controller_status(false)).await?;
    if roll_out(&shared, &namespace, values).await? {
        shared.settings.set(values);
        controllers.patch_status(&name, seed::controller_status(true)).await?;
    }
    Ok(Next::Change)
}

/// Updates the Deployment's environment and waits for its new pods; `false`: the lab stops meanwhile. Without a
/// Deployment there is nothing to roll out.
async fn roll_out(shared: &Shared, namespace: &str, values: Values) -> Result<bool> {
    let deployments = shared.context.within::<Deployment>(namespace);
    let Some(deployment) = deployments.get(DEPLOYMENT).await else {
        return Ok(true);
    };
    let spec = deployment.spec.clone().unwrap_or_default();
    let mut containers = spec.template.spec.unwrap_or_default().containers;
    let main = containers.iter_mut().find(|container| container.name == CONTAINER);
    if main.is_some_and(|main| set_environment(main, values)) {
        let change = json!({"spec": {"template": {"spec": {"containers": containers}}}});
        deployments.patch(DEPLOYMENT, change).await?;
    }
    let rolled_out = await_condition(
        deployments.api().clone(),
        DEPLOYMENT,
        |deployment: Option<&Deployment>| deployment.is_none_or(is_rolled_out),
    );
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
