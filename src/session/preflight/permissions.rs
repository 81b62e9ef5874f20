//! What the user of the kubeconfig has to be allowed to do.

use std::fmt;

use futures::future::join_all;
use k8s_openapi::api::authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec};
use kube::{Api, api::PostParams};

use super::super::Error;
use crate::cluster::{Cluster, retrying};

/// A verb, an API group and a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission(&'static str, &'static str, &'static str);

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(verb, group, resource) = self;
        let dot = if group.is_empty() { "" } else { "." };
        write!(f, "{verb} {resource}{dot}{group}")
    }
}

/// What every run does, its teardown and its evidence included.
const EVERY_RUN: &[Permission] = &[
    Permission("create", "", "namespaces"),
    Permission("delete", "", "namespaces"),
    Permission("create", "", "secrets"),
    Permission("delete", "", "secrets"),
    Permission("create", "forklift.konveyor.io", "providers"),
    Permission("delete", "forklift.konveyor.io", "providers"),
    Permission("create", "forklift.konveyor.io", "networkmaps"),
    Permission("create", "forklift.konveyor.io", "storagemaps"),
    Permission("create", "forklift.konveyor.io", "plans"),
    Permission("patch", "forklift.konveyor.io", "plans"),
    Permission("delete", "forklift.konveyor.io", "plans"),
    Permission("create", "forklift.konveyor.io", "migrations"),
    Permission("patch", "forklift.konveyor.io", "migrations"),
    Permission("delete", "forklift.konveyor.io", "migrations"),
    Permission("watch", "kubevirt.io", "virtualmachines"),
    Permission("delete", "kubevirt.io", "virtualmachines"),
    Permission("get", "kubevirt.io", "virtualmachineinstances"),
    Permission("delete", "cdi.kubevirt.io", "datavolumes"),
    Permission("list", "", "persistentvolumeclaims"),
    Permission("delete", "", "persistentvolumeclaims"),
];

/// What a sentence with these words does besides.
const OF_SENTENCES: &[(&str, Permission)] = &[
    (
        "networks are mapped",
        Permission("create", "k8s.cni.cncf.io", "network-attachment-definitions"),
    ),
    (
        "networks are mapped",
        Permission("delete", "k8s.cni.cncf.io", "network-attachment-definitions"),
    ),
    (" hook that ", Permission("create", "forklift.konveyor.io", "hooks")),
    (" hook that ", Permission("delete", "forklift.konveyor.io", "hooks")),
    (
        "the target already has a VM",
        Permission("create", "kubevirt.io", "virtualmachines"),
    ),
    (
        "no volume of the plan remains",
        Permission("watch", "cdi.kubevirt.io", "datavolumes"),
    ),
    (
        "no volume of the plan remains",
        Permission("watch", "", "persistentvolumeclaims"),
    ),
    ("worker node reserved", Permission("patch", "", "nodes")),
    // Checks look into the provider's Secret, for what MTV left behind, and into guests.
    ("every VM passes", Permission("get", "", "secrets")),
    ("every VM passes", Permission("list", "", "secrets")),
    ("every VM passes", Permission("list", "", "configmaps")),
    ("every VM passes", Permission("list", "", "pods")),
    ("every VM passes", Permission("list", "batch", "jobs")),
    ("every VM passes", Permission("list", "cdi.kubevirt.io", "datavolumes")),
    (
        "every VM passes",
        Permission("list", "forklift.konveyor.io", "conversions"),
    ),
    ("every VM passes", Permission("patch", "kubevirt.io", "virtualmachines")),
    (
        "every VM passes",
        Permission("watch", "kubevirt.io", "virtualmachineinstances"),
    ),
];

/// What sentences do that change a setting of MTV for everybody.
const OF_SETTINGS: &[Permission] = &[
    Permission("patch", "forklift.konveyor.io", "forkliftcontrollers"),
    Permission("create", "coordination.k8s.io", "leases"),
    Permission("update", "coordination.k8s.io", "leases"),
    Permission("delete", "coordination.k8s.io", "leases"),
    Permission("watch", "apps", "deployments"),
];

/// Words of those sentences.
const SETTINGS: &[&str] = &["precopies are taken every", "Forklift migrates at most"];

/// What scenarios with these sentences do; no sentences: what every run does.
pub(super) fn needed<'a>(sentences: impl IntoIterator<Item = &'a str> + Clone) -> Vec<Permission> {
    let said = |words: &str| sentences.clone().into_iter().any(|sentence| sentence.contains(words));
    let besides = OF_SENTENCES
        .iter()
        .filter(|(words, _)| said(words))
        .map(|(_, permission)| *permission);
    let changes_settings = SETTINGS.iter().any(|words| said(words));
    let settings = OF_SETTINGS.iter().copied().filter(|_| changes_settings);
    EVERY_RUN.iter().copied().chain(besides).chain(settings).collect()
}

/// Asks for all of them, side by side.
pub(super) async fn allowed(cluster: &Cluster, needed: &[Permission]) -> Result<String, Error> {
    let answers = join_all(needed.iter().map(|permission| is_allowed(cluster, *permission))).await;
    let answers: Vec<bool> = answers.into_iter().collect::<Result<_, _>>()?;
    let refused = needed.iter().zip(answers).filter(|(_, allowed)| !allowed);
    let forbidden: Vec<String> = refused.map(|(permission, _)| permission.to_string()).collect();
    match forbidden.as_slice() {
        [] => Ok(format!("all {} that are needed", needed.len())),
        _ => Err(Error::Forbidden { forbidden }),
    }
}

async fn is_allowed(cluster: &Cluster, Permission(verb, group, resource): Permission) -> Result<bool, Error> {
    let reviews: Api<SelfSubjectAccessReview> = Api::all(cluster.client.clone());
    let review = SelfSubjectAccessReview {
        spec: SelfSubjectAccessReviewSpec {
            resource_attributes: Some(ResourceAttributes {
                verb: Some(verb.to_owned()),
                group: Some(group.to_owned()),
                resource: Some(resource.to_owned()),
                ..ResourceAttributes::default()
            }),
            ..SelfSubjectAccessReviewSpec::default()
        },
        ..SelfSubjectAccessReview::default()
    };
    let params = PostParams::default();
    let answer = retrying(|| reviews.create(&params, &review)).await;
    let answer = answer.map_err(|source| Error::Request {
        action: "ask what the user of the kubeconfig may do".to_owned(),
        source: Box::new(source),
    })?;
    Ok(answer.status.is_some_and(|status| status.allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_need_what_they_do() {
        let none: Vec<&str> = Vec::new();
        assert_eq!(needed(none), EVERY_RUN);
        let hooks = needed(["a pre-migration hook that fails"]);
        let more: Vec<String> = hooks.iter().skip(EVERY_RUN.len()).map(ToString::to_string).collect();
        assert_eq!(
            more,
            ["create hooks.forklift.konveyor.io", "delete hooks.forklift.konveyor.io"]
        );
        let warm = needed(["precopies are taken every 2 minutes", "a warm migration plan"]);
        assert_eq!(warm.get(EVERY_RUN.len()..), Some(OF_SETTINGS));
        assert_eq!(Permission("create", "", "namespaces").to_string(), "create namespaces");
    }
}
