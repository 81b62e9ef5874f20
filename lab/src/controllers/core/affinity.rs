//! Affinity and anti-affinity of pods: required terms exclude nodes, preferred terms give nodes a score.

use std::{collections::BTreeMap, sync::Arc};

use k8s_openapi::api::core::v1::{
    Affinity, Namespace, Node, NodeSelectorRequirement, NodeSelectorTerm, Pod, PodAffinityTerm,
};
use kube::{
    Resource, ResourceExt,
    core::{Selector, SelectorExt},
};

/// State of the cluster that affinity terms are evaluated against.
pub struct Neighbours<'a> {
    /// Pods that are assigned to a node.
    pub pods: &'a [Arc<Pod>],
    /// All nodes of the cluster.
    pub nodes: &'a [Arc<Node>],
    /// All namespaces of the cluster.
    pub namespaces: &'a [Arc<Namespace>],
}

/// Whether the required terms of the pod admit the node.
pub fn allows(pod: &Pod, node: &Node, neighbours: &Neighbours<'_>) -> bool {
    let Some(affinity) = affinity(pod) else {
        return true;
    };
    let nodes = affinity.node_affinity.as_ref();
    let nodes = nodes.and_then(|affinity| affinity.required_during_scheduling_ignored_during_execution.as_ref());
    let on_node = nodes.is_none_or(|required| required.node_selector_terms.iter().any(|term| matches_node(term, node)));
    let together = affinity.pod_affinity.as_ref();
    let together = together.and_then(|affinity| affinity.required_during_scheduling_ignored_during_execution.as_ref());
    let apart = affinity.pod_anti_affinity.as_ref();
    let apart = apart.and_then(|affinity| affinity.required_during_scheduling_ignored_during_execution.as_ref());
    // Like the real scheduler: a pod that matches its own term may be the first one with these labels.
    let joins = |term: &PodAffinityTerm| {
        neighbours.near(pod, node, term)
            || (neighbours.selects(pod, term, pod)
                && !neighbours.pods.iter().any(|other| neighbours.selects(pod, term, other)))
    };
    on_node
        && together.into_iter().flatten().all(joins)
        && !apart.into_iter().flatten().any(|term| neighbours.near(pod, node, term))
}

/// Sum of the weights of the preferred terms that the node satisfies; anti-affinity counts as negative.
pub fn preference_score(pod: &Pod, node: &Node, neighbours: &Neighbours<'_>) -> i32 {
    let Some(affinity) = affinity(pod) else {
        return 0;
    };
    let nodes = affinity.node_affinity.as_ref();
    let nodes = nodes.and_then(|affinity| affinity.preferred_during_scheduling_ignored_during_execution.as_ref());
    let nodes = nodes
        .into_iter()
        .flatten()
        .filter(|term| matches_node(&term.preference, node));
    let nodes: i32 = nodes.map(|term| term.weight).sum();
    let together = affinity.pod_affinity.as_ref();
    let together = together.and_then(|affinity| affinity.preferred_during_scheduling_ignored_during_execution.as_ref());
    let apart = affinity.pod_anti_affinity.as_ref();
    let apart = apart.and_then(|affinity| affinity.preferred_during_scheduling_ignored_during_execution.as_ref());
    let near = |terms: Option<&Vec<_>>| -> i32 {
        let terms = terms.into_iter().flatten();
        let near = terms.filter(|term: &&k8s_openapi::api::core::v1::WeightedPodAffinityTerm| {
            neighbours.near(pod, node, &term.pod_affinity_term)
        });
        near.map(|term| term.weight).sum()
    };
    nodes + near(together) - near(apart)
}

/// Whether the pod has affinity or anti-affinity to other pods.
pub fn has_pod_affinity(pod: &Pod) -> bool {
    affinity(pod).is_some_and(|affinity| affinity.pod_affinity.is_some() || affinity.pod_anti_affinity.is_some())
}

fn affinity(pod: &Pod) -> Option<&Affinity> {
    pod.spec.as_ref()?.affinity.as_ref()
}

/// Whether the node matches all requirements of the term; an empty term matches no node.
fn matches_node(term: &NodeSelectorTerm, node: &Node) -> bool {
    let fields = BTreeMap::from([("metadata.name".to_owned(), node.name_any())]);
    let of = |list: &Option<Vec<NodeSelectorRequirement>>| list.clone().unwrap_or_default();
    let (labels, names) = (of(&term.match_expressions), of(&term.match_fields));
    !(labels.is_empty() && names.is_empty())
        && labels.iter().all(|requirement| holds(requirement, node.labels()))
        && names.iter().all(|requirement| holds(requirement, &fields))
}

fn holds(requirement: &NodeSelectorRequirement, labels: &BTreeMap<String, String>) -> bool {
    let value = labels.get(&requirement.key);
    let values = requirement.values.as_deref().unwrap_or_default();
    let is_among = value.is_some_and(|value| values.contains(value));
    let compared = || {
        let (value, bound) = (value?.parse::<i64>().ok()?, values.first()?.parse::<i64>().ok()?);
        Some(value.cmp(&bound))
    };
    match requirement.operator.as_str() {
        "In" => is_among,
        "NotIn" => !is_among,
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => compared().is_some_and(|order| order.is_gt()),
        "Lt" => compared().is_some_and(|order| order.is_lt()),
        _ => false,
    }
}

impl Neighbours<'_> {
    /// Whether a pod that the term selects runs in the topology domain of the node.
    fn near(&self, pod: &Pod, node: &Node, term: &PodAffinityTerm) -> bool {
        let Some(place) = node.labels().get(&term.topology_key) else {
            return false;
        };
        let is_there = |other: &&Arc<Pod>| {
            let name = other.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
            let host = self.nodes.iter().find(|node| Some(node.name_any().as_str()) == name);
            host.is_some_and(|host| host.labels().get(&term.topology_key) == Some(place))
        };
        self.pods
            .iter()
            .filter(is_there)
            .any(|other| self.selects(pod, term, other))
    }

    /// Whether the term of `pod` selects `other`: by labels, in the term's namespaces or else in that of `pod`.
    fn selects(&self, pod: &Pod, term: &PodAffinityTerm, other: &Pod) -> bool {
        let labelled = term.label_selector.clone().is_some_and(|selector| {
            Selector::try_from(selector).is_ok_and(|selector| selector.matches(other.labels()))
        });
        let namespace = other.namespace();
        let named = term.namespaces.as_deref().unwrap_or_default();
        let is_named = namespace.as_ref().is_some_and(|namespace| named.contains(namespace));
        let is_selected = term.namespace_selector.clone().is_some_and(|selector| {
            let of_other = self.namespaces.iter().find(|one| one.meta().name == namespace);
            let labels = of_other.map(|one| one.labels().clone()).unwrap_or_default();
            Selector::try_from(selector).is_ok_and(|selector| selector.matches(&labels))
        });
        let is_own = named.is_empty() && term.namespace_selector.is_none() && namespace == pod.namespace();
        labelled && (is_named || is_selected || is_own)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn node(name: &str, labels: Value) -> Arc<Node> {
        let node = serde_json::from_value(json!({"metadata": {"name": name, "labels": labels}})).expect("a node");
        Arc::new(node)
    }

    fn pod(app: &str, affinity: Value, node: Option<&str>) -> Arc<Pod> {
        let pod = json!({
            "metadata": {"name": app, "namespace": "a", "labels": {"app": app}},
            "spec": {"containers": [], "affinity": affinity, "nodeName": node},
        });
        Arc::new(serde_json::from_value(pod).expect("a pod"))
    }

    fn nodes() -> Vec<Arc<Node>> {
        vec![
            node("n1", json!({"host": "n1", "disk": "ssd", "cpus": "8"})),
            node("n2", json!({"host": "n2", "cpus": "16"})),
        ]
    }

    fn allowed(affinity: Value, pods: &[Arc<Pod>]) -> Vec<String> {
        let nodes = nodes();
        let pod = pod("web", affinity, None);
        let neighbours = Neighbours {
            pods,
            nodes: &nodes,
            namespaces: &[],
        };
        let allowed = nodes.iter().filter(|node| allows(&pod, node, &neighbours));
        allowed.map(|node| node.name_any()).collect()
    }

    #[test]
    fn required_node_affinity_leaves_out_other_nodes() {
        let required = |expressions: Value| {
            json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": expressions}]}}})
        };
        for (operator, key, values, expected) in [
            ("In", "disk", json!(["ssd"]), vec!["n1"]),
            ("NotIn", "disk", json!(["ssd"]), vec!["n2"]),
            ("Exists", "disk", json!([]), vec!["n1"]),
            ("DoesNotExist", "disk", json!([]), vec!["n2"]),
            ("Gt", "cpus", json!(["8"]), vec!["n2"]),
            ("Lt", "cpus", json!(["16"]), vec!["n1"]),
        ] {
            let expressions = json!([{"key": key, "operator": operator, "values": values}]);
            assert_eq!(allowed(required(expressions), &[]), expected, "{operator}");
        }
        assert_eq!(allowed(Value::Null, &[]), ["n1", "n2"]);
    }

    #[test]
    fn pods_stay_together_or_apart() {
        let term = |app: &str| json!([{"topologyKey": "host", "labelSelector": {"matchLabels": {"app": app}}}]);
        let required = |kind: &str, app: &str| {
            let mut affinity = json!({});
            affinity[kind] = json!({"requiredDuringSchedulingIgnoredDuringExecution": term(app)});
            affinity
        };
        let database = [pod("db", Value::Null, Some("n2"))];
        assert_eq!(allowed(required("podAffinity", "db"), &database), ["n2"]);
        assert_eq!(allowed(required("podAntiAffinity", "db"), &database), ["n1"]);
        assert_eq!(allowed(required("podAffinity", "nobody"), &database), [""; 0]);
        // The pod matches its own term and no other pod does.
        assert_eq!(allowed(required("podAffinity", "web"), &database), ["n1", "n2"]);
    }

    #[test]
    fn preferred_terms_only_change_the_score() {
        let nodes = nodes();
        let pods = [pod("db", Value::Null, Some("n2"))];
        let neighbours = Neighbours {
            pods: &pods,
            nodes: &nodes,
            namespaces: &[],
        };
        let term = json!({"topologyKey": "host", "labelSelector": {"matchLabels": {"app": "db"}}});
        let pod = pod(
            "web",
            json!({
                "nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": 10, "preference": {"matchExpressions": [{"key": "disk", "operator": "Exists"}]}}]},
                "podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 50, "podAffinityTerm": term}]},
            }),
            None,
        );
        let scores: Vec<i32> = nodes
            .iter()
            .map(|node| preference_score(&pod, node, &neighbours))
            .collect();
        assert_eq!(scores, [10, 50]);
    }
}
