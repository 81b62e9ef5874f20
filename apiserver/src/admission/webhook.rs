//! Configured admission webhooks, and which of them match a request.

use serde_json::Value;

use crate::{Core, kinds::collection_name, path::ResourcePath, store::Key};

const GROUP: &str = "admissionregistration.k8s.io";

/// One entry of `webhooks` in a webhook configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// Name of the webhook: `widgets.example.com`.
    pub name: String,
    /// Whether the webhook is mutating.
    pub mutates: bool,
    /// `clientConfig.url`
    pub url: String,
    /// `clientConfig.caBundle`: trusted CA certificates as base64 of PEM.
    pub ca: String,
    /// Whether `failurePolicy` is `Ignore`: a request is allowed when the call fails.
    pub ignores_failure: bool,
    /// `timeoutSeconds`: timeout of a call.
    pub timeout_seconds: u64,
    object_selector: Value,
    namespace_selector: Value,
}

/// Returns the webhooks whose rules match a request, mutating webhooks first.
pub fn matching(core: &Core, path: &ResourcePath, operation: &str) -> Vec<Webhook> {
    let kinds = [
        ("mutatingwebhookconfigurations", true),
        ("validatingwebhookconfigurations", false),
    ];
    let mut webhooks = Vec::new();
    for (plural, mutates) in kinds {
        let (_, configurations) = core.store.list(&collection_name(GROUP, plural), None);
        let all = configurations.iter().flat_map(|one| list(&one.value["webhooks"]));
        let named = all.filter(|webhook| list(&webhook["rules"]).any(|rule| rule_matches(rule, path, operation)));
        webhooks.extend(named.map(|webhook| Webhook::read(webhook, mutates)));
    }
    webhooks
}

impl Webhook {
    fn read(value: &Value, mutates: bool) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let client = &value["clientConfig"];
        Self {
            name: text(&value["name"]),
            mutates,
            url: text(&client["url"]),
            ca: text(&client["caBundle"]),
            ignores_failure: value["failurePolicy"] == "Ignore",
            timeout_seconds: value["timeoutSeconds"].as_u64().unwrap_or(10),
            object_selector: value["objectSelector"].clone(),
            namespace_selector: value["namespaceSelector"].clone(),
        }
    }

    /// Whether the object selector and the namespace selector match the new or the old object.
    pub fn selects(&self, core: &Core, object: &Value, old: &Value) -> bool {
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
        let namespace = core.store.get("namespaces", &Key::new("", namespace));
        let labels = |object: &Value| object["metadata"]["labels"].clone();
        let of_namespace = namespace.map(|namespace| labels(&namespace.value)).unwrap_or_default();
        let is_selected = |object: &Value| !object.is_null() && selects(&self.object_selector, &labels(object));
        selects(&self.namespace_selector, &of_namespace) && (is_selected(object) || is_selected(old))
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn rule_matches(rule: &Value, path: &ResourcePath, operation: &str) -> bool {
    let has = |field: &str, wanted: &str| list(&rule[field]).any(|one| one == "*" || one == wanted);
    has("operations", operation)
        && has("apiGroups", &path.group)
        && has("apiVersions", &path.version)
        && (has("resources", &path.plural) || has("resources", "*/*"))
}

/// Whether a label selector selects these labels; an empty selector selects all.
fn selects(selector: &Value, labels: &Value) -> bool {
    let equal = selector["matchLabels"].as_object();
    let equal = equal.into_iter().flatten().all(|(key, value)| labels[key] == *value);
    let expressions = list(&selector["matchExpressions"]).all(|expression| {
        let value = &labels[expression["key"].as_str().unwrap_or_default()];
        let is_one = list(&expression["values"]).any(|known| known == value);
        match expression["operator"].as_str() {
            Some("In") => is_one,
            Some("NotIn") => !is_one,
            Some("Exists") => !value.is_null(),
            Some("DoesNotExist") => value.is_null(),
            _ => false,
        }
    });
    equal && expressions
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_matches_operations_and_resources() {
        let path = |plural: &str| ResourcePath {
            group: "example.com".into(),
            version: "v1beta1".into(),
            namespace: Some("team-a".into()),
            plural: plural.into(),
            name: None,
            subresource: None,
        };
        let rule = json!({
            "apiGroups": ["example.com"],
            "apiVersions": ["*"],
            "operations": ["CREATE", "UPDATE"],
            "resources": ["plans"],
        });
        assert!(rule_matches(&rule, &path("plans"), "CREATE"));
        assert!(!rule_matches(&rule, &path("plans"), "DELETE"));
        assert!(!rule_matches(&rule, &path("hooks"), "CREATE"));
    }

    #[test]
    fn a_selector_selects_by_labels() {
        let labels = json!({"a": "1"});
        for (selector, expected) in [
            (json!(null), true),
            (json!({"matchLabels": {"a": "1"}}), true),
            (json!({"matchLabels": {"a": "2"}}), false),
            (json!({"matchExpressions": [{"key": "a", "operator": "Exists"}]}), true),
            (json!({"matchExpressions": [{"key": "b", "operator": "Exists"}]}), false),
            (
                json!({"matchExpressions": [{"key": "b", "operator": "DoesNotExist"}]}),
                true,
            ),
            (
                json!({"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}),
                true,
            ),
            (
                json!({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}),
                false,
            ),
        ] {
            assert_eq!(selects(&selector, &labels), expected, "{selector}");
        }
    }
}
