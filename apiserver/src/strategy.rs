//! Changes of the server to built-in kinds on write: defaults, generated fields and the initial status.
//!
//! Only rules that other components of a cluster rely on are implemented; see `PrepareForCreate` of the strategies in
//! `k8s.io/kubernetes/pkg/registry` and the defaulting in `k8s.io/kubernetes/pkg/apis`.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{Core, crds, kinds::Kind, meta, status::Cause, store::Key};

/// Annotation of the storage class for PersistentVolumeClaims without `storageClassName`.
const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

/// Prepares a new object of a built-in kind.
pub fn prepare_create(core: &Core, kind: &Kind, object: &mut Value) {
    drop_nulls(object);
    // The kubelet sets the status when it registers its node.
    if kind.status && !kind.is_core("nodes") {
        remove(object, "status");
    }
    default(kind, object);
    match (kind.group.as_str(), kind.plural.as_str()) {
        ("", "namespaces") => {
            let name = meta::text(object, "name").to_owned();
            object["metadata"]["labels"]["kubernetes.io/metadata.name"] = json!(name);
            object["spec"]["finalizers"] = json!(["kubernetes"]);
            object["status"] = json!({ "phase": "Active" });
        }
        ("", "pods") => {
            let spec = fields(&mut object["spec"]);
            set_if_absent(spec, "serviceAccountName", "default");
            set_if_absent(spec, "restartPolicy", "Always");
            set_if_absent(spec, "terminationGracePeriodSeconds", 30);
            set_if_absent(spec, "dnsPolicy", "ClusterFirst");
            set_if_absent(spec, "schedulerName", "default-scheduler");
            set_if_absent(spec, "enableServiceLinks", true);
            object["status"] = json!({ "phase": "Pending", "qosClass": qos_class(&object["spec"]) });
        }
        ("", "persistentvolumes") => object["status"] = json!({ "phase": "Pending" }),
        ("", "persistentvolumeclaims") => {
            if object["spec"]["storageClassName"].is_null()
                && let Some(class) = default_class(core)
            {
                object["spec"]["storageClassName"] = json!(class);
            }
            object["status"] = json!({ "phase": "Pending" });
        }
        ("", "services") => {
            if object["spec"]["type"] != "ExternalName" && object["spec"]["clusterIP"].is_null() {
                let address = cluster_address(core);
                object["spec"]["clusterIP"] = json!(address);
                object["spec"]["clusterIPs"] = json!([address]);
            }
            object["status"] = json!({ "loadBalancer": {} });
        }
        ("batch", "jobs") => select_own_pods(object),
        _ => {}
    }
}

/// Prepares an update of an object of a built-in kind.
pub fn prepare_update(kind: &Kind, object: &mut Value) {
    drop_nulls(object);
    default(kind, object);
}

/// Sets the defaults that apply to every write.
fn default(kind: &Kind, object: &mut Value) {
    match (kind.group.as_str(), kind.plural.as_str()) {
        ("", "secrets") => {
            if let Some(Value::Object(plain)) = fields(object).shift_remove("stringData") {
                for (key, value) in plain {
                    object["data"][key] = json!(STANDARD.encode(value.as_str().unwrap_or_default()));
                }
            }
            set_if_absent(fields(object), "type", "Opaque");
        }
        ("", "persistentvolumeclaims") => set_if_absent(fields(&mut object["spec"]), "volumeMode", "Filesystem"),
        ("", "persistentvolumes") => {
            let spec = fields(&mut object["spec"]);
            set_if_absent(spec, "volumeMode", "Filesystem");
            set_if_absent(spec, "persistentVolumeReclaimPolicy", "Retain");
        }
        ("", "services") => {
            let spec = fields(&mut object["spec"]);
            set_if_absent(spec, "type", "ClusterIP");
            set_if_absent(spec, "sessionAffinity", "None");
            for port in spec
                .get_mut("ports")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                let target = port["port"].clone();
                set_if_absent(fields(port), "protocol", "TCP");
                set_if_absent(fields(port), "targetPort", target);
            }
        }
        ("batch", "jobs") => {
            let spec = fields(&mut object["spec"]);
            set_if_absent(spec, "backoffLimit", 6);
            set_if_absent(spec, "completionMode", "NonIndexed");
            set_if_absent(spec, "suspend", false);
            if !spec.contains_key("completions") && !spec.contains_key("parallelism") {
                set_if_absent(spec, "completions", 1);
            }
            set_if_absent(spec, "parallelism", 1);
        }
        ("apps", "deployments" | "statefulsets" | "replicasets") => {
            set_if_absent(fields(&mut object["spec"]), "replicas", 1)
        }
        ("storage.k8s.io", "storageclasses") => {
            set_if_absent(fields(object), "reclaimPolicy", "Delete");
            set_if_absent(fields(object), "volumeBindingMode", "Immediate");
        }
        ("apiextensions.k8s.io", "customresourcedefinitions") => crds::default(object),
        _ => {}
    }
}

/// Returns all reasons why an object of a built-in kind is invalid.
pub fn validate(kind: &Kind, object: &Value) -> Vec<Cause> {
    let required = |fields: &[&str]| {
        let missing = |path: &&&str| {
            path.split('.')
                .try_fold(object, |value, part| value.get(part))
                .is_none()
        };
        fields
            .iter()
            .filter(missing)
            .map(|path| Cause::required(*path, ""))
            .collect()
    };
    match (kind.group.as_str(), kind.plural.as_str()) {
        ("", "pods") if object["spec"]["containers"].as_array().is_none_or(Vec::is_empty) => {
            vec![Cause::required("spec.containers", "")]
        }
        ("", "persistentvolumeclaims") => {
            let mut causes: Vec<Cause> = required(&["spec.accessModes"]);
            if object["spec"]["resources"]["requests"]["storage"].is_null() {
                causes.push(Cause::required("spec.resources[storage]", ""));
            }
            causes
        }
        ("batch", "jobs") => required(&["spec.template"]),
        ("apps", "deployments" | "daemonsets" | "replicasets" | "statefulsets") => {
            required(&["spec.selector", "spec.template"])
        }
        ("storage.k8s.io", "storageclasses") => required(&["provisioner"]),
        ("apiextensions.k8s.io", "customresourcedefinitions") => crds::validate(object),
        _ => Vec::new(),
    }
}

/// Sets selector and pod labels of a job to its uid, unless the user has set `manualSelector`.
fn select_own_pods(job: &mut Value) {
    if job["spec"]["manualSelector"] == true {
        return;
    }
    let (uid, name) = (meta::text(job, "uid").to_owned(), meta::text(job, "name").to_owned());
    let labels = fields(&mut job["spec"]["template"]["metadata"]["labels"]);
    for prefix in ["", "batch.kubernetes.io/"] {
        labels.insert(format!("{prefix}controller-uid"), json!(uid));
        labels.insert(format!("{prefix}job-name"), json!(name));
    }
    job["spec"]["selector"] = json!({ "matchLabels": { "batch.kubernetes.io/controller-uid": uid } });
}

/// QoS class of a pod, from its requests and limits.
fn qos_class(spec: &Value) -> &'static str {
    let mut containers = spec["containers"].as_array().into_iter().flatten().peekable();
    let asks = |container: &Value, what: &str| {
        container["resources"][what]
            .as_object()
            .is_some_and(|amounts| !amounts.is_empty())
    };
    if containers
        .clone()
        .all(|container| !asks(container, "requests") && !asks(container, "limits"))
    {
        return "BestEffort";
    }
    let full = |container: &Value| {
        let (limits, requests) = (&container["resources"]["limits"], &container["resources"]["requests"]);
        ["cpu", "memory"]
            .iter()
            .all(|name| !limits[name].is_null() && (requests[name].is_null() || requests[name] == limits[name]))
    };
    if containers.all(full) {
        "Guaranteed"
    } else {
        "Burstable"
    }
}

fn default_class(core: &Core) -> Option<String> {
    let (_, classes) = core.store.list("storageclasses.storage.k8s.io", None);
    let is_default = |class: &Value| class["metadata"]["annotations"][DEFAULT_CLASS] == "true";
    classes
        .into_iter()
        .find(|class| is_default(&class.value))
        .map(|class| class.key.name.clone())
}

/// Returns a free address of the service network 172.30.0.0/16.
fn cluster_address(core: &Core) -> String {
    let taken: Vec<Value> = core
        .store
        .list("services", None)
        .1
        .iter()
        .map(|service| service.value["spec"]["clusterIP"].clone())
        .collect();
    let address = |number: u32| format!("172.30.{}.{}", number / 256, number % 256);
    (1..65_535)
        .map(address)
        .find(|address| !taken.contains(&json!(address)))
        .unwrap_or_default()
}

/// Whether the answer to a deletion is the deleted object instead of a `Status`.
pub fn returns_deleted(kind: &Kind) -> bool {
    match kind.group.as_str() {
        "" => [
            "pods",
            "persistentvolumes",
            "persistentvolumeclaims",
            "serviceaccounts",
            "podtemplates",
            "resourcequotas",
            "services",
        ]
        .contains(&kind.plural.as_str()),
        "storage.k8s.io" => kind.plural != "csistoragecapacities",
        _ => false,
    }
}

/// Grace period of a deletion in seconds, for the `gracePeriodSeconds` of the request. Only running pods have one.
pub fn grace(kind: &Kind, object: &Value, requested: Option<i64>) -> i64 {
    if !kind.is_core("pods") {
        return 0;
    }
    let spec = &object["spec"];
    let done = ["Succeeded", "Failed"].contains(&object["status"]["phase"].as_str().unwrap_or_default());
    if spec["nodeName"].as_str().unwrap_or_default().is_empty() || done {
        return 0;
    }
    requested
        .or_else(|| spec["terminationGracePeriodSeconds"].as_i64())
        .unwrap_or(30)
        .max(0)
}

/// Key of the namespace of an object; `None` for cluster-scoped kinds.
pub fn namespace_key(kind: &Kind, key: &Key) -> Option<Key> {
    kind.namespaced.then(|| Key::new("", key.namespace.clone()))
}

fn fields(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = json!({});
    }
    match value {
        Value::Object(fields) => fields,
        _ => unreachable!("the value was made an object above"),
    }
}

fn set_if_absent(fields: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    if !fields.contains_key(key) {
        fields.insert(key.to_owned(), value.into());
    }
}

fn remove(object: &mut Value, key: &str) {
    if let Some(fields) = object.as_object_mut() {
        fields.shift_remove(key);
    }
}

/// Drops nulls, as decoding into the Go types of built-in kinds does.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}
