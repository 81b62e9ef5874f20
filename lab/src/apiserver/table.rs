//! Tables, as `kubectl get` prints them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{kinds::Kind, store::Object};

/// A table of objects. `head` includes the definitions of its columns.
pub fn render(_kind: &Kind, objects: &[Arc<Object>], head: bool) -> Value {
    let mut table = json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": [],
        "rows": objects.iter().map(|object| json!({
            "cells": [object.key.name],
            "object": {
                "kind": "PartialObjectMetadata",
                "apiVersion": "meta.k8s.io/v1",
                "metadata": object.value["metadata"],
            },
        })).collect::<Vec<_>>(),
    });
    if head {
        table["columnDefinitions"] =
            json!([{ "name": "Name", "type": "string", "format": "name", "description": "", "priority": 0 }]);
    }
    table
}
