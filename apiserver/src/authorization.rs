//! What a user may do: the roles that are bound to it, read from the store.
//! <https://kubernetes.io/docs/reference/access-authn-authz/rbac/>

use serde_json::Value;

use super::{Core, auth::User, kinds::collection_name, store::Key};

/// What somebody wants to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// `get`, `list`, `create`, ...
    pub verb: String,
    /// API group, empty for the core group.
    pub group: String,
    /// Resource, with its subresource: `pods/log`.
    pub resource: String,
    /// Namespace, empty for cluster-wide objects and for all namespaces.
    pub namespace: String,
    /// Name of the object, empty if it has none yet.
    pub name: String,
    /// The path, if it leads to no resource.
    pub path: String,
}

/// Whether the user may do that.
pub fn may(core: &Core, user: &User, wish: &Wish) -> bool {
    user.may_everything() || rules(core, user, &wish.namespace).iter().any(|rule| allows(rule, wish))
}

/// All rules that hold for a user in a namespace, the cluster-wide ones included.
pub fn rules(core: &Core, user: &User, namespace: &str) -> Vec<Value> {
    let mut rules = Vec::new();
    let mut bound = |bindings: &str, within: Option<&str>| {
        for binding in core.store.list(&rbac(bindings), within).1 {
            let subjects = binding.value["subjects"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            if !subjects.iter().any(|subject| is(user, subject, &binding.key.namespace)) {
                continue;
            }
            let role = &binding.value["roleRef"];
            let name = role["name"].as_str().unwrap_or_default();
            let (roles, key) = match role["kind"].as_str() {
                Some("Role") => ("roles", Key::new(binding.key.namespace.clone(), name)),
                _ => ("clusterroles", Key::new("", name)),
            };
            if let Some(role) = core.store.get(&rbac(roles), &key) {
                rules.extend(role.value["rules"].as_array().into_iter().flatten().cloned());
            }
        }
    };
    bound("clusterrolebindings", None);
    if !namespace.is_empty() {
        bound("rolebindings", Some(namespace));
    }
    rules
}

fn rbac(plural: &str) -> std::sync::Arc<str> {
    collection_name("rbac.authorization.k8s.io", plural)
}

fn is(user: &User, subject: &Value, namespace: &str) -> bool {
    let name = subject["name"].as_str().unwrap_or_default();
    match subject["kind"].as_str() {
        Some("User") => user.name == name,
        Some("Group") => user.groups.iter().any(|group| group == name),
        Some("ServiceAccount") => {
            let namespace = subject["namespace"].as_str().unwrap_or(namespace);
            user.name == format!("system:serviceaccount:{namespace}:{name}")
        }
        _ => false,
    }
}

fn allows(rule: &Value, wish: &Wish) -> bool {
    let has = |field: &str, wanted: &str| {
        rule[field]
            .as_array()
            .into_iter()
            .flatten()
            .any(|value| value == "*" || value == wanted)
    };
    if !has("verbs", &wish.verb) {
        return false;
    }
    if !wish.path.is_empty() {
        let paths = rule["nonResourceURLs"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        return paths.into_iter().any(|path| match path.strip_suffix('*') {
            Some(start) => wish.path.starts_with(start),
            None => wish.path == path,
        });
    }
    let any_of_subresource = wish
        .resource
        .split_once('/')
        .is_some_and(|(_, subresource)| has("resources", &format!("*/{subresource}")));
    let names = rule["resourceNames"].as_array().map(Vec::as_slice).unwrap_or_default();
    has("apiGroups", &wish.group)
        && (has("resources", &wish.resource) || any_of_subresource)
        && (names.is_empty() || names.iter().any(|name| *name == wish.name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_allow_what_they_name() {
        let rule = json!({ "verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods", "pods/log"] });
        let named = json!({ "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "resourceNames": ["a"] });
        let path = json!({ "verbs": ["get"], "nonResourceURLs": ["/metrics/*"] });
        let wish = |verb: &str, group: &str, resource: &str, name: &str| Wish {
            verb: verb.into(),
            group: group.into(),
            resource: resource.into(),
            name: name.into(),
            ..Wish::default()
        };
        for (rule, wish, expected) in [
            (&rule, wish("get", "", "pods", "p"), true),
            (&rule, wish("get", "", "pods/log", "p"), true),
            (&rule, wish("delete", "", "pods", "p"), false),
            (&rule, wish("get", "apps", "pods", "p"), false),
            (&rule, wish("get", "", "pods/status", "p"), false),
            (&named, wish("delete", "apps", "deployments", "a"), true),
            (&named, wish("delete", "apps", "deployments", "b"), false),
            (
                &path,
                Wish {
                    verb: "get".into(),
                    path: "/metrics/x".into(),
                    ..Wish::default()
                },
                true,
            ),
            (
                &path,
                Wish {
                    verb: "get".into(),
                    path: "/healthz".into(),
                    ..Wish::default()
                },
                false,
            ),
        ] {
            assert_eq!(allows(rule, &wish), expected, "{rule} {wish:?}");
        }
    }
}
