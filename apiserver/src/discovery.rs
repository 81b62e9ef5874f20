//! Discovery: the groups, versions and kinds that are served, as single documents and aggregated.

use serde_json::{Value, json};

use super::kinds::{Catalogue, Kind, api_version};

/// Minor version of Kubernetes that the server reports: 1.33.
pub const MINOR: &str = "33";

/// Answer of `/version`; clients can recognize a simulation by `compiler`.
pub fn version(compiler: &str) -> Value {
    json!({
        "major": "1",
        "minor": MINOR,
        "gitVersion": format!("v1.{MINOR}.5"),
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "2025-09-09T00:00:00Z",
        "goVersion": "",
        "compiler": compiler,
        "platform": "linux/amd64",
    })
}

/// Answer of `/api`.
pub fn core_versions(address: &str) -> Value {
    json!({
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{ "clientCIDR": "0.0.0.0/0", "serverAddress": address }],
    })
}

/// Answer of `/apis`.
pub fn groups(catalogue: &Catalogue) -> Value {
    let groups: Vec<Value> = group_names(catalogue)
        .iter()
        .filter_map(|name| group(catalogue, name))
        .collect();
    json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": groups })
}

/// Answer of `/apis/{group}`.
pub fn group(catalogue: &Catalogue, name: &str) -> Option<Value> {
    let versions: Vec<Value> = versions(catalogue, name)
        .iter()
        .map(|version| json!({ "groupVersion": api_version(name, version), "version": version }))
        .collect();
    let preferred = versions.first()?.clone();
    Some(json!({
        "kind": "APIGroup",
        "apiVersion": "v1",
        "name": name,
        "versions": versions,
        "preferredVersion": preferred,
    }))
}

/// Answer of `/api/v1` and `/apis/{group}/{version}`.
pub fn resources(catalogue: &Catalogue, group: &str, version: &str) -> Option<Value> {
    let mut resources = Vec::new();
    for kind in catalogue
        .iter()
        .filter(|kind| kind.group == group && kind.version == version)
    {
        let mut resource = json!({
            "name": kind.plural,
            "singularName": kind.singular,
            "namespaced": kind.namespaced,
            "kind": kind.kind,
            "verbs": verbs(),
        });
        if !kind.short_names.is_empty() {
            resource["shortNames"] = json!(kind.short_names);
        }
        if !kind.categories.is_empty() {
            resource["categories"] = json!(kind.categories);
        }
        resources.push(resource);
        for (name, sub_kind, verbs) in subresources(kind) {
            resources.push(json!({
                "name": format!("{}/{name}", kind.plural),
                "singularName": "",
                "namespaced": kind.namespaced,
                "kind": sub_kind,
                "verbs": verbs,
            }));
        }
    }
    for (name, kind) in reviews(group, version) {
        resources.push(json!({
            "name": name, "singularName": kind.to_lowercase(), "namespaced": false, "kind": kind, "verbs": ["create"],
        }));
    }
    (!resources.is_empty()).then(|| {
        json!({
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": api_version(group, version),
            "resources": resources,
        })
    })
}

/// Aggregated discovery of `/api` (if `core`) or `/apis`: `APIGroupDiscoveryList`.
pub fn aggregated(catalogue: &Catalogue, core: bool) -> Value {
    let names = if core {
        vec![String::new()]
    } else {
        group_names(catalogue)
    };
    let items: Vec<Value> = names.iter().map(|name| aggregated_group(catalogue, name)).collect();
    json!({
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": items,
    })
}

fn aggregated_group(catalogue: &Catalogue, name: &str) -> Value {
    let versions: Vec<Value> = versions(catalogue, name)
        .iter()
        .map(|version| {
            let kinds = catalogue
                .iter()
                .filter(|kind| kind.group == name && kind.version == **version);
            let mut resources: Vec<Value> = kinds.map(|kind| aggregated_resource(kind)).collect();
            resources.extend(reviews(name, version).iter().map(|(plural, kind)| {
                json!({
                    "resource": plural,
                    "responseKind": { "group": name, "version": version, "kind": kind },
                    "scope": "Cluster",
                    "singularResource": kind.to_lowercase(),
                    "verbs": ["create"],
                })
            }));
            json!({ "version": version, "resources": resources, "freshness": "Current" })
        })
        .collect();
    let metadata = if name.is_empty() {
        json!({})
    } else {
        json!({ "name": name })
    };
    json!({ "metadata": metadata, "versions": versions })
}

fn aggregated_resource(kind: &Kind) -> Value {
    let response = |name: &str| json!({ "group": kind.group, "version": kind.version, "kind": name });
    let mut resource = json!({
        "resource": kind.plural,
        "responseKind": response(&kind.kind),
        "scope": if kind.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": kind.singular,
        "verbs": verbs(),
    });
    if !kind.short_names.is_empty() {
        resource["shortNames"] = json!(kind.short_names);
    }
    if !kind.categories.is_empty() {
        resource["categories"] = json!(kind.categories);
    }
    let subresources: Vec<Value> = subresources(kind)
        .into_iter()
        .map(|(name, sub_kind, verbs)| {
            json!({ "subresource": name, "responseKind": response(sub_kind), "verbs": verbs })
        })
        .collect();
    if !subresources.is_empty() {
        resource["subresources"] = json!(subresources);
    }
    resource
}

/// Groups below `/apis`, in the order in which they were added.
fn group_names(catalogue: &Catalogue) -> Vec<String> {
    let mut names: Vec<String> = vec!["authentication.k8s.io".into(), "authorization.k8s.io".into()];
    for kind in catalogue.iter().filter(|kind| !kind.group.is_empty()) {
        if !names.contains(&kind.group) {
            names.push(kind.group.clone());
        }
    }
    names
}

/// Versions of a group in order of priority: stable before beta before alpha, higher before lower.
pub fn versions(catalogue: &Catalogue, group: &str) -> Vec<String> {
    let mut versions: Vec<String> = Vec::new();
    if ["authentication.k8s.io", "authorization.k8s.io"].contains(&group) {
        versions.push("v1".into());
    }
    for kind in catalogue.iter().filter(|kind| kind.group == group) {
        if !versions.contains(&kind.version) {
            versions.push(kind.version.clone());
        }
    }
    versions.sort_by_key(|version| std::cmp::Reverse(priority(version)));
    versions
}

/// <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority>
fn priority(version: &str) -> (u8, u32, u32) {
    let Some(rest) = version.strip_prefix('v') else {
        return (0, 0, 0);
    };
    let number = |text: &str| text.parse::<u32>().ok();
    for (level, name) in [(2, "beta"), (1, "alpha")] {
        if let Some((major, minor)) = rest.split_once(name) {
            return (level, number(major).unwrap_or(0), number(minor).unwrap_or(0));
        }
    }
    number(rest).map_or((0, 0, 0), |major| (3, major, 0))
}

fn verbs() -> Value {
    json!([
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
        "watch"
    ])
}

/// Subresources of a kind: name, kind of the body, verbs.
fn subresources(kind: &Kind) -> Vec<(&'static str, &str, Value)> {
    let mut found: Vec<(&'static str, &str, Value)> = Vec::new();
    if kind.status {
        found.push(("status", &kind.kind, json!(["get", "patch", "update"])));
    }
    if kind.is_core("namespaces") {
        found.push(("finalize", "Namespace", json!(["update"])));
    }
    if kind.is_core("pods") {
        found.push(("binding", "Binding", json!(["create"])));
        found.push(("eviction", "Eviction", json!(["create"])));
    }
    if kind.is_core("serviceaccounts") {
        found.push(("token", "TokenRequest", json!(["create"])));
    }
    found
}

/// Review resources of a group, as (plural, kind): they are answered on creation and never stored.
pub fn reviews(group: &str, version: &str) -> &'static [(&'static str, &'static str)] {
    match (group, version) {
        ("authentication.k8s.io", "v1") => &[
            ("tokenreviews", "TokenReview"),
            ("selfsubjectreviews", "SelfSubjectReview"),
        ],
        ("authorization.k8s.io", "v1") => &[
            ("localsubjectaccessreviews", "LocalSubjectAccessReview"),
            ("selfsubjectaccessreviews", "SelfSubjectAccessReview"),
            ("selfsubjectrulesreviews", "SelfSubjectRulesReview"),
            ("subjectaccessreviews", "SubjectAccessReview"),
        ],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_maturity_then_by_number() {
        let mut versions = ["v1alpha1", "v1", "foo", "v2beta1", "v10", "v1beta2", "v2"];
        versions.sort_by_key(|version| std::cmp::Reverse(priority(version)));
        assert_eq!(versions, ["v10", "v2", "v1", "v2beta1", "v1beta2", "v1alpha1", "foo"]);
    }
}
