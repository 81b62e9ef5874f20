//! Authorization by RBAC: evaluates the roles that are bound to a user, read from the store.
//! <https://kubernetes.io/docs/reference/access-authn-authz/rbac/>

use serde_json::Value;

use super::{Core, auth::User, kinds::collection_name, store::Key};

/// The access that a request needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Verb: `get`, `list`, `create`, ...
    pub verb: String,
    /// API group, empty for the core group.
    pub group: String,
    /// Plural name of the resource, with the subresource: `pods/log`.
    pub resource: String,
    /// Namespace; empty for cluster-scoped objects and for all namespaces.
    pub namespace: String,
    /// Name of the object; empty if the request names none.
    pub name: String,
    /// URL path of a non-resource request; empty otherwise.
    pub path: String,
}

/// Whether the roles of `user` allow `access`.
pub fn is_allowed(core: &Core, user: &User, access: &Access) -> bool {
    user.is_admin()
        || rules(core, user, &access.namespace)
            .iter()
            .any(|rule| allows(rule, access))
}

/// Returns all rules that apply to a user in a namespace, including those of ClusterRoleBindings.
pub fn rules(core: &Core, user: &User, namespace: &str) -> Vec<Value> {
    let mut rules = Vec::new();
    let mut bound = |bindings: &str, within: Option<&str>| {
        for binding in core.store.list(&rbac(bindings), within).1 {
            let subjects = binding.value["subjects"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            if !subjects
                .iter()
                .any(|subject| is_subject(user, subject, &binding.key.namespace))
            {
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

fn is_subject(user: &User, subject: &Value, namespace: &str) -> bool {
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

fn allows(rule: &Value, access: &Access) -> bool {
    let has = |field: &str, wanted: &str| {
        rule[field]
            .as_array()
            .into_iter()
            .flatten()
            .any(|value| value == "*" || value == wanted)
    };
    if !has("verbs", &access.verb) {
        return false;
    }
    if !access.path.is_empty() {
        let paths = rule["nonResourceURLs"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        return paths.into_iter().any(|path| match path.strip_suffix('*') {
            Some(start) => access.path.starts_with(start),
            None => access.path == path,
        });
    }
    let any_of_subresource = access
        .resource
        .split_once('/')
        .is_some_and(|(_, subresource)| has("resources", &format!("*/{subresource}")));
    let names = rule["resourceNames"].as_array().map(Vec::as_slice).unwrap_or_default();
    has("apiGroups", &access.group)
        && (has("resources", &access.resource) || any_of_subresource)
        && (names.is_empty() || names.iter().any(|name| *name == access.name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_allow_the_verbs_and_resources_that_they_list() {
        let rule = json!({ "verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods", "pods/log"] });
        let named = json!({ "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "resourceNames": ["a"] });
        let path = json!({ "verbs": ["get"], "nonResourceURLs": ["/metrics/*"] });
        let access = |verb: &str, group: &str, resource: &str, name: &str| Access {
            verb: verb.into(),
            group: group.into(),
            resource: resource.into(),
            name: name.into(),
            ..Access::default()
        };
        for (rule, access, expected) in [
            (&rule, access("get", "", "pods", "p"), true),
            (&rule, access("get", "", "pods/log", "p"), true),
            (&rule, access("delete", "", "pods", "p"), false),
            (&rule, access("get", "apps", "pods", "p"), false),
            (&rule, access("get", "", "pods/status", "p"), false),
            (&named, access("delete", "apps", "deployments", "a"), true),
            (&named, access("delete", "apps", "deployments", "b"), false),
            (
                &path,
                Access {
                    verb: "get".into(),
                    path: "/metrics/x".into(),
                    ..Access::default()
                },
                true,
            ),
            (
                &path,
                Access {
                    verb: "get".into(),
                    path: "/healthz".into(),
                    ..Access::default()
                },
                false,
            ),
        ] {
            assert_eq!(allows(rule, &access), expected, "{rule} {access:?}");
        }
    }
}
