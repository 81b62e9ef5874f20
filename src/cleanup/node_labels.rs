//! Takes the labels off the nodes that scenarios had reserved.

use std::time::Duration;

use futures::future::join_all;
use k8s_openapi::api::core::v1::Node;
use kube::{
    Api, ResourceExt,
    api::{ListParams, Patch, PatchParams},
};
use serde_json::json;
use sim_clock::timeout;

use super::{Leftover, deletion::Stuck, teardown::note};
use crate::{
    cluster::{Cluster, Clusters, is_not_found, retrying},
    events::explain,
    journal::{Entry, NodeLabel, Scope, Subject},
    run::{ClusterId, RunId, names},
};

/// Removes the labels among the entries. `limit` is for one label on this cluster.
pub(super) async fn node_labels(
    scope: &Scope,
    clusters: &Clusters,
    entries: &[Entry],
    limit: impl Fn(&ClusterId) -> Duration,
) -> Vec<Leftover> {
    let labels = entries.iter().filter_map(|entry| match &entry.subject {
        Subject::NodeLabel(label) => Some((entry, label)),
        Subject::Object(_) | Subject::SourceVm { .. } | Subject::Snapshots { .. } | Subject::Setting(_) => None,
    });
    let removals = labels.map(|(entry, label)| async {
        let removed = match clusters.get(&label.cluster) {
            None => Err(Stuck::on_unknown(&label.cluster)),
            Some(cluster) => match timeout(limit(&cluster.id), remove(cluster, label)).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(Stuck(format!("taking it off failed: {}", explain(&error)))),
                Err(_) => Err(Stuck("the API server did not answer in time".to_owned())),
            },
        };
        note(scope, Some(entry.id), entry.subject.to_string(), removed).await
    });
    join_all(removals).await.into_iter().flatten().collect()
}

/// Removes a label with that value only; one with another value belongs to another run.
async fn remove(cluster: &Cluster, label: &NodeLabel) -> Result<(), kube::Error> {
    if !is_there(cluster, label).await? {
        return Ok(());
    }
    let nodes: Api<Node> = Api::all(cluster.client.clone());
    let patch = Patch::Merge(json!({ "metadata": { "labels": { label.key.as_str(): null } } }));
    let params = PatchParams::default();
    match retrying(|| nodes.patch(&label.node, &params, &patch)).await {
        Err(error) if !is_not_found(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Whether the node has the label.
pub(super) async fn is_there(cluster: &Cluster, label: &NodeLabel) -> Result<bool, kube::Error> {
    let nodes: Api<Node> = Api::all(cluster.client.clone());
    let node = retrying(|| nodes.get_opt(&label.node)).await?;
    Ok(node.is_some_and(|node| node.labels().get(&label.key) == Some(&label.value)))
}

/// The labels of a run on all nodes, also those that no journal knows.
pub(super) async fn of_run(cluster: &Cluster, run: &RunId) -> Result<Vec<NodeLabel>, kube::Error> {
    let nodes: Api<Node> = Api::all(cluster.client.clone());
    let all = ListParams::default();
    let nodes = retrying(|| nodes.list(&all)).await?;
    let labels = nodes.items.into_iter().flat_map(|node| {
        let ours = |(key, value): &(&String, &String)| key.starts_with(names::RESERVED) && *value == run.as_str();
        let named = |(key, value): (&String, &String)| NodeLabel {
            cluster: cluster.id.clone(),
            node: node.name_any(),
            key: key.clone(),
            value: value.clone(),
        };
        node.labels().iter().filter(ours).map(named).collect::<Vec<_>>()
    });
    Ok(labels.collect())
}
