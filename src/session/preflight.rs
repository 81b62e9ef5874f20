//! What is looked at before anything is created: permissions, MTV, storage class, log-in to each selected provider.

use std::sync::Arc;

use futures::future::{join_all, try_join_all};
use k8s_openapi::api::{
    apps::v1::Deployment,
    authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec},
    storage::v1::StorageClass,
};
use kube::{
    Api, ResourceExt,
    api::{ListParams, PostParams},
};

use super::{Error, Session};
use crate::{
    cluster::{
        Cluster,
        condition::{ConditionExt, is_true, observed},
        is_not_found, retrying,
        wait::{self, Wait},
    },
    settings::Settings,
};

const FORKLIFT_API: &str = "forklift.konveyor.io/v1beta1";
/// The Deployment that migrates (Forklift's operator, role `forkliftcontroller`).
const CONTROLLER: &str = "forklift-controller";
const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

/// What every run does, as verb, group, resource.
const NEEDED: &[(&str, &str, &str)] = &[
    ("create", "", "namespaces"),
    ("create", "", "secrets"),
    ("create", "forklift.konveyor.io", "providers"),
    ("create", "forklift.konveyor.io", "plans"),
    ("create", "forklift.konveyor.io", "migrations"),
    ("watch", "kubevirt.io", "virtualmachines"),
    ("delete", "kubevirt.io", "virtualmachines"),
];

/// The storage class that VMs land in, once permissions and MTV have been found in order.
pub(super) async fn cluster(cluster: &Cluster, settings: &Settings) -> Result<String, Error> {
    permissions(cluster).await?;
    mtv(cluster, settings).await?;
    storage_class(cluster, settings).await
}

/// Logs in to each of these providers, side by side.
pub(super) async fn providers(session: &Arc<Session>, keys: &[String]) -> Result<(), Error> {
    try_join_all(keys.iter().map(|key| session.platform(key))).await?;
    Ok(())
}

async fn permissions(cluster: &Cluster) -> Result<(), Error> {
    let reviews: Api<SelfSubjectAccessReview> = Api::all(cluster.client.clone());
    let questions = NEEDED.iter().map(|(verb, group, resource)| {
        let review = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(ResourceAttributes {
                    verb: Some((*verb).to_owned()),
                    group: Some((*group).to_owned()),
                    resource: Some((*resource).to_owned()),
                    ..ResourceAttributes::default()
                }),
                ..SelfSubjectAccessReviewSpec::default()
            },
            ..SelfSubjectAccessReview::default()
        };
        let reviews = reviews.clone();
        async move {
            let params = PostParams::default();
            let answer = retrying(|| reviews.create(&params, &review)).await;
            let allowed = answer.map_err(|source| Error::Request {
                action: "ask what the user of the kubeconfig may do".to_owned(),
                source: Box::new(source),
            })?;
            let allowed = allowed.status.is_some_and(|status| status.allowed);
            let dot = if group.is_empty() { "" } else { "." };
            Ok((!allowed).then(|| format!("{verb} {resource}{dot}{group}")))
        }
    });
    let answers: Result<Vec<_>, Error> = join_all(questions).await.into_iter().collect();
    let forbidden: Vec<String> = answers?.into_iter().flatten().collect();
    if forbidden.is_empty() {
        Ok(())
    } else {
        Err(Error::Forbidden { forbidden })
    }
}

async fn mtv(cluster: &Cluster, settings: &Settings) -> Result<(), Error> {
    match retrying(|| cluster.client.list_api_group_resources(FORKLIFT_API)).await {
        Ok(_) => {}
        Err(error) if is_not_found(&error) => {
            return Err(Error::NoMtv {
                server: cluster.server().to_owned(),
                api: FORKLIFT_API,
            });
        }
        Err(source) => {
            return Err(Error::Request {
                action: format!("look for the API {FORKLIFT_API}"),
                source: Box::new(source),
            });
        }
    }
    let namespace = &settings.target.mtv_namespace;
    let deployments: Api<Deployment> = Api::namespaced(cluster.client.clone(), namespace);
    let available = Wait::new(cluster, deployments, CONTROLLER)
        .for_(format!("MTV's Deployment {namespace}/{CONTROLLER} to be available"))
        .at_most(settings.timeouts.mtv_ready)
        .until(is_true("Available").and(observed()))
        .await;
    match available {
        // Whoever may migrate need not be allowed to look at MTV's own Deployments.
        Ok(_) | Err(wait::Error::Refused { .. }) => Ok(()),
        Err(error) if error.is_cancelled() => Err(error.into()),
        Err(error) => Err(Error::MtvNotReady {
            namespace: namespace.clone(),
            reason: error.to_string(),
        }),
    }
}

async fn storage_class(cluster: &Cluster, settings: &Settings) -> Result<String, Error> {
    let classes: Api<StorageClass> = Api::all(cluster.client.clone());
    let all = ListParams::default();
    let found = retrying(|| classes.list(&all)).await.map_err(|source| Error::Request {
        action: "list the storage classes".to_owned(),
        source: Box::new(source),
    })?;
    choose(settings.target.storage_class.as_deref(), &found.items)
}

fn choose(named: Option<&str>, classes: &[StorageClass]) -> Result<String, Error> {
    let known = || classes.iter().map(ResourceExt::name_any).collect();
    if let Some(name) = named {
        let exists = classes.iter().any(|class| class.name_any() == name);
        return exists.then(|| name.to_owned()).ok_or_else(|| Error::NoStorageClass {
            name: name.to_owned(),
            known: known(),
        });
    }
    let default = classes.iter().find(|class| {
        class
            .annotations()
            .get(DEFAULT_CLASS)
            .is_some_and(|value| value == "true")
    });
    default
        .map(ResourceExt::name_any)
        .ok_or_else(|| Error::NoDefaultStorageClass { known: known() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_named_class_wins_over_the_default_one_and_must_exist() {
        let class = |name: &str, default: &str| -> StorageClass {
            let annotations = json!({ DEFAULT_CLASS: default });
            serde_json::from_value(json!({
                "metadata": { "name": name, "annotations": annotations }, "provisioner": "x"
            }))
            .unwrap()
        };
        let classes = [class("a", "false"), class("b", "true")];
        assert_eq!(choose(None, &classes).unwrap(), "b");
        assert_eq!(choose(Some("a"), &classes).unwrap(), "a");
        let missing = choose(Some("c"), &classes).unwrap_err().to_string();
        assert_eq!(
            missing,
            "there is no storage class \"c\"; there are a, b; set target.storage_class"
        );
        assert!(choose(None, &classes[..1]).is_err());
    }
}
