//! Preflight checks of a cluster. Each returns what it found, or the problem with its remedy.

use std::time::Duration;

use futures::future::join_all;
use k8s_openapi::api::{apps::v1::Deployment, authentication::v1::SelfSubjectReview, storage::v1::StorageClass};
use kube::{
    Api, ResourceExt,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams, PostParams},
};

use super::super::{Error, source_provider};
use crate::{
    cluster::{
        Cluster,
        condition::{ConditionExt, is_true, observed},
        is_not_found, retrying,
        wait::{self, Wait},
    },
    events::explain,
    inventory::InventoryClient,
    settings::Settings,
};

const FORKLIFT_API: &str = "forklift.konveyor.io/v1beta1";
/// The API of the networks that VMs are attached to.
pub(super) const NETWORKS_API: &str = "k8s.cni.cncf.io/v1";
/// The Deployment that migrates (Forklift's operator, role `forkliftcontroller`).
const CONTROLLER: &str = "forklift-controller";
/// For what is just being rolled out.
const A_MOMENT: Duration = Duration::from_secs(15);
const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

/// An operator whose API and state are looked at.
pub(super) struct Operator {
    pub name: &'static str,
    pub api: &'static str,
    pub kind: &'static str,
    pub plural: &'static str,
}

pub(super) const KUBEVIRT: Operator = Operator {
    name: "KubeVirt",
    api: "kubevirt.io/v1",
    kind: "KubeVirt",
    plural: "kubevirts",
};

pub(super) const CDI: Operator = Operator {
    name: "CDI",
    api: "cdi.kubevirt.io/v1beta1",
    kind: "CDI",
    plural: "cdis",
};

pub(super) fn request(action: impl Into<String>) -> impl FnOnce(kube::Error) -> Error {
    let action = action.into();
    move |source| Error::Request {
        action,
        source: Box::new(source),
    }
}

/// Name of the user of the kubeconfig.
pub(super) async fn user(cluster: &Cluster) -> Result<String, Error> {
    let reviews: Api<SelfSubjectReview> = Api::all(cluster.client.clone());
    let params = PostParams::default();
    let review = SelfSubjectReview::default();
    let answer = retrying(|| reviews.create(&params, &review)).await;
    let answer = answer.map_err(request("log in with the kubeconfig (`oc login` renews it)"))?;
    let user = answer.status.and_then(|status| status.user_info?.username);
    Ok(user.unwrap_or_else(|| "somebody without a name".to_owned()))
}

/// MTV's API.
pub(super) async fn mtv(cluster: &Cluster) -> Result<String, Error> {
    if !has_api(cluster, FORKLIFT_API).await? {
        return Err(Error::NoMtv {
            server: cluster.server().to_owned(),
            api: FORKLIFT_API,
        });
    }
    let version = cluster
        .versions
        .mtv
        .as_deref()
        .unwrap_or("of a version that cannot be found out");
    Ok(version.to_owned())
}

/// Waits for the Deployment that migrates, which an operator may still be rolling out.
pub(super) async fn controller(cluster: &Cluster, settings: &Settings) -> Result<(), Error> {
    let namespace = &settings.target.mtv_namespace;
    let deployments: Api<Deployment> = Api::namespaced(cluster.client.clone(), namespace);
    let available = Wait::new(cluster, deployments, CONTROLLER)
        .for_(format!("MTV's Deployment {namespace}/{CONTROLLER} to be available"))
        .at_most(settings.timeouts.mtv_ready)
        .until(is_true("Available").and(observed()))
        .await;
    match available {
        // Users who can migrate may lack read access to MTV's Deployments.
        Ok(_) | Err(wait::Error::Refused { .. }) => Ok(()),
        Err(error) if error.is_cancelled() => Err(error.into()),
        Err(error) => Err(Error::MtvNotReady {
            namespace: namespace.clone(),
            reason: explain(&error),
        }),
    }
}

/// All of MTV's Deployments; one that is just being rolled out gets a moment.
pub(super) async fn deployments(cluster: &Cluster, settings: &Settings) -> Result<String, Error> {
    let namespace = &settings.target.mtv_namespace;
    let deployments: Api<Deployment> = Api::namespaced(cluster.client.clone(), namespace);
    let all = ListParams::default();
    let found = retrying(|| deployments.list(&all)).await;
    let found = found
        .map_err(request(format!("list MTV's Deployments in {namespace}")))?
        .items;
    let not_ready = |reason| Error::MtvNotReady {
        namespace: namespace.clone(),
        reason,
    };
    if !found.iter().any(|deployment| deployment.name_any() == CONTROLLER) {
        return Err(not_ready(format!(
            "there is no Deployment {CONTROLLER}; set target.mtv_namespace"
        )));
    }
    let available = join_all(found.iter().map(|deployment| {
        Wait::new(cluster, deployments.clone(), deployment.name_any())
            .for_(format!("the Deployment {} to be available", deployment.name_any()))
            .at_most(A_MOMENT)
            .until(is_true("Available").and(observed()))
    }));
    let waiting = found.iter().zip(available.await).filter(|(_, waited)| waited.is_err());
    match waiting.map(|(deployment, _)| deployment.name_any()).collect::<Vec<_>>() {
        waiting if waiting.is_empty() => Ok(format!("{} Deployments are available", found.len())),
        waiting => Err(not_ready(format!(
            "{} not available; look at the pods",
            waiting.join(", ")
        ))),
    }
}

/// Whether an operator is installed and has deployed what it manages.
pub(super) async fn operator(cluster: &Cluster, operator: &Operator) -> Result<String, Error> {
    api(cluster, operator.name, operator.api).await?;
    let (group, version) = operator.api.split_once('/').unwrap_or(("", operator.api));
    let kind = GroupVersionKind::gvk(group, version, operator.kind);
    let kind = ApiResource::from_gvk_with_plural(&kind, operator.plural);
    let installations: Api<DynamicObject> = Api::all_with(cluster.client.clone(), &kind);
    let all = ListParams::default();
    let Ok(found) = retrying(|| installations.list(&all)).await else {
        // Users of an operator may lack read access to its installation.
        return Ok("installed".to_owned());
    };
    let phase = |installation: &DynamicObject| {
        let phase = installation
            .data
            .pointer("/status/phase")
            .and_then(|phase| phase.as_str());
        phase.unwrap_or("without a phase").to_owned()
    };
    match found.items.iter().map(phase).find(|phase| phase != "Deployed") {
        None => Ok("deployed".to_owned()),
        Some(phase) => Err(Error::NotDeployed {
            what: operator.name,
            phase,
        }),
    }
}

/// Whether an API group is served.
pub(super) async fn api(cluster: &Cluster, what: &'static str, api: &'static str) -> Result<String, Error> {
    match has_api(cluster, api).await? {
        true => Ok(format!("{api} is there")),
        false => Err(Error::NotInstalled {
            what,
            server: cluster.server().to_owned(),
            api,
        }),
    }
}

async fn has_api(cluster: &Cluster, api: &str) -> Result<bool, Error> {
    match retrying(|| cluster.client.list_api_group_resources(api)).await {
        Ok(_) => Ok(true),
        Err(error) if is_not_found(&error) => Ok(false),
        Err(error) => Err(request(format!("look for the API {api}"))(error)),
    }
}

/// Whether the inventory answers at its address.
pub(super) async fn inventory(cluster: &Cluster, settings: &Settings) -> Result<String, Error> {
    let address = source_provider::inventory_address(cluster, settings).await?;
    let uri = address
        .parse()
        .map_err(|error| Error::InventoryAddress(format!("{address}: {error}")))?;
    let authorities = source_provider::router_authorities(cluster).await;
    let client = InventoryClient::of_everything(cluster.config().clone(), &uri, authorities)
        .map_err(|error| Error::InventoryAddress(format!("{address}: {error}")))?;
    let answer: Result<serde_json::Value, _> = client.get("").await;
    answer.map_err(|source| Error::InventorySilent {
        address: address.clone(),
        source,
    })?;
    Ok(address)
}

/// The storage class that VMs land in.
pub(super) async fn storage_class(cluster: &Cluster, settings: &Settings) -> Result<StorageClass, Error> {
    choose(
        settings.target.storage_class.as_deref(),
        storage_classes(cluster).await?,
    )
}

/// All storage classes.
pub(super) async fn storage_classes(cluster: &Cluster) -> Result<Vec<StorageClass>, Error> {
    let classes: Api<StorageClass> = Api::all(cluster.client.clone());
    let all = ListParams::default();
    let found = retrying(|| classes.list(&all)).await;
    Ok(found.map_err(request("list the storage classes"))?.items)
}

/// A storage class in words.
pub(super) fn describe(class: &StorageClass) -> String {
    let default = if is_default(class) { " (the default)" } else { "" };
    let mode = class.volume_binding_mode.as_deref().unwrap_or("Immediate");
    format!("{}{default}, {}, {mode}", class.name_any(), class.provisioner)
}

fn is_default(class: &StorageClass) -> bool {
    let default = class.annotations().get(DEFAULT_CLASS);
    default.is_some_and(|value| value == "true")
}

fn choose(named: Option<&str>, classes: Vec<StorageClass>) -> Result<StorageClass, Error> {
    let known: Vec<String> = classes.iter().map(ResourceExt::name_any).collect();
    let mut classes = classes.into_iter();
    let (chosen, missing) = match named {
        Some(name) => (
            classes.find(|class| class.name_any() == name),
            Error::NoStorageClass {
                name: name.to_owned(),
                known,
            },
        ),
        None => (classes.find(is_default), Error::NoDefaultStorageClass { known }),
    };
    chosen.ok_or(missing)
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
        let classes = || vec![class("a", "false"), class("b", "true")];
        let chosen = |named| choose(named, classes()).map(|class| class.name_any());
        assert_eq!(chosen(None).unwrap(), "b");
        assert_eq!(chosen(Some("a")).unwrap(), "a");
        let missing = chosen(Some("c")).unwrap_err().to_string();
        assert_eq!(
            missing,
            "there is no storage class \"c\"; there are a, b; set target.storage_class"
        );
        assert!(choose(None, vec![class("a", "false")]).is_err());
        assert_eq!(describe(&class("b", "true")), "b (the default), x, Immediate");
    }
}
