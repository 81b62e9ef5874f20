//! The state of an object in words: its conditions, its phase, what holds it.

use forklift_api::forklift::pipeline_steps::RUNNING;
use serde::Serialize;
use serde_json::Value;

/// State of an object for error messages: one line for each condition
/// (`Ready=False NotFound "the message"`), the phase, and what keeps a deleted object.
pub fn describe<K: Serialize>(object: &K) -> Vec<String> {
    serde_json::to_value(object).map_or_else(
        |error| vec![format!("it cannot be shown: {error}")],
        |value| lines(&value),
    )
}

/// The phase that an object is in; of a running plan, the pipeline step of each of its VMs.
pub(super) fn phases(object: &Value) -> Vec<(String, String)> {
    let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let vms = object.pointer("/status/migration/vms").and_then(Value::as_array);
    if let Some(vms) = vms.filter(|vms| !vms.is_empty()) {
        let step = |vm: &Value| {
            let steps = vm.get("pipeline").and_then(Value::as_array).into_iter().flatten();
            let mut running = steps.filter(|step| step.get("phase").and_then(Value::as_str) == Some(RUNNING));
            let running = running.next().and_then(|step| text(step, "/name"));
            Some((
                text(vm, "/name").or_else(|| text(vm, "/id"))?,
                running.or_else(|| text(vm, "/phase"))?,
            ))
        };
        return vms.iter().filter_map(step).collect();
    }
    let phase = text(object, "/status/phase").or_else(|| text(object, "/status/printableStatus"));
    phase.map(|phase| (String::new(), phase)).into_iter().collect()
}

pub(super) fn lines(object: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (pointer, word) in [("/status/phase", "phase"), ("/status/printableStatus", "status")] {
        if let Some(text) = object.pointer(pointer).and_then(Value::as_str) {
            lines.push(format!("{word} {text}"));
        }
    }
    lines.extend(conditions(object).map(condition_line));
    if let Some(since) = object.pointer("/metadata/deletionTimestamp").and_then(Value::as_str) {
        let finalizers: Vec<&str> = object
            .pointer("/metadata/finalizers")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let held = if finalizers.is_empty() {
            String::new()
        } else {
            format!(", held by the finalizers {}", finalizers.join(", "))
        };
        lines.push(format!("deleted at {since}{held}"));
    }
    lines
}

/// The conditions of an object, if it has any.
pub(super) fn conditions(object: &Value) -> impl Iterator<Item = &Value> {
    object
        .pointer("/status/conditions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// `Ready=False NotFound "the message"`, and the items it speaks of.
pub(super) fn condition_line(condition: &Value) -> String {
    let text = |field: &str| condition.get(field).and_then(Value::as_str).unwrap_or_default();
    let mut line = format!("{}={}", text("type"), text("status"));
    for field in ["category", "reason"] {
        if !text(field).is_empty() {
            line.push(' ');
            line.push_str(text(field));
        }
    }
    if !text("message").is_empty() {
        line.push_str(&format!(" \"{}\"", text("message").trim()));
    }
    let items: Vec<&str> = condition
        .get("items")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::trim)
        .collect();
    if !items.is_empty() {
        line.push_str(&format!(" ({})", items.join("; ")));
    }
    line
}
