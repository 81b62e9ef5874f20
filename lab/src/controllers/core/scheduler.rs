//! The scheduler: assigns each pod to a node once the claims of the pod are bound or can be bound there.

use std::sync::Arc;

use k8s_openapi::api::core::v1::{Binding, Namespace, Node, ObjectReference, PersistentVolumeClaim, Pod};
use kube::{
    Api, ResourceExt,
    api::ObjectMeta,
    runtime::{controller::Action, reflector, watcher},
};
use serde_json::json;

use super::{
    affinity::{self, Neighbours},
    facts,
    volumes::classes::claim_waits_for_consumer,
};
use crate::controllers::{
    objects::{self, Error},
    reconcile::{Shared, controller_of, drive},
};

/// Runs the scheduler until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = controller_of::<Pod>(shared.client());
    let pods = controller.store();
    let controller = controller.watches(
        Api::<PersistentVolumeClaim>::all(shared.client()),
        watcher::Config::default(),
        move |claim| waiting_for(&pods, &claim),
    );
    drive(controller, &shared.context.clone(), shared, reconcile).await;
}

/// Unscheduled pods that mount the claim.
fn waiting_for(pods: &reflector::Store<Pod>, claim: &PersistentVolumeClaim) -> Vec<reflector::ObjectRef<Pod>> {
    let name = claim.name_any();
    let waits = |pod: &&Arc<Pod>| {
        pod.namespace() == claim.namespace() && !is_scheduled(pod) && claims_of(pod).any(|one| one == name)
    };
    let found = pods.state();
    found
        .iter()
        .filter(waits)
        .map(|pod| reflector::ObjectRef::from_obj(&**pod))
        .collect()
}

/// Names of the PersistentVolumeClaims that the pod mounts.
pub fn claims_of(pod: &Pod) -> impl Iterator<Item = &str> {
    let volumes = pod.spec.iter().filter_map(|spec| spec.volumes.as_ref()).flatten();
    volumes.filter_map(|volume| Some(volume.persistent_volume_claim.as_ref()?.claim_name.as_str()))
}

fn is_scheduled(pod: &Pod) -> bool {
    pod.spec.as_ref().is_some_and(|spec| spec.node_name.is_some())
}

async fn reconcile(pod: Arc<Pod>, shared: Arc<Shared>) -> Result<Action, Error> {
    if is_scheduled(&pod) || pod.metadata.deletion_timestamp.is_some() {
        return Ok(Action::await_change());
    }
    let Some(node) = choose_node(&pod, &shared).await? else {
        return Ok(Action::requeue(
            shared.context.clock.requeue(std::time::Duration::from_secs(5)),
        ));
    };
    if !volumes_ready(&pod, &node, &shared).await? {
        return Ok(Action::await_change());
    }
    let namespace = pod.namespace().unwrap_or_default();
    let binding = Binding {
        metadata: ObjectMeta {
            name: pod.metadata.name.clone(),
            namespace: pod.metadata.namespace.clone(),
            ..ObjectMeta::default()
        },
        target: ObjectReference {
            api_version: Some("v1".into()),
            kind: Some("Node".into()),
            name: Some(node),
            ..ObjectReference::default()
        },
    };
    let pods = Api::<Pod>::namespaced(shared.client(), &namespace);
    objects::post(&pods, &pod.name_any(), "binding", &binding).await?;
    Ok(Action::await_change())
}

/// The ready node that satisfies the node selector and required affinity of the pod and has the highest preference
/// score. Among nodes of equal score the pod's uid decides, so that repeated reconciles choose the same node.
async fn choose_node(pod: &Pod, shared: &Shared) -> Result<Option<String>, Error> {
    let wanted = pod
        .spec
        .as_ref()
        .and_then(|spec| spec.node_selector.clone())
        .unwrap_or_default();
    let all = objects::list(&Api::<Node>::all(shared.client()), "").await?;
    let (mut pods, mut namespaces) = (Vec::new(), Vec::new());
    if affinity::has_pod_affinity(pod) {
        pods = objects::list(&Api::<Pod>::all(shared.client()), "").await?;
        pods.retain(|pod| is_scheduled(pod) && !has_ended(pod));
        namespaces = objects::list(&Api::<Namespace>::all(shared.client()), "").await?;
    }
    let neighbours = Neighbours {
        pods: &pods,
        nodes: &all,
        namespaces: &namespaces,
    };
    let suits = |node: &&Node| {
        let is_labelled = wanted.iter().all(|(key, value)| node.labels().get(key) == Some(value));
        takes_pods(node) && is_labelled && affinity::allows(pod, node, &neighbours)
    };
    let mut nodes: Vec<(i32, String)> = all
        .iter()
        .filter(suits)
        .map(|node| (affinity::preference_score(pod, node, &neighbours), node.name_any()))
        .collect();
    let best = nodes.iter().map(|(score, _)| *score).max();
    nodes.retain(|(score, _)| Some(*score) == best);
    nodes.sort();
    let spread: usize = pod.uid().unwrap_or_default().bytes().map(usize::from).sum();
    let chosen = nodes
        .len()
        .checked_sub(1)
        .and_then(|last| nodes.get(spread % (last + 1)));
    Ok(chosen.map(|(_, name)| name.clone()))
}

fn has_ended(pod: &Pod) -> bool {
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    matches!(phase, Some("Succeeded" | "Failed"))
}

fn takes_pods(node: &Node) -> bool {
    let cordoned = node.spec.as_ref().is_some_and(|spec| spec.unschedulable == Some(true));
    let conditions = node.status.as_ref().and_then(|status| status.conditions.as_ref());
    !cordoned && conditions.is_some_and(|all| all.iter().any(|one| one.type_ == "Ready" && one.status == "True"))
}

/// Whether all claims of the pod are bound. Annotates `WaitForFirstConsumer` claims with the selected node.
async fn volumes_ready(pod: &Pod, node: &str, shared: &Shared) -> Result<bool, Error> {
    let claims = Api::<PersistentVolumeClaim>::namespaced(shared.client(), &pod.namespace().unwrap_or_default());
    let mut ready = true;
    for name in claims_of(pod) {
        let Some(claim) = objects::get(&claims, name).await? else {
            return Ok(false);
        };
        let bound = claim
            .status
            .as_ref()
            .is_some_and(|status| status.phase.as_deref() == Some("Bound"));
        if bound {
            continue;
        }
        ready = false;
        if !claim.annotations().contains_key(facts::SELECTED_NODE_ANNOTATION)
            && claim_waits_for_consumer(&claim, shared).await?
        {
            let change = json!({"metadata": {"annotations": {facts::SELECTED_NODE_ANNOTATION: node}}});
            objects::patch(&claims, name, change).await?;
        }
    }
    Ok(ready)
}
