//! Objects that a real Forklift, KubeVirt and CDI wrote: our types read them, and what they write back lacks nothing.

use std::{collections::BTreeSet, fs, path::Path};

use forklift_api::{cdi, forklift, kubevirt};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// Everything in a recording that our types cannot read or lose, without repetitions.
pub fn losses(recording: &Path) -> BTreeSet<String> {
    objects(recording).iter().flat_map(object).collect()
}

/// The objects of a recording's events.
pub fn objects(recording: &Path) -> Vec<Value> {
    let text = fs::read_to_string(recording).unwrap_or_else(|error| panic!("{}: {error}", recording.display()));
    let events = text.lines().skip(1);
    events
        .map(|line| {
            let mut event: Value = serde_json::from_str(line).expect("a line is JSON");
            event["object"].take()
        })
        .collect()
}

fn object(object: &Value) -> Vec<String> {
    match object["kind"].as_str().unwrap_or_default() {
        "Provider" => lost_of::<forklift::Provider>(object),
        "Plan" => lost_of::<forklift::Plan>(object),
        "Migration" => lost_of::<forklift::Migration>(object),
        "NetworkMap" => lost_of::<forklift::NetworkMap>(object),
        "StorageMap" => lost_of::<forklift::StorageMap>(object),
        "Hook" => lost_of::<forklift::Hook>(object),
        "Host" => lost_of::<forklift::Host>(object),
        "Conversion" => lost_of::<forklift::Conversion>(object),
        "VirtualMachine" => lost_of::<kubevirt::VirtualMachine>(object),
        "VirtualMachineInstance" => lost_of::<kubevirt::VirtualMachineInstance>(object),
        "DataVolume" => lost_of::<cdi::DataVolume>(object),
        "VolumeImportSource" => lost_of::<cdi::VolumeImportSource>(object),
        _ => Vec::new(),
    }
}

fn lost_of<K: DeserializeOwned + Serialize>(object: &Value) -> Vec<String> {
    let kind = object["kind"].as_str().unwrap_or_default();
    let typed: K = match serde_json::from_value(object.clone()) {
        Ok(typed) => typed,
        Err(error) => return vec![format!("{kind} cannot be read: {error}")],
    };
    let written = serde_json::to_value(typed).expect("a typed object is JSON");
    let mut lost = Vec::new();
    for part in ["spec", "status"] {
        missing(&format!("{kind}.{part}"), &object[part], &written[part], &mut lost);
    }
    lost
}

/// Paths of everything in `before` that is not in `after`. An absent field and a null one say the same.
fn missing(path: &str, before: &Value, after: &Value, lost: &mut Vec<String>) {
    match (before, after) {
        (Value::Null, _) => {}
        (Value::Object(before), after) => {
            let nothing = Map::new();
            if !after.is_object() {
                lost.push(format!("{path}: lost"));
            }
            let after = after.as_object().unwrap_or(&nothing);
            for (name, value) in before {
                missing(
                    &format!("{path}.{name}"),
                    value,
                    after.get(name).unwrap_or(&Value::Null),
                    lost,
                );
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (before, after) in before.iter().zip(after) {
                missing(&format!("{path}[]"), before, after, lost);
            }
        }
        (before, after) if before == after => {}
        (before, after) => lost.push(format!("{path}: {before} became {after}")),
    }
}
