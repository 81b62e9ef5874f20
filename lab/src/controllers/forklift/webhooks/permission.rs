//! Object look-ups of the webhooks, and the check of a user's permissions for a migration (`webhooks/util/util.go`).

use k8s_openapi::api::authorization::v1::{ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec};
use kube::{Api, Client, Resource, api::PostParams, core::NamespaceResourceScope};
use serde::de::DeserializeOwned;

use super::verdict::{Denial, User};
use crate::controllers::forklift::pair::names;
use forklift_api::forklift::{ObjectRef, Plan, Provider};

/// Reads an object that must exist.
pub async fn find<K>(client: &Client, reference: &ObjectRef) -> Result<K, Denial>
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + std::fmt::Debug + DeserializeOwned,
{
    let (namespace, name) = names(reference);
    let api: Api<K> = Api::namespaced(client.clone(), namespace);
    let found = api.get_opt(name).await.map_err(Denial::new)?;
    found.ok_or_else(|| {
        let kind = format!("{}.{}", K::plural(&()), K::group(&()));
        Denial::new(format!("{kind} \"{name}\" not found"))
    })
}

/// Whether a provider is the cluster that MTV runs on.
pub fn is_host(provider: &Provider) -> bool {
    provider.spec.type_ == "openshift" && provider.spec.url.as_deref().unwrap_or_default().is_empty()
}

/// Checks that the user has the permissions that the plan needs on this cluster.
pub async fn may_migrate(
    client: &Client,
    user: &User,
    plan: &Plan,
    source: &Provider,
    destination: &Provider,
) -> Result<(), Denial> {
    if is_host(destination) {
        let namespace = &plan.spec.target_namespace;
        permit(client, user, "create", VIRTUAL_MACHINES, "", namespace).await?;
    }
    if is_host(source) {
        for vm in &plan.spec.vms {
            let (name, namespace) = (vm.name.as_deref(), vm.namespace.as_deref());
            let (name, namespace) = (name.unwrap_or_default(), namespace.unwrap_or_default());
            permit(client, user, "get", VIRTUAL_MACHINES, name, namespace).await?;
        }
    }
    Ok(())
}

/// API group and resource.
type Resources = (&'static str, &'static str);

const VIRTUAL_MACHINES: Resources = ("kubevirt.io", "virtualmachines");
/// Resource of Providers.
pub const PROVIDERS: Resources = ("forklift.konveyor.io", "providers");

/// Checks that the user has this permission.
pub async fn permit(
    client: &Client,
    user: &User,
    verb: &str,
    (group, resource): Resources,
    name: &str,
    namespace: &str,
) -> Result<(), Denial> {
    let review = SubjectAccessReview {
        spec: SubjectAccessReviewSpec {
            user: Some(user.username.clone()),
            groups: Some(user.groups.clone()),
            resource_attributes: Some(ResourceAttributes {
                verb: Some(verb.into()),
                group: Some(group.into()),
                resource: Some(resource.into()),
                name: Some(name.into()),
                namespace: Some(namespace.into()),
                ..ResourceAttributes::default()
            }),
            ..SubjectAccessReviewSpec::default()
        },
        ..SubjectAccessReview::default()
    };
    let reviews: Api<SubjectAccessReview> = Api::all(client.clone());
    let answer = reviews.create(&PostParams::default(), &review).await;
    let status = answer.map_err(Denial::new)?.status.unwrap_or_default();
    if status.allowed {
        return Ok(());
    }
    let what = match name {
        "" => resource.to_owned(),
        name => format!("{resource}/{name}"),
    };
    Err(Denial::new(format!(
        "Action is forbidden: User \"{}\" cannot {verb} resource \"{what}\" in API group \"{group}\" in the namespace \
         \"{namespace}\": {}",
        user.username,
        status.reason.unwrap_or_default()
    )))
}
