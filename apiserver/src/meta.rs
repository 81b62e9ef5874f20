//! Object metadata: names, generated names, timestamps, and the fields that only the server writes.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

use super::{kinds::Kind, status::Cause};

/// Characters of generated names: no vowels and no characters that look alike.
/// <https://pkg.go.dev/k8s.io/apimachinery/pkg/util/rand>
const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// Maximum length of `generateName` in a name: five more characters fit into a label (63).
const MAX_BASE_LENGTH: usize = 58;

const DNS_LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const QUALIFIED_NAME: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const DNS_SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/// Formats a time as `metav1.Time`: whole seconds, UTC.
pub fn time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Returns a random name with the prefix `generateName`.
pub fn generate_name(base: &str) -> String {
    let mut name: String = base.chars().take(MAX_BASE_LENGTH).collect();
    name.extend(
        (0..5)
            .filter_map(|_| ALPHABET.get(fastrand::usize(..ALPHABET.len())))
            .map(|byte| char::from(*byte)),
    );
    name
}

/// String at `metadata.{field}`; empty if absent.
pub fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object["metadata"][field].as_str().unwrap_or_default()
}

/// Finalizers of an object.
pub fn finalizers(object: &Value) -> Vec<&str> {
    object["metadata"]["finalizers"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Replaces the finalizers of an object.
pub fn set_finalizers(object: &mut Value, finalizers: &[&str]) {
    if !finalizers.is_empty() {
        object["metadata"]["finalizers"] = json!(finalizers);
    } else if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.shift_remove("finalizers");
    }
}

/// Whether the object is being deleted.
pub fn is_terminating(object: &Value) -> bool {
    object
        .pointer("/metadata/deletionTimestamp")
        .is_some_and(|at| !at.is_null())
}

/// Marks an object as being deleted after `grace` seconds.
pub fn mark_terminating(object: &mut Value, grace: i64) {
    let at = sim_clock::now()
        .checked_add(jiff::SignedDuration::from_secs(grace))
        .unwrap_or_else(|_| sim_clock::now());
    if object["metadata"]["deletionTimestamp"].is_null()
        && let Some(generation) = object["metadata"]["generation"].as_i64()
    {
        object["metadata"]["generation"] = json!(generation + 1);
    }
    object["metadata"]["deletionTimestamp"] = json!(time(at));
    object["metadata"]["deletionGracePeriodSeconds"] = json!(grace);
}

/// Sets the metadata that the server assigns to a new object.
pub fn prepare_create(kind: &Kind, object: &mut Value) {
    let metadata = metadata_mut(object);
    for field in [
        "resourceVersion",
        "selfLink",
        "managedFields",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
    ] {
        metadata.shift_remove(field);
    }
    metadata.insert("uid".into(), json!(sim_clock::uuid().to_string()));
    metadata.insert("creationTimestamp".into(), json!(time(sim_clock::now())));
    if kind.generation {
        metadata.insert("generation".into(), json!(1));
    }
    drop_empty(metadata);
}

/// Restores the metadata that a request cannot change.
pub fn prepare_update(kind: &Kind, old: &Value, new: &mut Value) {
    let metadata = metadata_mut(new);
    for field in ["selfLink", "managedFields"] {
        metadata.shift_remove(field);
    }
    for field in [
        "name",
        "namespace",
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
    ] {
        match old["metadata"].get(field) {
            Some(value) => metadata.insert(field.into(), value.clone()),
            None => metadata.shift_remove(field),
        };
    }
    drop_empty(metadata);
    if kind.generation && specification(old) != specification(new) {
        let generation = old["metadata"]["generation"].as_i64().unwrap_or(1);
        new["metadata"]["generation"] = json!(generation + 1);
    }
}

/// The fields whose changes increment `metadata.generation`.
fn specification(object: &Value) -> Vec<(&String, &Value)> {
    let fields = object.as_object().into_iter().flatten();
    let mut fields: Vec<_> = fields
        .filter(|(key, _)| !["metadata", "status", "apiVersion", "kind"].contains(&key.as_str()))
        .collect();
    fields.sort_by_key(|(key, _)| *key);
    fields
}

fn metadata_mut(object: &mut Value) -> &mut Map<String, Value> {
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    match &mut object["metadata"] {
        Value::Object(metadata) => metadata,
        _ => unreachable!("metadata was made an object above"),
    }
}

/// Drops empty lists and maps of the metadata, which are `omitempty` in the types of Kubernetes.
fn drop_empty(metadata: &mut Map<String, Value>) {
    metadata.retain(|_, value| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    });
}

/// Returns all reasons why the metadata of an object is invalid.
pub fn validate(kind: &Kind, object: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let metadata = &object["metadata"];
    let name = &metadata["name"];
    match name.as_str() {
        None | Some("") => causes.push(Cause::required("metadata.name", "name or generateName is required")),
        Some(text) => {
            if let Some(detail) = wrong_name(kind, text) {
                causes.push(Cause::invalid("metadata.name", name, detail));
            }
        }
    }
    for field in ["labels", "annotations"] {
        for (key, value) in metadata[field].as_object().into_iter().flatten() {
            if !value.is_string() {
                causes.push(Cause::invalid(
                    format!("metadata.{field}.{key}"),
                    value,
                    "must be a string",
                ));
            }
        }
    }
    for (key, value) in metadata["labels"].as_object().into_iter().flatten() {
        let wrong = wrong_label_key(key).into_iter();
        causes.extend(wrong.map(|detail| Cause::invalid("metadata.labels", &json!(key), &detail)));
        let text = value.as_str().unwrap_or_default();
        if text.len() > 63 {
            causes.push(Cause::invalid(
                "metadata.labels",
                value,
                "must be no more than 63 bytes",
            ));
        } else if !is_label_value(text) {
            let detail = format!(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?'), label {key}"
            );
            causes.push(Cause::invalid("metadata.labels", value, &detail));
        }
    }
    for (index, owner) in metadata["ownerReferences"].as_array().into_iter().flatten().enumerate() {
        for field in ["apiVersion", "kind", "name", "uid"] {
            if owner[field].as_str().unwrap_or_default().is_empty() {
                let path = format!("metadata.ownerReferences[{index}].{field}");
                causes.push(Cause::invalid(path, &json!(""), "must not be empty"));
            }
        }
    }
    causes
}

/// Returns all reasons why a label key is no qualified name (`name` or `example.com/name`).
/// <https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation#IsQualifiedName>
fn wrong_label_key(key: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = match *key.split('/').collect::<Vec<_>>() {
        [name] => name,
        [prefix, name] => {
            if prefix.is_empty() {
                wrong.push("prefix part must be non-empty".to_owned());
            } else {
                if prefix.len() > 253 {
                    wrong.push("prefix part must be no more than 253 bytes".to_owned());
                }
                if !prefix.split('.').all(is_dns_label) {
                    wrong.push(format!("prefix part {DNS_SUBDOMAIN}"));
                }
            }
            name
        }
        _ => {
            return vec![format!(
                "a qualified name {QUALIFIED_NAME} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            )];
        }
    };
    if name.is_empty() {
        wrong.push("name part must be non-empty".to_owned());
    } else if name.len() > 63 {
        wrong.push("name part must be no more than 63 bytes".to_owned());
    }
    if name.is_empty() || !is_label_value(name) {
        wrong.push(format!("name part {QUALIFIED_NAME}"));
    }
    wrong
}

/// Returns all reasons why an update of the metadata is invalid.
pub fn validate_update(old: &Value, new: &Value) -> Vec<Cause> {
    if !is_terminating(old) {
        return Vec::new();
    }
    let before = finalizers(old);
    let added: Vec<&str> = finalizers(new)
        .into_iter()
        .filter(|finalizer| !before.contains(finalizer))
        .collect();
    if added.is_empty() {
        return Vec::new();
    }
    let list: Vec<String> = added.iter().map(|finalizer| format!("{finalizer:?}")).collect();
    let detail = format!(
        "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
        list.join(", ")
    );
    vec![Cause::forbidden("metadata.finalizers", &detail)]
}

fn wrong_name(kind: &Kind, name: &str) -> Option<&'static str> {
    if kind.group == "rbac.authorization.k8s.io" {
        let wrong = name == "." || name == ".." || name.contains('/') || name.contains('%');
        return wrong.then_some("may not be '.' or '..' and may not contain '/' or '%'");
    }
    if kind.is_core("namespaces") || kind.is_core("services") {
        return (name.len() > 63 || !is_dns_label(name)).then_some(DNS_LABEL);
    }
    (name.len() > 253 || !name.split('.').all(is_dns_label)).then_some(DNS_SUBDOMAIN)
}

fn is_dns_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_label_value(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let edge = |byte: Option<u8>| byte.is_none_or(|byte| byte.is_ascii_alphanumeric());
    text.bytes().all(inner) && edge(text.bytes().next()) && edge(text.bytes().last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_keys_are_qualified_names() {
        let longest = "a".repeat(63);
        for key in [
            "team",
            "My_team.1",
            "app.kubernetes.io/name",
            "example.com/A",
            longest.as_str(),
        ] {
            assert_eq!(wrong_label_key(key), Vec::<String>::new(), "{key}");
        }
        let begins = |key: &str| match wrong_label_key(key).first() {
            Some(wrong) => wrong.chars().take(28).collect(),
            None => format!("{key} is taken"),
        };
        assert_eq!(begins("Über"), "name part must consist of al");
        assert_eq!(begins(&format!("{longest}a")), "name part must be no more th");
        assert_eq!(begins("example.com/"), "name part must be non-empty");
        assert_eq!(begins("/name"), "prefix part must be non-empt");
        assert_eq!(begins("Example/name"), "prefix part a lowercase RFC ");
        assert_eq!(begins("a/b/c"), "a qualified name must consis");
    }
}
