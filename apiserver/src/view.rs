//! Representations of objects that a client can request: whole objects, metadata only, or a table.

use std::sync::Arc;

use axum::body::Bytes;
use serde_json::{Value, json};

use super::{convert, kinds::Kind, list::Page, store::Object, table};

/// A representation of objects, chosen by the header `Accept`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Whole objects.
    Full,
    /// `PartialObjectMetadata`
    Metadata,
    /// `Table`
    Table,
}

impl View {
    /// Returns the first supported representation in the header; [`View::Full`] if it has none.
    pub fn choose(accept: &str) -> Self {
        for media_type in accept.split(',') {
            let has = |parameter: &str| media_type.split(';').any(|part| part.trim() == parameter);
            if !media_type.trim_start().starts_with("application/json") {
                continue;
            }
            if has("as=Table") && has("v=v1") {
                return Self::Table;
            }
            if (has("as=PartialObjectMetadata") || has("as=PartialObjectMetadataList")) && has("v=v1") {
                return Self::Metadata;
            }
            if !media_type.contains("as=") {
                return Self::Full;
            }
        }
        Self::Full
    }

    /// Serializes one object as JSON.
    pub fn object(self, kind: &Kind, object: &Arc<Object>) -> Bytes {
        match self {
            Self::Full if kind.served_as_stored() => object.json(),
            Self::Full => convert::to_served(kind, object).to_string().into(),
            Self::Metadata => metadata(object).to_string().into(),
            Self::Table => table::render(kind, std::slice::from_ref(object), true)
                .to_string()
                .into(),
        }
    }

    /// Serializes a list as JSON.
    pub fn list(self, kind: &Kind, page: &Page) -> Bytes {
        let mut head = json!({ "resourceVersion": page.revision.to_string() });
        if let Some(token) = &page.token {
            head["continue"] = json!(token);
        }
        if let Some(remaining) = page.remaining {
            head["remainingItemCount"] = json!(remaining);
        }
        match self {
            Self::Table => {
                let mut table = table::render(kind, &page.objects, true);
                table["metadata"] = head;
                table.to_string().into()
            }
            Self::Metadata => {
                let (kind_name, version) = ("PartialObjectMetadataList", "meta.k8s.io/v1");
                let items = page.objects.iter().map(|object| metadata(object).to_string().into());
                join(kind_name, version, &head, items)
            }
            Self::Full => {
                let items = page.objects.iter().map(|object| Self::Full.object(kind, object));
                join(&kind.list_kind, &kind.api_version(), &head, items)
            }
        }
    }
}

fn metadata(object: &Object) -> Value {
    json!({
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": object.value["metadata"],
    })
}

/// Joins items that are already serialized into a list, without parsing them.
fn join(kind: &str, api_version: &str, metadata: &Value, items: impl Iterator<Item = Bytes>) -> Bytes {
    let mut list =
        format!("{{\"kind\":\"{kind}\",\"apiVersion\":\"{api_version}\",\"metadata\":{metadata},\"items\":[");
    let mut body = std::mem::take(&mut list).into_bytes();
    for (index, item) in items.enumerate() {
        if index > 0 {
            body.push(b',');
        }
        body.extend_from_slice(&item);
    }
    body.extend_from_slice(b"]}");
    body.into()
}
