//! The scheduler: assigns each pod to a node once the claims of the pod are bound or can be bound there.

use std::{sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::{Binding, Namespace, Node, ObjectReference, PersistentVolumeClaim, Pod};
use kube::{ResourceExt, api::ObjectMeta, runtime::reflector::ObjectRef};
use serde_json::json;

use super::{
    affinity::{self, Neighbours},
    facts,
    volumes::classes::claim_waits_for_consumer,
};
use crate::controllers::{
    controller::{Controller, Next},
    informer::{Informer, references},
    objects::Error,
    reconcile::{Shared, drive},
};

/// Delay before a pod that no node suits is looked at again.
const RETRY: Duration = Duration::from_secs(5);

/// Runs the scheduler until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = Controller::<Pod>::on_change(&shared.context);
    let pods = controller.informer().clone();
    let controller = controller.watches(move |claim: &PersistentVolumeClaim| waiting_for(&pods, claim));
    drive(controller, shared, reconcile).await;
}

/// Unscheduled pods that mount the claim.
fn waiting_for(pods: &Informer<Pod>, claim: &PersistentVolumeClaim) -> Vec<ObjectRef<Pod>> {
    let name = claim.name_any();
    references(&pods.all_in(&claim.namespace().unwrap_or_default()), |pod| {
        !is_scheduled(pod) && claims_of(pod).any(|one| one == name)
    })
}

/// Names of the PersistentVolumeClaims that the pod mounts.
pub fn claims_of(pod: &Pod) -> impl Iterator<Item = &str> {
    let volumes = pod.spec.iter().filter_map(|spec| spec.volumes.as_ref()).flatten();
    volumes.filter_map(|volume| Some(volume.persistent_volume_claim.as_ref()?.claim_name.as_str()))
}

fn is_scheduled(pod: &Pod) -> bool {
    pod.spec.as_ref().is_some_and(|spec| spec.node_name.is_some())
}

async fn reconcile(pod: Arc<Pod>, shared: Arc<Shared>) -> Result<Next, Error> {
    if is_scheduled(&pod) || pod.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Change);
    }
    let Some(node) = choose_node(&pod, &shared).await else {
        return Ok(Next::After(RETRY));
    };
    if !volumes_ready(&pod, &node, &shared).await? {
        return Ok(Next::Change);
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
    let pods = shared.context.within::<Pod>(&namespace);
    pods.post(&pod.name_any(), "binding", &binding).await?;
    Ok(Next::Change)
}

/// The ready node that satisfies the node selector and required affinity of the pod and has the highest preference
/// score. Among nodes of equal score the pod's uid decides, so that repeated reconciles choose the same node.
async fn choose_node(pod: &Pod, shared: &Shared) -> Option<String> {
    let wanted = pod
        .spec
        .as_ref()
        .and_then(|spec| spec.node_selector.clone())
        .unwrap_or_default();
    let all = shared.context.all::<Node>().list("").await;
    let (mut pods, mut namespaces) = (Vec::new(), Vec::new());
    if affinity::has_pod_affinity(pod) {
        pods = shared.context.all::<Pod>().list("").await;
        pods.retain(|pod| is_scheduled(pod) && !has_ended(pod));
        namespaces = shared.context.all::<Namespace>().list("").await;
    }
    let neighbours = Neighbours {
        pods: &pods,
        nodes: &all,
        namespaces: &namespaces,
    };
    let suits = |node: &&Arc<Node>| {
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
    chosen.map(|(_, name)| name.clone())
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
    let claims = shared
        .context
        .within::<PersistentVolumeClaim>(&pod.namespace().unwrap_or_default());
    let mut ready = true;
    for name in claims_of(pod) {
        let Some(claim) = claims.get(name).await else {
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
            && claim_waits_for_consumer(&claim, shared).await
        {
            let change = json!({"metadata": {"annotations": {facts::SELECTED_NODE_ANNOTATION: node}}});
            claims.patch(name, change).await?;
        }
    }
    Ok(ready)
}
