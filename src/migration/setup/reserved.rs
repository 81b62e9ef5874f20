//! A worker node that a scenario has reserved: a label of the scenario's own on one that can run VMs.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Node;
use kube::api::{ListParams, Patch, PatchParams};
use kube::{Api, ResourceExt};
use serde_json::json;

use crate::{
    cluster::retrying,
    journal::{NodeLabel, Subject},
    migration::Error,
    run::names,
    session::{self, Scenario},
};

/// The label that KubeVirt puts on nodes that can run VMs.
const RUNS_VMS: &str = "kubevirt.io/schedulable=true";

/// Labels a node, and returns the label. The node is not closed to others.
pub async fn reserve(scenario: &Scenario) -> Result<BTreeMap<String, String>, Error> {
    let (session, cluster) = (&scenario.session, &scenario.destination().cluster);
    let nodes: Api<Node> = Api::all(cluster.client.clone());
    let wanted = ListParams::default().labels(RUNS_VMS);
    let found = retrying(|| nodes.list(&wanted)).await;
    let found = found.map_err(|error| refused("look for a worker node to reserve".to_owned(), error))?;
    let usable: Vec<String> = found
        .items
        .iter()
        .filter(|node| is_usable(node))
        .map(ResourceExt::name_any)
        .collect();
    let Some(node) = fastrand::choice(&usable).cloned() else {
        return Err(Error::NoWorker {
            seen: found.items.len(),
        });
    };
    let label = NodeLabel {
        cluster: cluster.id.clone(),
        key: names::reserved(&session.identity.run, &scenario.key.0),
        value: session.identity.run.to_string(),
        node: node.clone(),
    };
    let what = format!("the label {} of the node {node}", label.key);
    let journal = |source| Error::Journal {
        what: what.clone(),
        source,
    };
    let entry = scenario.scope().intend(Subject::NodeLabel(label.clone()));
    let entry = entry.await.map_err(journal)?;
    let patch = Patch::Merge(json!({ "metadata": { "labels": { label.key.as_str(): label.value } } }));
    let params = PatchParams::default();
    let labelled = retrying(|| nodes.patch(&node, &params, &patch));
    let labelled = scenario
        .log
        .activity(format!("reserving the node {node}"), labelled)
        .await;
    let labelled = labelled.map_err(|error| refused(format!("label the node {node}"), error))?;
    let confirmed = session.journal.confirm(entry, labelled.uid().unwrap_or_default());
    confirmed.await.map_err(journal)?;
    Ok(BTreeMap::from([(label.key, label.value)]))
}

fn refused(action: String, error: kube::Error) -> Error {
    let source = Box::new(error);
    session::Error::Request { action, source }.into()
}

/// Ready, open to pods, and with nothing that keeps ordinary pods away.
fn is_usable(node: &Node) -> bool {
    let spec = node.spec.clone().unwrap_or_default();
    let conditions = node.status.iter().flat_map(|status| status.conditions.iter().flatten());
    let is_ready = conditions
        .into_iter()
        .any(|one| one.type_ == "Ready" && one.status == "True");
    let keeps_away = |effect: &str| matches!(effect, "NoSchedule" | "NoExecute");
    let is_tainted = spec.taints.iter().flatten().any(|taint| keeps_away(&taint.effect));
    is_ready && !is_tainted && spec.unschedulable != Some(true)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn only_ready_and_open_nodes_are_reserved() {
        let usable = |spec: Value, ready: &str| {
            let node = json!({"spec": spec, "status": {"conditions": [{"type": "Ready", "status": ready}]}});
            is_usable(&serde_json::from_value(node).expect("a node"))
        };
        assert!(usable(json!({}), "True"));
        assert!(usable(
            json!({"taints": [{"key": "a", "effect": "PreferNoSchedule"}]}),
            "True"
        ));
        assert!(!usable(json!({}), "Unknown"));
        assert!(!usable(json!({"unschedulable": true}), "True"));
        assert!(!usable(
            json!({"taints": [{"key": "a", "effect": "NoSchedule"}]}),
            "True"
        ));
    }
}
