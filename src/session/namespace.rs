//! Namespaces: the run's own, and those of a destination that scenarios name.

use std::sync::Arc;

use k8s_openapi::api::core::v1::Namespace;
use kube::{Api, api::ObjectMeta};

use super::{Error, Session};
use crate::{
    cluster::{Cluster, condition::phase, retrying, tracked, wait::Wait},
    journal::Scope,
};

/// The virt-v2v pods run under the restricted profile, as on a fresh OpenShift; and MACs of the source have to be
/// accepted unchanged, so KubeMacPool keeps out.
const LABELS: [(&str, &str); 3] = [
    ("pod-security.kubernetes.io/enforce", "restricted"),
    ("pod-security.kubernetes.io/enforce-version", "latest"),
    ("mutatevirtualmachines.kubemacpool.io", "ignore"),
];

/// A namespace that a scenario names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedNamespace {
    /// This one, which is made if it is missing and stays for the run.
    Named(String),
    /// One of the scenario's own whose name begins so.
    Own(String),
}

/// Makes a namespace that a scenario names, unless it is there; what is there already stays as it is.
pub(super) async fn ensure(
    session: Arc<Session>,
    cluster: Cluster,
    scope: Scope,
    name: String,
) -> Result<String, Error> {
    let namespaces: Api<Namespace> = Api::all(cluster.client.clone());
    let found = retrying(|| namespaces.get_opt(&name)).await;
    match found.map_err(|source| Error::Request {
        action: format!("look for the namespace {name}"),
        source: Box::new(source),
    })? {
        Some(_) => Ok(name),
        None => create(session, cluster, scope, name).await,
    }
}

/// Creates the namespace and waits until it is active.
pub(super) async fn create(
    session: Arc<Session>,
    cluster: Cluster,
    scope: Scope,
    name: String,
) -> Result<String, Error> {
    let work = async {
        let labels = LABELS
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let namespace = Namespace {
            metadata: ObjectMeta {
                name: Some(name.clone()),
                labels: Some(labels.collect()),
                ..ObjectMeta::default()
            },
            ..Namespace::default()
        };
        tracked::create(&cluster, &scope, namespace).await?;
        let namespaces: Api<Namespace> = Api::all(cluster.client.clone());
        Wait::new(&cluster, namespaces, &name)
            .for_(format!("the namespace {name} to be active"))
            .at_most(session.settings.timeouts.namespace_active)
            .advice("see what the cluster says about it, `oc describe namespace`; a quota or a policy may hold it")
            .until(phase("Active"))
            .await?;
        Ok(name.clone())
    };
    session
        .log
        .activity(None, format!("creating the namespace {name}"), work)
        .await
}
