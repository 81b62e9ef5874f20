//! The OpenAPI v3 documents that `kubectl apply` and `kubectl explain` read: for each group and version, the kinds and
//! that their `PATCH` supports `fieldValidation`.

use serde_json::{Map, Value, json};

use super::kinds::{Catalogue, Kind};

/// Answer of `/openapi/v3`.
pub fn index(catalogue: &Catalogue) -> Value {
    let mut paths = Map::new();
    for kind in catalogue.iter() {
        let path = group_path(kind);
        let url = json!({ "serverRelativeURL": format!("/openapi/v3/{path}") });
        paths.insert(path, url);
    }
    json!({ "paths": paths })
}

/// Answer of `/openapi/v3/{path}`.
pub fn document(catalogue: &Catalogue, path: &str) -> Option<Value> {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for kind in catalogue.iter().filter(|kind| group_path(kind) == path) {
        let scope = if kind.namespaced { "namespaces/{namespace}/" } else { "" };
        paths.insert(format!("/{path}/{scope}{}/{{name}}", kind.plural), operations(kind));
        let group: Vec<&str> = kind.group.split('.').rev().filter(|part| !part.is_empty()).collect();
        let name = format!(
            "{}.{}.{}",
            if group.is_empty() {
                "io.k8s.api.core".into()
            } else {
                group.join(".")
            },
            kind.version,
            kind.kind
        );
        schemas.insert(name, schema(kind));
    }
    if paths.is_empty() {
        return None;
    }
    Some(json!({
        "openapi": "3.0.0",
        "info": { "title": "Kubernetes", "version": "v1.33.5" },
        "paths": paths,
        "components": { "schemas": schemas },
    }))
}

fn group_path(kind: &Kind) -> String {
    if kind.group.is_empty() {
        format!("api/{}", kind.version)
    } else {
        format!("apis/{}/{}", kind.group, kind.version)
    }
}

fn operations(kind: &Kind) -> Value {
    let name = |name: &str| json!({ "in": "query", "name": name, "schema": { "type": "string", "uniqueItems": true } });
    json!({
        "patch": {
            "operationId": format!("patch{}", kind.kind),
            "parameters": [name("dryRun"), name("fieldManager"), name("fieldValidation")],
            // Strategic merge patch is not declared: clients then compute it from the types that they know.
            "requestBody": { "content": { "application/merge-patch+json": { "schema": { "type": "object" } } } },
            "responses": { "200": { "description": "OK" } },
            "x-kubernetes-action": "patch",
            "x-kubernetes-group-version-kind": gvk(kind),
        },
    })
}

fn schema(kind: &Kind) -> Value {
    let mut schema = kind
        .custom
        .as_ref()
        .map_or_else(|| json!({ "type": "object" }), |custom| custom.document().clone());
    schema["x-kubernetes-group-version-kind"] = json!([gvk(kind)]);
    schema
}

fn gvk(kind: &Kind) -> Value {
    json!({ "group": kind.group, "version": kind.version, "kind": kind.kind })
}
