//! REST API of the inventory. Error responses have no body; the message is in the header `forklift-error-message`.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Query as Parameters, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use kube::{Client, ResourceExt};
use serde_json::{Map, Value, json};
use sim_clock::Clock;

use crate::controllers::forklift::adapter::TYPES;

use super::{
    auth::{Access, Auth},
    openshift,
    query::Query,
    store::{Content, Entry, Store},
};

/// Time that a request waits for an inventory that is still loading.
const PARITY_WAIT: Duration = Duration::from_secs(10);

/// Provider types in the order of the provider list.
fn types() -> Vec<&'static str> {
    let listed = TYPES.iter().filter(|known| known.is_listed);
    let mut names: Vec<&str> = listed.map(|known| known.name).collect();
    names.sort_unstable();
    names
}

struct Web {
    store: Arc<Store>,
    auth: Auth,
    clock: Clock,
}

/// Creates the routes of the inventory.
pub fn router(client: Client, store: Arc<Store>, clock: Clock) -> Router {
    let auth = Auth::new(client);
    Router::new()
        .fallback(serve)
        .with_state(Arc::new(Web { store, auth, clock }))
}

async fn serve(
    State(web): State<Arc<Web>>,
    Parameters(parameters): Parameters<HashMap<String, String>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path: Vec<&str> = uri.path().split('/').filter(|part| !part.is_empty()).collect();
    if method != Method::GET || path.first() != Some(&"providers") {
        return (StatusCode::NOT_FOUND, "404 page not found").into_response();
    }
    let Some(query) = Query::parse(&parameters) else {
        return refuse(StatusCode::BAD_REQUEST, "");
    };
    let answered = match *path.as_slice() {
        [_] => web.providers(&headers, &query).await,
        [_, kind] => web.providers_of(&headers, kind, &query).await,
        [_, kind, uid] => web.provider(&headers, kind, uid).await,
        [_, kind, uid, collection] => web.list(&headers, kind, uid, collection, &query).await,
        [_, kind, uid, collection, id] => web.get(&headers, kind, uid, collection, id).await,
        _ => Err((StatusCode::NOT_FOUND, "404 page not found").into_response()),
    };
    answered.map_or_else(|refusal| refusal, |value| Json(value).into_response())
}

type Answer = Result<Value, Response>;

impl Web {
    async fn providers(&self, headers: &HeaderMap, query: &Query) -> Answer {
        self.allow_list(headers, query).await?;
        let mut all = Map::new();
        for kind in types() {
            all.insert(kind.into(), self.shown(kind, query).await?.into());
        }
        Ok(Value::Object(all))
    }

    async fn providers_of(&self, headers: &HeaderMap, kind: &str, query: &Query) -> Answer {
        if !types().contains(&kind) {
            return Err((StatusCode::NOT_FOUND, "404 page not found").into_response());
        }
        self.allow_list(headers, query).await?;
        Ok(self.shown(kind, query).await?.into())
    }

    async fn allow_list(&self, headers: &HeaderMap, query: &Query) -> Result<(), Response> {
        let access = Access {
            verb: "list",
            name: String::new(),
            namespace: query.namespace.clone().unwrap_or_default(),
        };
        self.allow(headers, access).await
    }

    async fn allow(&self, headers: &HeaderMap, access: Access) -> Result<(), Response> {
        let checked = self.auth.check(headers, access).await;
        checked.map_err(|(status, message)| refuse(status, &message))
    }

    async fn shown(&self, kind: &str, query: &Query) -> Result<Vec<Value>, Response> {
        let mut shown = Vec::new();
        for entry in self.store.all() {
            let wanted = |want: &Option<String>, is: Option<String>| want.is_none() || *want == is;
            let provider = &entry.provider;
            if provider.spec.type_ == kind
                && wanted(&query.namespace, provider.namespace())
                && wanted(&query.name, Some(provider.name_any()))
            {
                shown.push(render(&entry, query.detail).await?);
            }
        }
        Ok(query.page(shown))
    }

    async fn provider(&self, headers: &HeaderMap, kind: &str, uid: &str) -> Answer {
        let entry = self.entry(headers, kind, uid).await?;
        render(&entry, super::query::ALL).await
    }

    /// Finds the provider, waits until it is loaded, then authorizes the request: in this order, so that an unknown
    /// provider is a 404 even without a token.
    async fn entry(&self, headers: &HeaderMap, kind: &str, uid: &str) -> Result<Entry, Response> {
        let known = self.store.get(uid).filter(|entry| entry.provider.spec.type_ == kind);
        let Some(entry) = known else {
            let mut response = refuse(StatusCode::NOT_FOUND, "");
            let reason = HeaderValue::from_static("ProviderNotFound");
            response.headers_mut().insert("X-Reason", reason);
            return Err(response);
        };
        if let Content::Source(source) = &entry.content {
            let mut parity = source.inventory().parity();
            let loaded = async { parity.wait_for(|loaded| *loaded).await.is_ok() };
            let loaded = tokio::select! {
                biased;
                loaded = loaded => loaded,
                () = self.clock.sleep(PARITY_WAIT) => entry.content.has_parity(),
            };
            if !loaded {
                return Err(refuse(StatusCode::PARTIAL_CONTENT, ""));
            }
        }
        let access = Access {
            verb: "get",
            name: entry.provider.name_any(),
            namespace: entry.provider.namespace().unwrap_or_default(),
        };
        self.allow(headers, access).await?;
        Ok(entry)
    }

    async fn list(&self, headers: &HeaderMap, kind: &str, uid: &str, collection: &str, query: &Query) -> Answer {
        let entry = self.entry(headers, kind, uid).await?;
        let items = match &entry.content {
            Content::Source(source) => source.inventory().list(collection, uid, query).ok_or_else(unknown)?,
            Content::Cluster(cluster) => {
                let collection = openshift::Collection::parse(collection).ok_or_else(unknown)?;
                cluster.list(&collection, uid, query).await.map_err(broken)?
            }
        };
        Ok(query.page(items).into())
    }

    async fn get(&self, headers: &HeaderMap, kind: &str, uid: &str, collection: &str, id: &str) -> Answer {
        let entry = self.entry(headers, kind, uid).await?;
        let found = match &entry.content {
            Content::Source(source) => source.inventory().get(collection, uid, id).ok_or_else(unknown)?,
            Content::Cluster(cluster) => {
                let collection = openshift::Collection::parse(collection).ok_or_else(unknown)?;
                cluster.get(&collection, uid, id).await.map_err(broken)?
            }
        };
        found.ok_or_else(|| refuse(StatusCode::NOT_FOUND, ""))
    }
}

/// Renders a provider as JSON: the base of OpenShift objects, then product, version and object counts.
async fn render(entry: &Entry, detail: u8) -> Answer {
    let provider = &entry.provider;
    let uid = provider.uid().unwrap_or_default();
    let mut shown = json!({
        "uid": uid,
        "version": provider.resource_version().unwrap_or_default(),
        "namespace": provider.namespace().unwrap_or_default(),
        "name": provider.name_any(),
        "selfLink": format!("providers/{}/{uid}", provider.spec.type_),
        "id": uid,
    });
    if detail == 0 {
        return Ok(shown);
    }
    shown["type"] = provider.spec.type_.clone().into();
    shown["object"] = serde_json::to_value(provider.as_ref()).unwrap_or_default();
    match &entry.content {
        Content::Source(source) => {
            for (key, value) in source.inventory().summary() {
                shown[key] = value;
            }
        }
        Content::Cluster(cluster) => {
            for (key, collection, extra) in [
                ("vmCount", "vms", 0),
                // The pod network counts as a network.
                ("networkCount", "networkattachmentdefinitions", 1),
                ("storageClassCount", "storageclasses", 0),
            ] {
                let count = cluster.count(collection).await.map_err(broken)?;
                shown[key] = (count + extra).into();
            }
        }
    }
    Ok(shown)
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, "404 page not found").into_response()
}

fn broken(error: kube::Error) -> Response {
    refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string())
}

fn refuse(status: StatusCode, message: &str) -> Response {
    let mut response = status.into_response();
    if let Ok(message) = HeaderValue::from_str(message)
        && !message.is_empty()
    {
        response.headers_mut().insert("forklift-error-message", message);
    }
    response
}
