//! The table of built-in kinds.
//!
//! To add a kind, add a row. `STATUS` means that the status is a subresource, `COUNTED` that `metadata.generation`
//! counts changes of the spec.

use super::kinds::{Conversion, Kind, collection_name};

const NAMESPACED: bool = true;
const CLUSTER: bool = false;
const STATUS: bool = true;
const PLAIN: bool = false;
const COUNTED: bool = true;
const UNCOUNTED: bool = false;

struct Row(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    bool,
    &'static str,
    bool,
    bool,
);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    //  group, version, plural, kind, scope, short names, status, generation
    Row("", "v1", "namespaces", "Namespace", CLUSTER, "ns", STATUS, UNCOUNTED),
    Row("", "v1", "nodes", "Node", CLUSTER, "no", STATUS, UNCOUNTED),
    Row("", "v1", "persistentvolumes", "PersistentVolume", CLUSTER, "pv", STATUS, UNCOUNTED),
    Row("", "v1", "pods", "Pod", NAMESPACED, "po", STATUS, UNCOUNTED),
    Row("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", NAMESPACED, "pvc", STATUS, UNCOUNTED),
    Row("", "v1", "secrets", "Secret", NAMESPACED, "", PLAIN, UNCOUNTED),
    Row("", "v1", "configmaps", "ConfigMap", NAMESPACED, "cm", PLAIN, UNCOUNTED),
    Row("", "v1", "services", "Service", NAMESPACED, "svc", STATUS, UNCOUNTED),
    Row("", "v1", "serviceaccounts", "ServiceAccount", NAMESPACED, "sa", PLAIN, UNCOUNTED),
    Row("", "v1", "endpoints", "Endpoints", NAMESPACED, "ep", PLAIN, UNCOUNTED),
    Row("", "v1", "events", "Event", NAMESPACED, "ev", PLAIN, UNCOUNTED),
    Row("", "v1", "limitranges", "LimitRange", NAMESPACED, "limits", PLAIN, UNCOUNTED),
    Row("", "v1", "resourcequotas", "ResourceQuota", NAMESPACED, "quota", STATUS, UNCOUNTED),
    Row("", "v1", "replicationcontrollers", "ReplicationController", NAMESPACED, "rc", STATUS, COUNTED),
    Row("", "v1", "podtemplates", "PodTemplate", NAMESPACED, "", PLAIN, COUNTED),
    Row("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", CLUSTER, "", PLAIN, COUNTED),
    Row("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", CLUSTER, "", PLAIN, COUNTED),
    Row("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", CLUSTER, "crd crds", STATUS, COUNTED),
    Row("apiregistration.k8s.io", "v1", "apiservices", "APIService", CLUSTER, "", STATUS, UNCOUNTED),
    Row("apps", "v1", "controllerrevisions", "ControllerRevision", NAMESPACED, "", PLAIN, UNCOUNTED),
    Row("apps", "v1", "daemonsets", "DaemonSet", NAMESPACED, "ds", STATUS, COUNTED),
    Row("apps", "v1", "deployments", "Deployment", NAMESPACED, "deploy", STATUS, COUNTED),
    Row("apps", "v1", "replicasets", "ReplicaSet", NAMESPACED, "rs", STATUS, COUNTED),
    Row("apps", "v1", "statefulsets", "StatefulSet", NAMESPACED, "sts", STATUS, COUNTED),
    Row("batch", "v1", "cronjobs", "CronJob", NAMESPACED, "cj", STATUS, COUNTED),
    Row("batch", "v1", "jobs", "Job", NAMESPACED, "", STATUS, COUNTED),
    Row("coordination.k8s.io", "v1", "leases", "Lease", NAMESPACED, "", PLAIN, UNCOUNTED),
    Row("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", NAMESPACED, "", PLAIN, COUNTED),
    Row("events.k8s.io", "v1", "events", "Event", NAMESPACED, "ev", PLAIN, UNCOUNTED),
    Row("networking.k8s.io", "v1", "ingresses", "Ingress", NAMESPACED, "ing", STATUS, COUNTED),
    Row("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", NAMESPACED, "netpol", PLAIN, COUNTED),
    Row("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", NAMESPACED, "pdb", STATUS, COUNTED),
    Row("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", CLUSTER, "", PLAIN, UNCOUNTED),
    Row("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", CLUSTER, "", PLAIN, UNCOUNTED),
    Row("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", NAMESPACED, "", PLAIN, UNCOUNTED),
    Row("rbac.authorization.k8s.io", "v1", "roles", "Role", NAMESPACED, "", PLAIN, UNCOUNTED),
    Row("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", CLUSTER, "pc", PLAIN, COUNTED),
    Row("storage.k8s.io", "v1", "csidrivers", "CSIDriver", CLUSTER, "", PLAIN, UNCOUNTED),
    Row("storage.k8s.io", "v1", "csinodes", "CSINode", CLUSTER, "", PLAIN, UNCOUNTED),
    Row("storage.k8s.io", "v1", "csistoragecapacities", "CSIStorageCapacity", NAMESPACED, "", PLAIN, UNCOUNTED),
    Row("storage.k8s.io", "v1", "storageclasses", "StorageClass", CLUSTER, "sc", PLAIN, UNCOUNTED),
    Row("storage.k8s.io", "v1", "volumeattachments", "VolumeAttachment", CLUSTER, "", STATUS, UNCOUNTED),
];

/// Kinds of the category `all`, which `kubectl get all` lists.
const ALL: &[&str] = &[
    "cronjobs",
    "daemonsets",
    "deployments",
    "jobs",
    "pods",
    "replicasets",
    "replicationcontrollers",
    "services",
    "statefulsets",
];

/// The built-in kinds.
pub fn kinds() -> Vec<Kind> {
    TABLE.iter().map(kind).collect()
}

fn kind(row: &Row) -> Kind {
    let Row(group, version, plural, kind, namespaced, short_names, status, generation) = *row;
    // Events are served in two API groups and stored in one collection.
    let is_event = plural == "events";
    let mut known = Kind {
        group: group.into(),
        version: version.into(),
        plural: plural.into(),
        singular: kind.to_lowercase(),
        kind: kind.into(),
        list_kind: format!("{kind}List"),
        short_names: short_names.split_whitespace().map(str::to_owned).collect(),
        categories: if ALL.contains(&plural) {
            vec!["all".into()]
        } else {
            vec![]
        },
        namespaced,
        status,
        generation,
        collection: if is_event {
            "events".into()
        } else {
            collection_name(group, plural)
        },
        stored_api_version: String::new(),
        conversion: if is_event && !group.is_empty() {
            Conversion::Events
        } else {
            Conversion::ApiVersion
        },
        custom: None,
    };
    known.stored_api_version = if is_event { "v1".into() } else { known.api_version() };
    known
}
