//! Tables for `kubectl get`: the server defines the columns.
//!
//! The columns of built-in kinds are those of `k8s.io/kubernetes/pkg/printers/internalversion`.

use std::sync::Arc;

use jiff::Timestamp;
use jsonpath_rust::{
    parser::{model::JpQuery, parse_json_path},
    query::js_path_process,
};
use serde_json::{Value, json};

use super::{convert, kinds::Kind, store::Object};

/// A column of a custom resource: an entry of `additionalPrinterColumns`.
#[derive(Debug)]
pub struct CustomColumn {
    definition: Value,
    path: JpQuery,
}

impl CustomColumn {
    /// Parses a column; the error names the invalid JSONPath.
    pub fn parse(column: &Value) -> Result<Self, String> {
        let path = column["jsonPath"].as_str().unwrap_or_default();
        let parsed = parse_json_path(&format!("${path}")).map_err(|error| error.to_string())?;
        let definition = json!({
            "name": column["name"],
            "type": column["type"],
            "format": column["format"].as_str().unwrap_or_default(),
            "description": column["description"].as_str().unwrap_or_default(),
            "priority": column["priority"].as_i64().unwrap_or_default(),
        });
        Ok(Self {
            definition,
            path: parsed,
        })
    }

    fn cell(&self, object: &Value) -> Value {
        let found = js_path_process(&self.path, object).unwrap_or_default();
        let Some(value) = found.into_iter().next().map(|found| found.val()) else {
            return Value::Null;
        };
        match (self.definition["type"].as_str().unwrap_or_default(), value) {
            ("date", Value::String(time)) => json!(format_age(time)),
            ("string", Value::String(_)) | ("integer" | "number", Value::Number(_)) | ("boolean", Value::Bool(_)) => {
                value.clone()
            }
            ("string", other) => json!(other.to_string()),
            _ => Value::Null,
        }
    }
}

/// A column of a built-in kind: name, priority, function that computes the cell.
struct Column(&'static str, i64, fn(&Value) -> Value);

/// Renders a table of objects, with column definitions if `include_columns`.
pub fn render(kind: &Kind, objects: &[Arc<Object>], include_columns: bool) -> Value {
    let name = Column("Name", 0, |object| {
        if is_default_class(object) {
            json!(format!("{} (default)", text(object, "/metadata/name")))
        } else {
            object["metadata"]["name"].clone()
        }
    });
    let (definitions, rows): (Vec<Value>, Vec<Value>) =
        match kind.custom.as_ref().filter(|custom| !custom.columns().is_empty()) {
            Some(custom) => {
                let definitions = custom.columns().iter().map(|column| column.definition.clone());
                let cells = |object: &Value| custom.columns().iter().map(|column| column.cell(object)).collect();
                (
                    std::iter::once(definition(&name)).chain(definitions).collect(),
                    objects
                        .iter()
                        .map(|object| row(kind, object, |value| prepend((name.2)(value), cells(value))))
                        .collect(),
                )
            }
            None => {
                let columns: Vec<Column> = std::iter::once(name).chain(columns(kind)).collect();
                let cells = |value: &Value| columns.iter().map(|column| (column.2)(value)).collect();
                (
                    columns.iter().map(definition).collect(),
                    objects.iter().map(|object| row(kind, object, cells)).collect(),
                )
            }
        };
    let definitions = if include_columns { definitions } else { Vec::new() };
    json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": definitions,
        "rows": rows,
    })
}

fn prepend(first: Value, mut rest: Vec<Value>) -> Vec<Value> {
    rest.insert(0, first);
    rest
}

fn row(kind: &Kind, object: &Arc<Object>, cells: impl Fn(&Value) -> Vec<Value>) -> Value {
    let served = convert::to_served(kind, object);
    json!({
        "cells": cells(&served),
        "object": {
            "kind": "PartialObjectMetadata",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": served["metadata"],
        },
    })
}

fn definition(column: &Column) -> Value {
    let format = if column.0 == "Name" { "name" } else { "" };
    json!({ "name": column.0, "type": "string", "format": format, "description": "", "priority": column.1 })
}

fn columns(kind: &Kind) -> Vec<Column> {
    let age = || {
        Column("Age", 0, |object| {
            json!(format_age(text(object, "/metadata/creationTimestamp")))
        })
    };
    match (kind.group.as_str(), kind.plural.as_str()) {
        ("", "namespaces") => vec![Column("Status", 0, |object| object["status"]["phase"].clone()), age()],
        ("", "pods") => vec![
            Column("Ready", 0, ready_containers),
            Column("Status", 0, pod_status),
            Column("Restarts", 0, restarts),
            age(),
            Column("IP", 1, |object| shown(object, "/status/podIP")),
            Column("Node", 1, |object| shown(object, "/spec/nodeName")),
            Column("Nominated Node", 1, |object| shown(object, "/status/nominatedNodeName")),
            Column("Readiness Gates", 1, |_| json!("<none>")),
        ],
        ("", "persistentvolumeclaims") => vec![
            Column("Status", 0, phase_or_terminating),
            Column("Volume", 0, |object| json!(text(object, "/spec/volumeName"))),
            Column("Capacity", 0, |object| json!(text(object, "/status/capacity/storage"))),
            Column("Access Modes", 0, |object| {
                json!(access_modes(&object["status"]["accessModes"]))
            }),
            Column("StorageClass", 0, |object| {
                json!(text(object, "/spec/storageClassName"))
            }),
            Column("VolumeAttributesClass", 0, |_| json!("<unset>")),
            age(),
            Column("VolumeMode", 1, |object| shown(object, "/spec/volumeMode")),
        ],
        ("", "persistentvolumes") => vec![
            Column("Capacity", 0, |object| json!(text(object, "/spec/capacity/storage"))),
            Column("Access Modes", 0, |object| {
                json!(access_modes(&object["spec"]["accessModes"]))
            }),
            Column("Reclaim Policy", 0, |object| {
                json!(text(object, "/spec/persistentVolumeReclaimPolicy"))
            }),
            Column("Status", 0, phase_or_terminating),
            Column("Claim", 0, |object| match text(object, "/spec/claimRef/name") {
                "" => json!(""),
                name => json!(format!("{}/{name}", text(object, "/spec/claimRef/namespace"))),
            }),
            Column("StorageClass", 0, |object| {
                json!(text(object, "/spec/storageClassName"))
            }),
            Column("VolumeAttributesClass", 0, |_| json!("<unset>")),
            Column("Reason", 0, |object| json!(text(object, "/status/reason"))),
            age(),
            Column("VolumeMode", 1, |object| shown(object, "/spec/volumeMode")),
        ],
        ("", "secrets") => {
            vec![
                Column("Type", 0, |object| object["type"].clone()),
                Column("Data", 0, data_count),
                age(),
            ]
        }
        ("", "configmaps") => vec![Column("Data", 0, data_count), age()],
        ("", "services") => vec![
            Column("Type", 0, |object| object["spec"]["type"].clone()),
            Column("Cluster-IP", 0, |object| shown(object, "/spec/clusterIP")),
            Column("External-IP", 0, |_| json!("<none>")),
            Column("Port(s)", 0, service_ports),
            age(),
        ],
        ("", "serviceaccounts") => {
            vec![
                Column("Secrets", 0, |object| {
                    json!(object["secrets"].as_array().map_or(0, Vec::len))
                }),
                age(),
            ]
        }
        ("", "nodes") => vec![
            Column("Status", 0, node_status),
            Column("Roles", 0, node_roles),
            age(),
            Column("Version", 0, |object| {
                json!(text(object, "/status/nodeInfo/kubeletVersion"))
            }),
        ],
        ("", "events") => vec![
            Column("Last Seen", 0, |object| json!(format_age(last_seen(object)))),
            Column("Type", 0, |object| object["type"].clone()),
            Column("Reason", 0, |object| object["reason"].clone()),
            Column("Object", 0, |object| {
                let kind = text(object, "/involvedObject/kind").to_lowercase();
                json!(format!("{kind}/{}", text(object, "/involvedObject/name")))
            }),
            Column("Message", 0, |object| json!(text(object, "/message").trim())),
        ],
        ("batch", "jobs") => vec![
            Column("Status", 0, job_status),
            Column("Completions", 0, |object| {
                let done = object["status"]["succeeded"].as_i64().unwrap_or_default();
                json!(format!(
                    "{done}/{}",
                    object["spec"]["completions"].as_i64().unwrap_or(1)
                ))
            }),
            age(),
        ],
        ("apps", "deployments") => vec![
            Column("Ready", 0, |object| {
                let ready = object["status"]["readyReplicas"].as_i64().unwrap_or_default();
                json!(format!("{ready}/{}", object["spec"]["replicas"].as_i64().unwrap_or(1)))
            }),
            Column("Up-to-date", 0, |object| {
                json!(object["status"]["updatedReplicas"].as_i64().unwrap_or_default())
            }),
            Column("Available", 0, |object| {
                json!(object["status"]["availableReplicas"].as_i64().unwrap_or_default())
            }),
            age(),
        ],
        ("storage.k8s.io", "storageclasses") => vec![
            Column("Provisioner", 0, |object| object["provisioner"].clone()),
            Column("ReclaimPolicy", 0, |object| object["reclaimPolicy"].clone()),
            Column("VolumeBindingMode", 0, |object| object["volumeBindingMode"].clone()),
            Column("AllowVolumeExpansion", 0, |object| {
                json!(object["allowVolumeExpansion"] == true)
            }),
            age(),
        ],
        ("coordination.k8s.io", "leases") => {
            vec![
                Column("Holder", 0, |object| json!(text(object, "/spec/holderIdentity"))),
                age(),
            ]
        }
        ("rbac.authorization.k8s.io", "rolebindings" | "clusterrolebindings") => vec![
            Column("Role", 0, |object| {
                json!(format!(
                    "{}/{}",
                    text(object, "/roleRef/kind"),
                    text(object, "/roleRef/name")
                ))
            }),
            age(),
        ],
        ("apiextensions.k8s.io" | "rbac.authorization.k8s.io", _) => {
            vec![Column("Created At", 0, |object| {
                object["metadata"]["creationTimestamp"].clone()
            })]
        }
        _ => vec![age()],
    }
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn shown(object: &Value, pointer: &str) -> Value {
    match text(object, pointer) {
        "" => json!("<none>"),
        text => json!(text),
    }
}

fn items<'a>(object: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    object.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

fn is_default_class(object: &Value) -> bool {
    object["kind"] == "StorageClass"
        && object["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true"
}

fn is_terminating(object: &Value) -> bool {
    !object["metadata"]["deletionTimestamp"].is_null()
}

fn phase_or_terminating(object: &Value) -> Value {
    if is_terminating(object) {
        json!("Terminating")
    } else {
        object["status"]["phase"].clone()
    }
}

fn ready_containers(pod: &Value) -> Value {
    let ready = items(pod, "/status/containerStatuses")
        .filter(|status| status["ready"] == true)
        .count();
    json!(format!("{ready}/{}", items(pod, "/spec/containers").count()))
}

fn restarts(pod: &Value) -> Value {
    let count: i64 = items(pod, "/status/containerStatuses")
        .filter_map(|status| status["restartCount"].as_i64())
        .sum();
    json!(count.to_string())
}

fn pod_status(pod: &Value) -> Value {
    let mut status = [text(pod, "/status/reason"), text(pod, "/status/phase")]
        .into_iter()
        .find(|text| !text.is_empty());
    for container in items(pod, "/status/containerStatuses") {
        let state = &container["state"];
        let reason = state["waiting"]["reason"]
            .as_str()
            .or_else(|| state["terminated"]["reason"].as_str());
        status = reason.or(status);
    }
    if is_terminating(pod) {
        json!("Terminating")
    } else {
        json!(status.unwrap_or("Unknown"))
    }
}

fn access_modes(modes: &Value) -> String {
    let short = |mode: &Value| match mode.as_str() {
        Some("ReadWriteOnce") => "RWO",
        Some("ReadOnlyMany") => "ROX",
        Some("ReadWriteMany") => "RWX",
        Some("ReadWriteOncePod") => "RWOP",
        _ => "",
    };
    modes
        .as_array()
        .into_iter()
        .flatten()
        .map(short)
        .collect::<Vec<_>>()
        .join(",")
}

fn data_count(object: &Value) -> Value {
    let count = |field: &str| object[field].as_object().map_or(0, serde_json::Map::len);
    json!((count("data") + count("binaryData")).to_string())
}

fn service_ports(service: &Value) -> Value {
    let port = |port: &Value| match port["nodePort"].as_i64() {
        Some(node_port) => format!("{}:{node_port}/{}", port["port"], text(port, "/protocol")),
        None => format!("{}/{}", port["port"], text(port, "/protocol")),
    };
    let ports: Vec<String> = items(service, "/spec/ports").map(port).collect();
    json!(if ports.is_empty() {
        "<none>".to_owned()
    } else {
        ports.join(",")
    })
}

fn node_status(node: &Value) -> Value {
    let ready = items(node, "/status/conditions").find(|condition| condition["type"] == "Ready");
    let status = match ready.map(|condition| text(condition, "/status")) {
        Some("True") => "Ready",
        Some("False") => "NotReady",
        _ => "Unknown",
    };
    if node["spec"]["unschedulable"] == true {
        json!(format!("{status},SchedulingDisabled"))
    } else {
        json!(status)
    }
}

fn node_roles(node: &Value) -> Value {
    let labels = node["metadata"]["labels"].as_object().into_iter().flatten();
    let mut roles: Vec<&str> = labels
        .filter_map(|(label, _)| label.strip_prefix("node-role.kubernetes.io/"))
        .collect();
    roles.sort_unstable();
    json!(if roles.is_empty() {
        "<none>".to_owned()
    } else {
        roles.join(",")
    })
}

fn job_status(job: &Value) -> Value {
    let is = |type_: &str| {
        items(job, "/status/conditions").any(|condition| condition["type"] == type_ && condition["status"] == "True")
    };
    let found = ["Complete", "Failed", "SuccessCriteriaMet", "FailureTarget", "Suspended"]
        .into_iter()
        .find(|type_| is(type_));
    json!(if is_terminating(job) {
        "Terminating"
    } else {
        found.unwrap_or("Running")
    })
}

fn last_seen(event: &Value) -> &str {
    let times = [
        "/series/lastObservedTime",
        "/lastTimestamp",
        "/firstTimestamp",
        "/eventTime",
        "/metadata/creationTimestamp",
    ];
    times
        .into_iter()
        .map(|time| text(event, time))
        .find(|time| !time.is_empty())
        .unwrap_or_default()
}

/// Formats the time since `time` as `kubectl` does: `12s`, `5m10s`, `3h`, `2d4h`, `400d`.
fn format_age(time: &str) -> String {
    match time.parse::<Timestamp>() {
        Ok(then) => human_duration((sim_clock::now().as_second() - then.as_second()).max(0)),
        Err(_) => "<unknown>".to_owned(),
    }
}

/// Formats a duration like `HumanDuration` in `k8s.io/apimachinery/pkg/util/duration`.
fn human_duration(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let and = |whole: String, rest: i64, unit: &str| {
        if rest == 0 {
            whole
        } else {
            format!("{whole}{rest}{unit}")
        }
    };
    match seconds {
        ..=119 => format!("{seconds}s"),
        120..=599 => and(format!("{minutes}m"), seconds % 60, "s"),
        600..=10_799 => format!("{minutes}m"),
        10_800..=28_799 => and(format!("{hours}h"), minutes % 60, "m"),
        28_800..=172_799 => format!("{hours}h"),
        172_800..=691_199 => and(format!("{days}d"), hours % 24, "h"),
        691_200..=63_071_999 => format!("{days}d"),
        63_072_000..=252_287_999 => and(format!("{}y", days / 365), days % 365, "d"),
        _ => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_formatted_as_in_kubectl() {
        for (seconds, expected) in [
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (310, "5m10s"),
            (660, "11m"),
            (10_800, "3h"),
            (11_400, "3h10m"),
            (36_000, "10h"),
            (187_200, "2d4h"),
            (864_000, "10d"),
            (94_608_000, "3y"),
        ] {
            assert_eq!(human_duration(seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn printer_columns_can_filter_conditions() {
        let path = ".status.conditions[?(@.type==\"Ready\")].status";
        let column = CustomColumn::parse(&json!({ "name": "Ready", "type": "string", "jsonPath": path })).unwrap();
        let object = json!({ "status": { "conditions": [{ "type": "Ready", "status": "True" }] } });
        assert_eq!(column.cell(&object), json!("True"));
        assert_eq!(column.cell(&json!({})), Value::Null);
    }
}
