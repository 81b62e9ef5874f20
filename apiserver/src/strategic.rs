//! Strategic merge patch: a merge patch that merges lists of objects by a key.
//!
//! Kubernetes reads the keys from tags of its Go types (`patchMergeKey`). This module looks them up by the name of the
//! list, which is unambiguous in the built-in kinds except for `ports`: the key is `containerPort` in containers and
//! `port` in services. Lists that are not in the table are replaced as a whole.
//! <https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md>

use serde_json::{Map, Value, json};

/// Lists that are merged, and the candidate keys of their items: the first key that an item has is used.
const KEYS: &[(&str, &[&str])] = &[
    ("addresses", &["type"]),
    ("conditions", &["type"]),
    ("containers", &["name"]),
    ("env", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("hostAliases", &["ip"]),
    ("imagePullSecrets", &["name"]),
    ("initContainers", &["name"]),
    ("ownerReferences", &["uid"]),
    ("podIPs", &["ip"]),
    ("ports", &["containerPort", "port"]),
    ("secrets", &["name"]),
    ("taints", &["key"]),
    ("topologySpreadConstraints", &["topologyKey"]),
    ("volumeDevices", &["devicePath"]),
    ("volumeMounts", &["mountPath"]),
    ("volumes", &["name"]),
];

/// Lists of scalars that are merged as sets.
const SETS: &[&str] = &["finalizers"];

/// Merges a strategic merge patch into a value.
pub fn merge(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if patch.get("$patch").is_some_and(|directive| directive == "replace") {
        let plain = patch.iter().filter(|(key, _)| !key.starts_with('$'));
        *target = Value::Object(plain.map(|(key, value)| (key.clone(), value.clone())).collect());
        return;
    }
    if !target.is_object() {
        *target = json!({});
    }
    let Value::Object(fields) = target else { return };
    for (key, value) in patch {
        if let Some(list) = key.strip_prefix("$deleteFromPrimitiveList/") {
            remove_items(fields, list, value);
        } else if key == "$retainKeys" {
            retain(fields, value);
        } else if !key.starts_with('$') {
            merge_field(fields, key, value);
        }
    }
}

fn merge_field(fields: &mut Map<String, Value>, key: &str, patch: &Value) {
    match patch {
        Value::Null => {
            fields.shift_remove(key);
        }
        Value::Object(patch_fields)
            if patch_fields
                .get("$patch")
                .is_some_and(|directive| directive == "delete") =>
        {
            fields.shift_remove(key);
        }
        Value::Object(_) => merge(fields.entry(key).or_insert_with(|| json!({})), patch),
        Value::Array(items) => {
            let merge_key = KEYS.iter().find(|(name, _)| *name == key).and_then(|(_, keys)| {
                keys.iter()
                    .find(|merge_key| items.iter().any(|item| item.get(**merge_key).is_some()))
            });
            match (merge_key, fields.get_mut(key)) {
                (Some(merge_key), present) => {
                    let mut list = present
                        .and_then(|list| list.as_array_mut().map(std::mem::take))
                        .unwrap_or_default();
                    merge_list(&mut list, items, merge_key);
                    fields.insert(key.to_owned(), Value::Array(list));
                }
                (None, Some(Value::Array(list))) if SETS.contains(&key) => {
                    let new: Vec<Value> = items.iter().filter(|item| !list.contains(item)).cloned().collect();
                    list.extend(new);
                }
                _ => {
                    fields.insert(key.to_owned(), patch.clone());
                }
            }
        }
        _ => {
            fields.insert(key.to_owned(), patch.clone());
        }
    }
}

fn merge_list(list: &mut Vec<Value>, items: &[Value], key: &str) {
    if items
        .iter()
        .any(|item| item["$patch"] == "replace" && item.get(key).is_none())
    {
        list.clear();
    }
    for item in items.iter().filter(|item| item.get(key).is_some()) {
        let position = list.iter().position(|present| present.get(key) == item.get(key));
        match position {
            Some(position) if item["$patch"] == "delete" => {
                list.remove(position);
            }
            Some(position) => {
                if let Some(present) = list.get_mut(position) {
                    merge(present, item);
                }
            }
            None if item["$patch"] == "delete" => {}
            None => {
                let mut new = json!({});
                merge(&mut new, item);
                list.push(new);
            }
        }
    }
}

fn remove_items(fields: &mut Map<String, Value>, list: &str, items: &Value) {
    let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
    if let Some(list) = fields.get_mut(list).and_then(Value::as_array_mut) {
        list.retain(|item| !items.contains(item));
    }
}

fn retain(fields: &mut Map<String, Value>, keys: &Value) {
    let keys: Vec<&str> = keys
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    fields.retain(|key, _| keys.contains(&key.as_str()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_objects_are_merged_by_key() {
        for (name, mut target, patch, expected) in [
            (
                "a container is changed, another added",
                json!({ "containers": [{ "name": "a", "image": "1", "tty": true }] }),
                json!({ "containers": [{ "name": "b" }, { "name": "a", "image": "2" }] }),
                json!({ "containers": [{ "name": "a", "image": "2", "tty": true }, { "name": "b" }] }),
            ),
            (
                "a condition is removed",
                json!({ "conditions": [{ "type": "Ready" }, { "type": "Bound" }] }),
                json!({ "conditions": [{ "$patch": "delete", "type": "Ready" }] }),
                json!({ "conditions": [{ "type": "Bound" }] }),
            ),
            (
                "finalizers are a set",
                json!({ "finalizers": ["a", "b"] }),
                json!({ "$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["c", "b"] }),
                json!({ "finalizers": ["b", "c"] }),
            ),
            (
                "other lists are replaced",
                json!({ "args": ["a", "b"] }),
                json!({ "args": ["c"] }),
                json!({ "args": ["c"] }),
            ),
            (
                "null removes, retained keys stay",
                json!({ "a": 1, "b": { "x": 1, "y": 2 } }),
                json!({ "a": null, "b": { "$retainKeys": ["y"], "y": 3 } }),
                json!({ "b": { "y": 3 } }),
            ),
        ] {
            merge(&mut target, &patch);
            assert_eq!(target, expected, "{name}");
        }
    }
}
