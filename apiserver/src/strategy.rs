//! What the server itself does to objects of built-in kinds when they are written: defaults, generated fields and
//! the part of the status that exists from the start.
//!
//! Each rule is one that other parts of a cluster rely on; see `PrepareForCreate` of the strategies in
//! `k8s.io/kubernetes/pkg/registry` and the defaulting in `k8s.io/kubernetes/pkg/apis`.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{Core, crds, kinds::Kind, meta, status::Cause, store::Key};

/// Annotation of the storage class that claims get which name none.
const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

/// Prepares a new object of a built-in kind.
pub fn prepare_create(core: &Core, kind: &Kind, object: &mut Value) {
    drop_nulls(object);
    // Nodes register themselves with their status.
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
            absent(spec, "serviceAccountName", "default");
            absent(spec, "restartPolicy", "Always");
            absent(spec, "terminationGracePeriodSeconds", 30);
            absent(spec, "dnsPolicy", "ClusterFirst");
            absent(spec, "schedulerName", "default-scheduler");
            absent(spec, "enableServiceLinks", true);
            object["status"] = json!({ "phase": "Pending", "qosClass": quality(&object["spec"]) });
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

/// Prepares the new state of an object of a built-in kind.
pub fn prepare_update(kind: &Kind, object: &mut Value) {
    drop_nulls(object);
    default(kind, object);
}

/// Defaults that hold at every write.
fn default(kind: &Kind, object: &mut Value) {
    match (kind.group.as_str(), kind.plural.as_str()) {
        ("", "secrets") => {
            if let Some(Value::Object(plain)) = fields(object).shift_remove("stringData") {
                for (key, value) in plain {
                    object["data"][key] = json!(STANDARD.encode(value.as_str().unwrap_or_default()));
                }
            }
            absent(fields(object), "type", "Opaque");
        }
        ("", "persistentvolumeclaims") => absent(fields(&mut object["spec"]), "volumeMode", "Filesystem"),
        ("", "persistentvolumes") => {
            let spec = fields(&mut object["spec"]);
            absent(spec, "volumeMode", "Filesystem");
            absent(spec, "persistentVolumeReclaimPolicy", "Retain");
        }
        ("", "services") => {
            let spec = fields(&mut object["spec"]);
            absent(spec, "type", "ClusterIP");
            absent(spec, "sessionAffinity", "None");
            for port in spec
                .get_mut("ports")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                let target = port["port"].clone();
                absent(fields(port), "protocol", "TCP");
                absent(fields(port), "targetPort", target);
            }
        }
        ("batch", "jobs") => {
            let spec = fields(&mut object["spec"]);
            absent(spec, "backoffLimit", 6);
            absent(spec, "completionMode", "NonIndexed");
            absent(spec, "suspend", false);
            if !spec.contains_key("completions") && !spec.contains_key("parallelism") {
                absent(spec, "completions", 1);
            }
            absent(spec, "parallelism", 1);
        }
        ("apps", "deployments" | "statefulsets" | "replicasets") => absent(fields(&mut object["spec"]), "replicas", 1),
        ("storage.k8s.io", "storageclasses") => {
            absent(fields(object), "reclaimPolicy", "Delete");
            absent(fields(object), "volumeBindingMode", "Immediate");
        }
        ("apiextensions.k8s.io", "customresourcedefinitions") => crds::default(object),
        _ => {}
    }
}

/// What is wrong with an object of a built-in kind.
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

/// Jobs own the pods that carry their uid, unless the user chose another selector.
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

/// The quality of service that a pod's requests and limits give it.
fn quality(spec: &Value) -> &'static str {
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

/// A free address of the service network 172.30.0.0/16.
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

/// Whether the deletion of an object answers with the object rather than with a `Status`.
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

/// Seconds that an object gets before it is deleted, when the request says `asked`: only pods that run get any.
pub fn grace(kind: &Kind, object: &Value, asked: Option<i64>) -> i64 {
    if !kind.is_core("pods") {
        return 0;
    }
    let spec = &object["spec"];
    let done = ["Succeeded", "Failed"].contains(&object["status"]["phase"].as_str().unwrap_or_default());
    if spec["nodeName"].as_str().unwrap_or_default().is_empty() || done {
        return 0;
    }
    asked
        .or_else(|| spec["terminationGracePeriodSeconds"].as_i64())
        .unwrap_or(30)
        .max(0)
}

/// The namespace that an object of this kind lives in, as a place in the store.
pub fn host(kind: &Kind, key: &Key) -> Option<Key> {
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

fn absent(fields: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    if !fields.contains_key(key) {
        fields.insert(key.to_owned(), value.into());
    }
}

fn remove(object: &mut Value, key: &str) {
    if let Some(fields) = object.as_object_mut() {
        fields.shift_remove(key);
    }
}

/// Typed kinds have no nulls: decoding drops them.
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
