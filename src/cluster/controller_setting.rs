//! The settings of MTV's controller that scenarios may change for everybody: fields of the ForkliftController, which its
//! operator turns into environment of the controller's Deployment and rolls out
//! (Forklift, `operator/roles/forkliftcontroller/templates/controller/deployment-controller.yml.j2`).

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use kube::{
    Api, Client, ResourceExt,
    api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams},
};
use serde_json::{Value, json};

use crate::journal::ControllerSetting;

use super::{
    Cluster,
    condition::ConditionState,
    is_conflict, retrying,
    wait::{self, Wait},
};

/// Name of the ForkliftController, and of the Deployment that it configures.
const CONTROLLER: &str = "forklift-controller";
/// Container of the Deployment whose environment says the settings.
const CONTAINER: &str = "main";

impl ControllerSetting {
    /// The controller's environment variable.
    fn variable(self) -> &'static str {
        match self {
            Self::MaxVmInflight => "MAX_VM_INFLIGHT",
            Self::PrecopyInterval => "PRECOPY_INTERVAL",
        }
    }

    /// Current value; `null` if it is not set.
    pub(super) async fn read(self, client: &Client, namespace: &str) -> Result<Value, kube::Error> {
        let controllers = controllers(client, namespace);
        let controller = retrying(|| controllers.get(CONTROLLER)).await?;
        Ok(self.of(&controller))
    }

    fn of(self, controller: &DynamicObject) -> Value {
        let path = format!("/spec/{}", self.field());
        controller.data.pointer(&path).cloned().unwrap_or_default()
    }

    /// Sets it, if `may` says so of the value that is there; a change that somebody makes at the same moment is looked at
    /// again, not overwritten. Returns what was there.
    pub(super) async fn set(
        self,
        client: &Client,
        namespace: &str,
        value: &Value,
        may: impl Fn(&Value) -> bool,
    ) -> Result<Value, kube::Error> {
        let controllers = controllers(client, namespace);
        loop {
            let controller = retrying(|| controllers.get(CONTROLLER)).await?;
            let found = self.of(&controller);
            if found == *value || !may(&found) {
                return Ok(found);
            }
            let change = Patch::Merge(json!({
                "metadata": {"resourceVersion": controller.resource_version()},
                "spec": {self.field(): value},
            }));
            let params = PatchParams::default();
            match retrying(|| controllers.patch(CONTROLLER, &params, &change)).await {
                Ok(_) => return Ok(found),
                Err(error) if is_conflict(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits until the controller runs with this value.
    pub(super) async fn in_force(
        self,
        cluster: &Cluster,
        namespace: &str,
        value: u64,
        at_most: Duration,
    ) -> Result<(), wait::Error> {
        let deployments: Api<Deployment> = Api::namespaced(cluster.client.clone(), namespace);
        Wait::new(cluster, deployments, CONTROLLER)
            .for_(format!("MTV's controller to run with {} {value}", self.variable()))
            .at_most(at_most)
            .advice(
                "see the log of the Deployment forklift-operator, which rolls the controller out; where the cluster is merely \
                 slow, raise timeouts.mtv_ready",
            )
            .until(move |deployment: Option<&Deployment>| self.rolled_out(deployment, value))
            .await
            .map(drop)
    }

    fn rolled_out(self, deployment: Option<&Deployment>, value: u64) -> ConditionState {
        let Some(deployment) = deployment else {
            return ConditionState::Not(vec!["the Deployment".to_owned()]);
        };
        let spec = deployment.spec.as_ref();
        let containers = spec
            .and_then(|spec| spec.template.spec.as_ref())
            .map(|pod| &pod.containers);
        let main = containers.and_then(|all| all.iter().find(|container| container.name == CONTAINER));
        let variables = main.and_then(|main| main.env.as_ref());
        let said = variables.and_then(|all| all.iter().find(|variable| variable.name == self.variable()));
        let said = said.and_then(|variable| variable.value.as_deref());
        if said != Some(value.to_string().as_str()) {
            let found = said.unwrap_or("not set");
            return ConditionState::Not(vec![format!(
                "{} {value} in its template (it is {found})",
                self.variable()
            )]);
        }
        let wanted = spec.and_then(|spec| spec.replicas).or(Some(1));
        let status = deployment.status.clone().unwrap_or_default();
        let is_new = status.observed_generation >= deployment.metadata.generation;
        let holds = is_new && status.updated_replicas == wanted && status.available_replicas == wanted;
        ConditionState::from_bool(holds, || {
            let number = |count: Option<i32>| count.unwrap_or_default();
            format!(
                "all of its pods to be of the new template and available ({} of {}, {} available)",
                number(status.updated_replicas),
                number(wanted),
                number(status.available_replicas)
            )
        })
    }
}

fn controllers(client: &Client, namespace: &str) -> Api<DynamicObject> {
    let kind = GroupVersionKind::gvk("forklift.konveyor.io", "v1beta1", "ForkliftController");
    let resource = ApiResource::from_gvk_with_plural(&kind, "forkliftcontrollers");
    Api::namespaced_with(client.clone(), namespace, &resource)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(interval: &str, generation: i64, available: i32) -> Deployment {
        serde_json::from_value(json!({
            "metadata": {"generation": generation},
            "spec": {
                "selector": {},
                "template": {"spec": {"containers": [
                    {"name": "main", "env": [{"name": "PRECOPY_INTERVAL", "value": interval}]},
                    {"name": "inventory"},
                ]}},
            },
            "status": {"observedGeneration": 2, "updatedReplicas": 1, "availableReplicas": available},
        }))
        .expect("a Deployment")
    }

    fn missing(deployment: &Deployment) -> Vec<String> {
        match ControllerSetting::PrecopyInterval.rolled_out(Some(deployment), 2) {
            ConditionState::Holds => Vec::new(),
            ConditionState::Not(clauses) => clauses,
        }
    }

    #[test]
    fn a_setting_is_in_force_when_the_new_pods_are_there() {
        assert_eq!(missing(&deployment("2", 2, 1)), Vec::<String>::new());
        insta::assert_snapshot!(missing(&deployment("60", 2, 1)).concat(), @"PRECOPY_INTERVAL 2 in its template (it is 60)");
        insta::assert_snapshot!(missing(&deployment("2", 3, 1)).concat(), @"all of its pods to be of the new template and available (1 of 1, 1 available)");
        insta::assert_snapshot!(missing(&deployment("2", 2, 0)).concat(), @"all of its pods to be of the new template and available (1 of 1, 0 available)");
    }
}
