//! Existence of the objects that scenarios name: storage classes and networks of the target, networks and storages of the source.

use std::collections::BTreeSet;

use forklift_api::multus::NetworkAttachmentDefinition;
use futures::future::join_all;
use kube::{Api, ResourceExt, api::ListParams};

use super::{super::Error, cluster, destination};
use crate::cluster::{Cluster, retrying};

/// The target in messages.
const TARGET: &str = "the target";

/// Whether the target has these storage classes; says which.
///
/// # Errors
///
/// What is missing, or that the storage classes could not be listed.
pub(in crate::session) async fn have_storage_classes(
    cluster: &Cluster,
    named: &BTreeSet<String>,
) -> Result<String, Error> {
    let known = if named.is_empty() {
        Vec::new()
    } else {
        destination::storage_classes(cluster).await?
    };
    let known: Vec<String> = known.iter().map(ResourceExt::name_any).collect();
    all_there(TARGET, "storage class", named, &known)
}

/// Whether the target has these NetworkAttachmentDefinitions.
pub(super) async fn have_attachments(cluster: &Cluster, named: &BTreeSet<(String, String)>) -> Result<String, Error> {
    let namespaces: BTreeSet<&String> = named.iter().map(|(namespace, _)| namespace).collect();
    let all = ListParams::default();
    let all = &all;
    let lists = join_all(namespaces.into_iter().map(|namespace| async move {
        let attachments: Api<NetworkAttachmentDefinition> = Api::namespaced(cluster.client.clone(), namespace);
        let found = retrying(|| attachments.list(all)).await;
        let action = format!("list the NetworkAttachmentDefinitions in {namespace}");
        let found = found.map_err(cluster::request(action))?.items;
        let names = found.iter().map(|attachment| full(namespace, &attachment.name_any()));
        Ok::<Vec<String>, Error>(names.collect())
    }));
    let known = lists.await.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let named = named.iter().map(|(namespace, name)| full(namespace, name)).collect();
    all_there(TARGET, "NetworkAttachmentDefinition", &named, &known)
}

fn full(namespace: &str, name: &str) -> String {
    format!("{namespace}/{name}")
}

/// Whether all named objects exist.
pub(super) fn all_there(
    whose: &str,
    what: &'static str,
    named: &BTreeSet<String>,
    known: &[String],
) -> Result<String, Error> {
    let missing = named.iter().filter(|name| !known.contains(name));
    let mut missing: Vec<Error> = missing
        .map(|name| Error::NotThere {
            whose: whose.to_owned(),
            what,
            name: name.clone(),
            known: known.to_vec(),
        })
        .collect();
    match missing.len() {
        0 => Ok(there(named)),
        1 => Err(missing.remove(0)),
        _ => Err(Error::Several(missing)),
    }
}

/// The result as text.
pub(super) fn there(named: &BTreeSet<String>) -> String {
    if named.is_empty() {
        "the scenarios name none".to_owned()
    } else {
        format!("there: {}", named.iter().cloned().collect::<Vec<_>>().join(", "))
    }
}
