//! Lists: selectors, pagination with consistent pages, and `resourceVersionMatch`.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    Core, convert,
    kinds::Kind,
    selectors::Selection,
    status::StatusError,
    store::{Key, Object},
};

/// Parameters of a list or watch request.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Label and field selectors.
    pub selection: Selection,
    /// Namespace of the path; `None` for all namespaces.
    pub namespace: Option<String>,
    /// `resourceVersion`; `None` if absent.
    pub revision: Option<u64>,
    /// Whether `resourceVersionMatch` is `Exact`.
    pub exact: bool,
    /// `limit`: maximum number of objects per page.
    pub limit: Option<usize>,
    /// `continue`: token of the requested page.
    pub token: Option<String>,
}

/// One page of a list.
#[derive(Debug)]
pub struct Page {
    /// `resourceVersion` of the list.
    pub revision: u64,
    /// Objects of the page.
    pub objects: Vec<Arc<Object>>,
    /// `continue`: token of the next page; `None` on the last page.
    pub token: Option<String>,
    /// `remainingItemCount`: number of objects after this page; `None` with selectors, as in Kubernetes.
    pub remaining: Option<usize>,
}

/// Whether the query selects this object.
pub fn selects(kind: &Kind, query: &Query, object: &Arc<Object>) -> bool {
    query
        .namespace
        .as_ref()
        .is_none_or(|namespace| object.key.namespace == *namespace)
        && (query.selection.is_everything() || query.selection.matches(&convert::to_served(kind, object)))
}

/// Returns the page that a query requests.
pub fn list(core: &Core, kind: &Kind, query: &Query) -> Result<Page, StatusError> {
    let namespace = query.namespace.as_deref();
    let after = query.token.as_deref().map(read_token).transpose()?;
    let (revision, objects) = match &after {
        Some((revision, _)) => (*revision, list_at(core, kind, namespace, *revision, true)?),
        None => match query.revision {
            Some(requested) if requested > core.store.revision() => {
                return Err(StatusError::too_large_resource_version(
                    requested,
                    core.store.revision(),
                ));
            }
            Some(requested) if query.exact && requested > 0 => {
                (requested, list_at(core, kind, namespace, requested, false)?)
            }
            _ => core.store.list(&kind.collection, namespace),
        },
    };
    let start = after
        .as_ref()
        .map_or(0, |(_, key)| objects.partition_point(|object| object.key <= *key));
    let mut rest = objects
        .into_iter()
        .skip(start)
        .filter(|object| selects(kind, query, object));
    let limit = query.limit.unwrap_or(usize::MAX);
    let page: Vec<Arc<Object>> = rest.by_ref().take(limit).collect();
    let remaining = rest.count();
    let token = page
        .last()
        .filter(|_| remaining > 0)
        .map(|last| write_token(revision, &last.key));
    let remaining = (remaining > 0 && query.selection.is_everything()).then_some(remaining);
    Ok(Page {
        revision,
        objects: page,
        token,
        remaining,
    })
}

fn list_at(
    core: &Core,
    kind: &Kind,
    namespace: Option<&str>,
    revision: u64,
    continued: bool,
) -> Result<Vec<Arc<Object>>, StatusError> {
    core.store.list_at(&kind.collection, namespace, revision).map_err(|old| {
        if continued {
            StatusError::expired(
                "The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.",
            )
        } else {
            StatusError::expired(format!("The resourceVersion for the provided list is too old: {revision} ({})", old.oldest))
        }
    })
}

fn write_token(revision: u64, key: &Key) -> String {
    URL_SAFE_NO_PAD.encode(json!({ "rv": revision, "namespace": key.namespace, "name": key.name }).to_string())
}

fn read_token(token: &str) -> Result<(u64, Key), StatusError> {
    let wrong = || StatusError::bad_request("continue key is not valid");
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong())?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    let text = |field: &str| value[field].as_str().map(str::to_owned).ok_or_else(wrong);
    let revision = value["rv"].as_u64().ok_or_else(wrong)?;
    Ok((revision, Key::new(text("namespace")?, text("name")?)))
}
