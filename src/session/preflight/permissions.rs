//! Permissions that the user of the kubeconfig needs.

use std::{collections::BTreeSet, fmt};

use futures::future::join_all;
use k8s_openapi::api::authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec};
use kube::{Api, api::PostParams};

use super::super::Error;
use crate::cluster::{Cluster, retrying};

/// A verb, an API group and a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission(&'static str, &'static str, &'static str);

impl Permission {
    /// A verb, an API group, `""` for the core one, and a resource.
    pub const fn new(verb: &'static str, group: &'static str, resource: &'static str) -> Self {
        Self(verb, group, resource)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(verb, group, resource) = self;
        let dot = if group.is_empty() { "" } else { "." };
        write!(f, "{verb} {resource}{dot}{group}")
    }
}

/// Permissions of every run, including teardown and evidence.
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

/// Permissions of every run and of its scenarios.
pub(super) fn needed(besides: &BTreeSet<Permission>) -> Vec<Permission> {
    let besides = besides.iter().filter(|permission| !EVERY_RUN.contains(permission));
    EVERY_RUN.iter().chain(besides).copied().collect()
}

/// Everything, as `kubectl auth can-i '*' '*'` asks for it.
const EVERYTHING: Permission = Permission::new("*", "*", "*");

/// Asks for everything, which administrators may; if refused, for each permission, side by side.
pub(super) async fn allowed(cluster: &Cluster, needed: &[Permission]) -> Result<String, Error> {
    if is_allowed(cluster, EVERYTHING).await? {
        return Ok("everything".to_owned());
    }
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
    fn scenarios_need_more_than_every_run() {
        assert_eq!(needed(&BTreeSet::new()), EVERY_RUN);
        let known = Permission::new("create", "", "namespaces");
        let hooks = Permission::new("create", "forklift.konveyor.io", "hooks");
        let more = needed(&BTreeSet::from([known, hooks]));
        assert_eq!(more.get(EVERY_RUN.len()..), Some([hooks].as_slice()));
        assert_eq!(known.to_string(), "create namespaces");
        assert_eq!(hooks.to_string(), "create hooks.forklift.konveyor.io");
    }
}
