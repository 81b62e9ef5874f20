//! Preflight checks of a destination: KubeVirt, CDI, networks and storage classes. Each returns what it found, or the problem
//! with its remedy.

use k8s_openapi::api::storage::v1::StorageClass;
use kube::{
    Api, ResourceExt,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams},
};

use super::{
    super::Error,
    cluster::{has_api, request},
};
use crate::{
    cluster::{Cluster, retrying},
    settings::Settings,
};

/// The API of the networks that VMs are attached to.
pub(super) const NETWORKS_API: &str = "k8s.cni.cncf.io/v1";
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
    if has_api(cluster, api).await? {
        Ok(format!("{api} is there"))
    } else {
        Err(Error::NotInstalled {
            what,
            server: cluster.server().to_owned(),
            api,
        })
    }
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
