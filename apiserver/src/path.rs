//! Parser for paths of the API: `/apis/{group}/{version}/namespaces/{namespace}/{plural}/{name}/{subresource}`.

use percent_encoding::percent_decode_str;

/// The path of a resource, of an object or of a subresource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePath {
    /// API group, empty for the core group.
    pub group: String,
    /// API version.
    pub version: String,
    /// Namespace, if the path has one.
    pub namespace: Option<String>,
    /// Plural name of the resource: `pods`.
    pub plural: String,
    /// Name of the object, if the path has one.
    pub name: Option<String>,
    /// Subresource (`status`), with all following path segments.
    pub subresource: Option<String>,
}

/// What a path addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `/api/v1` and `/apis/{group}/{version}`: group (empty: core) and version.
    GroupVersion(String, String),
    /// `/apis/{group}`
    Group(String),
    /// A resource, an object or one of its subresources.
    Resource(ResourcePath),
    /// Anything else: `/api`, `/version`, `/healthz`.
    Other,
}

/// Parses a path.
pub fn parse(path: &str) -> Target {
    let decoded: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect();
    let parts: Vec<&str> = decoded.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["api", version] => Target::GroupVersion(String::new(), (*version).to_owned()),
        ["apis", group] => Target::Group((*group).to_owned()),
        ["apis", group, version] => Target::GroupVersion((*group).to_owned(), (*version).to_owned()),
        ["api", version, rest @ ..] => Target::Resource(resource("", version, rest)),
        ["apis", group, version, rest @ ..] => Target::Resource(resource(group, version, rest)),
        _ => Target::Other,
    }
}

fn resource(group: &str, version: &str, rest: &[&str]) -> ResourcePath {
    let (namespace, rest) = match rest {
        // These are subresources of the Namespace, not resources in it.
        ["namespaces", _, "status" | "finalize"] => (None, rest),
        ["namespaces", namespace, inner @ ..] if !inner.is_empty() => (Some((*namespace).to_owned()), inner),
        _ => (None, rest),
    };
    let at = |index: usize| rest.get(index).map(|part| (*part).to_owned());
    ResourcePath {
        group: group.to_owned(),
        version: version.to_owned(),
        namespace,
        plural: at(0).unwrap_or_default(),
        name: at(1),
        subresource: rest
            .get(2..)
            .filter(|parts| !parts.is_empty())
            .map(|parts| parts.join("/")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str) -> String {
        match parse(path) {
            Target::Resource(found) => format!(
                "{}/{} ns={} {} name={} sub={}",
                found.group,
                found.version,
                found.namespace.unwrap_or_default(),
                found.plural,
                found.name.unwrap_or_default(),
                found.subresource.unwrap_or_default()
            ),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn paths_are_parsed_as_in_kubernetes() {
        for (path, expected) in [
            ("/api", "Other"),
            ("/api/v1", "GroupVersion(\"\", \"v1\")"),
            ("/apis/batch", "Group(\"batch\")"),
            ("/apis/batch/v1", "GroupVersion(\"batch\", \"v1\")"),
            ("/api/v1/namespaces", "/v1 ns= namespaces name= sub="),
            ("/api/v1/namespaces/x", "/v1 ns= namespaces name=x sub="),
            (
                "/api/v1/namespaces/x/finalize",
                "/v1 ns= namespaces name=x sub=finalize",
            ),
            ("/api/v1/namespaces/x/pods", "/v1 ns=x pods name= sub="),
            ("/api/v1/namespaces/x/pods/p/status", "/v1 ns=x pods name=p sub=status"),
            (
                "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Aadmin",
                "rbac.authorization.k8s.io/v1 ns= clusterroles name=system:admin sub=",
            ),
        ] {
            assert_eq!(shown(path), expected, "{path}");
        }
    }
}
