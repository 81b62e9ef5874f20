//! The Deployments that the MTV operator creates.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::{
        apps::v1::{Deployment, DeploymentSpec},
        core::v1::{Container, PodSpec, PodTemplateSpec},
    },
    apimachinery::pkg::apis::meta::v1::LabelSelector,
};
use kube::api::ObjectMeta;

use super::facts::{self, Component};
use crate::controllers::forklift::ControllerValues;

/// The Deployment of a component of MTV.
pub fn deployment(component: &Component) -> Deployment {
    let mut labels = BTreeMap::from([("app".to_owned(), "forklift".to_owned())]);
    labels.extend(
        component
            .labels
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned())),
    );
    let container = |name: &&str| Container {
        name: (*name).to_owned(),
        // The value that the operator would write, so that it has nothing to change.
        env: (*name == "main" && component.name == "forklift-controller")
            .then(|| ControllerValues::default().variables()),
        image: Some(format!(
            "{}/{}:{}",
            facts::MTV_REGISTRY,
            component.name,
            facts::MTV_VERSION
        )),
        ..Container::default()
    };
    Deployment {
        metadata: ObjectMeta {
            name: Some(component.name.into()),
            namespace: Some(facts::MTV_NAMESPACE.into()),
            labels: Some(labels.clone()),
            ..ObjectMeta::default()
        },
        spec: Some(DeploymentSpec {
            replicas: Some(1),
            selector: LabelSelector {
                match_labels: Some(labels.clone()),
                match_expressions: None,
            },
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta {
                    labels: Some(labels),
                    ..ObjectMeta::default()
                }),
                spec: Some(PodSpec {
                    containers: component.containers.iter().map(container).collect(),
                    ..PodSpec::default()
                }),
            },
            ..DeploymentSpec::default()
        }),
        status: None,
    }
}
