//! Dispatches requests to their handlers: authentication, admission, authorization, then the resource.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{
    Core, accounts,
    admission::admit,
    auth::User,
    authorization::{self, Access},
    create::{Written, create},
    delete::{DeleteOptions, Deleted, delete},
    discovery,
    kinds::Kind,
    list, openapi,
    patch::Patch,
    path::{self, ResourcePath, Target},
    pods,
    request::Request,
    reviews,
    status::{self, StatusError},
    store::Key,
    strategy,
    update::{Part, update},
    view::View,
    watch,
};

/// Maximum size of a body in bytes: the limit of a kube-apiserver.
const MAX_BODY_SIZE: usize = 3 * 1024 * 1024;

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// Creates the router of the API.
pub fn router(core: Arc<Core>) -> Router {
    Router::new()
        .fallback(handle)
        .layer(DefaultBodyLimit::max(MAX_BODY_SIZE))
        .with_state(core)
}

async fn handle(State(core): State<Arc<Core>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    core.requests.fetch_add(1, Ordering::Relaxed);
    tracing::trace!(%method, %uri, "request");
    let answered = match Request::new(method, &uri, headers, body) {
        Ok(request) => admitted(&core, &request).await,
        Err(error) => Err(error),
    };
    answered.unwrap_or_else(StatusError::into_response)
}

/// Calls the admission webhooks, then answers the request.
async fn admitted(core: &Arc<Core>, request: &Request) -> Result<Response, StatusError> {
    loop {
        let changed = admit(core, request, answer).await?;
        let answered = answer(core, changed.as_ref().unwrap_or(request));
        match answered {
            // A patch applies to any state: after a concurrent update, call the webhooks with the new state.
            Err(error) if error.reason == "Conflict" && request.method == Method::PATCH && changed.is_some() => {}
            answered => return answered,
        }
    }
}

fn answer(core: &Arc<Core>, request: &Request) -> Result<Response, StatusError> {
    if ["/healthz", "/livez", "/readyz"]
        .iter()
        .any(|path| request.path.starts_with(path))
    {
        return Ok("ok".into_response());
    }
    let user = request
        .token()
        .and_then(|token| core.tokens.user(token))
        .ok_or_else(StatusError::unauthorized)?;
    let found = path::parse(&request.path);
    if let Target::Resource(path) = &found {
        return resource(core, request, &user, path);
    }
    if request.method != Method::GET && request.method != Method::HEAD {
        return Err(StatusError::method_not_allowed());
    }
    let catalogue = core.registry.catalogue();
    let aggregated = request.header(header::ACCEPT).replace(' ', "").contains(AGGREGATED);
    let value = match found {
        Target::GroupVersion(group, version) => discovery::resources(&catalogue, &group, &version),
        Target::Group(group) => discovery::group(&catalogue, &group),
        _ => match request.path.trim_end_matches('/') {
            path @ ("/api" | "/apis") if aggregated => {
                let body = discovery::aggregated(&catalogue, path == "/api").to_string();
                return Ok(([(header::CONTENT_TYPE, AGGREGATED)], body).into_response());
            }
            "/api" => Some(discovery::core_versions(request.header(header::HOST))),
            "/apis" => Some(discovery::groups(&catalogue)),
            "/version" => Some(discovery::version(&core.options.compiler)),
            "/openapi/v3" => Some(openapi::index(&catalogue)),
            path => path
                .strip_prefix("/openapi/v3/")
                .and_then(|path| openapi::document(&catalogue, path)),
        },
    };
    value
        .map(|value| json(StatusCode::OK, value.to_string()))
        .ok_or_else(StatusError::no_such_path)
}

fn resource(core: &Arc<Core>, request: &Request, user: &User, path: &ResourcePath) -> Result<Response, StatusError> {
    authorize(core, request, user, path)?;
    if reviews::is_review(path) && request.method == Method::POST {
        let review = reviews::answer(core, user, path, request.json()?)?;
        return Ok(json(StatusCode::CREATED, review.to_string()));
    }
    let kind = core
        .registry
        .catalogue()
        .find(&path.group, &path.version, &path.plural)
        .filter(|kind| kind.namespaced || path.namespace.is_none())
        .ok_or_else(StatusError::no_such_path)?;
    let Some(name) = &path.name else {
        return collection(core, request, &kind, path);
    };
    if kind.namespaced && path.namespace.is_none() {
        return Err(StatusError::no_such_path());
    }
    let key = Key::new(path.namespace.clone().unwrap_or_default(), name.clone());
    match path.subresource.as_deref() {
        None => object(core, request, &kind, &key, Part::Main),
        Some("status") if kind.status => object(core, request, &kind, &key, Part::Status),
        Some("finalize") if kind.is_core("namespaces") => object(core, request, &kind, &key, Part::Finalize),
        Some(name @ ("binding" | "eviction")) if kind.is_core("pods") && request.method == Method::POST => {
            let answer = pods::subresource(core, &kind, &key, name, &request.json()?)?;
            Ok(json(StatusCode::CREATED, answer.to_string()))
        }
        Some("token") if kind.is_core("serviceaccounts") && request.method == Method::POST => {
            let answer = accounts::token(core, &kind, &key, request.json()?)?;
            Ok(json(StatusCode::CREATED, answer.to_string()))
        }
        Some(_) => Err(StatusError::no_such_path()),
    }
}

fn authorize(core: &Core, request: &Request, user: &User, path: &ResourcePath) -> Result<(), StatusError> {
    let verb = match (&request.method, &path.name) {
        (&Method::GET | &Method::HEAD, Some(_)) => "get",
        (&Method::GET | &Method::HEAD, None) if request.is_watch() => "watch",
        (&Method::GET | &Method::HEAD, None) => "list",
        (&Method::POST, _) => "create",
        (&Method::PUT, _) => "update",
        (&Method::PATCH, _) => "patch",
        (&Method::DELETE, Some(_)) => "delete",
        (&Method::DELETE, None) => "deletecollection",
        _ => return Err(StatusError::method_not_allowed()),
    };
    let resource = match &path.subresource {
        Some(subresource) => format!("{}/{subresource}", path.plural),
        None => path.plural.clone(),
    };
    let access = Access {
        verb: verb.into(),
        group: path.group.clone(),
        resource,
        namespace: path.namespace.clone().unwrap_or_default(),
        name: path.name.clone().unwrap_or_default(),
        path: String::new(),
    };
    if reviews::is_self_review(path) || authorization::is_allowed(core, user, &access) {
        return Ok(());
    }
    Err(StatusError::not_allowed(&user.name, &access))
}

/// Answers a request for a collection: list, watch, create, delete collection.
fn collection(
    core: &Arc<Core>,
    request: &Request,
    kind: &Arc<Kind>,
    path: &ResourcePath,
) -> Result<Response, StatusError> {
    let namespace = path.namespace.as_deref();
    match request.method {
        Method::GET if request.is_watch() => {
            let options = watch::WatchOptions {
                query: request.list_query(namespace)?,
                view: request.view(),
                bookmarks: request.flag("allowWatchBookmarks"),
                initial: request.flag("sendInitialEvents"),
                timeout: request.timeout(),
            };
            let lines = watch::start(core.clone(), kind.clone(), options)?;
            Ok(([(header::CONTENT_TYPE, "application/json")], Body::from_stream(lines)).into_response())
        }
        Method::GET => {
            let page = list::list(core, kind, &request.list_query(namespace)?)?;
            Ok(json(StatusCode::OK, request.view().list(kind, &page)))
        }
        Method::POST => {
            let written = create(core, kind, namespace, request.json()?, request.write_options()?)?;
            Ok(shown(StatusCode::CREATED, request.view(), kind, &written))
        }
        Method::DELETE => {
            let options = delete_options(request)?;
            let page = list::list(core, kind, &request.list_query(namespace)?)?;
            for object in &page.objects {
                match delete(core, kind, &object.key, &options) {
                    Err(error) if !error.is_not_found() => return Err(error),
                    _ => {}
                }
            }
            Ok(json(StatusCode::OK, View::Full.list(kind, &page)))
        }
        _ => Err(StatusError::method_not_allowed()),
    }
}

/// Answers a request for one object or its status.
fn object(core: &Arc<Core>, request: &Request, kind: &Kind, key: &Key, part: Part) -> Result<Response, StatusError> {
    match request.method {
        Method::GET => {
            let found = core
                .store
                .get(&kind.collection, key)
                .ok_or_else(|| StatusError::not_found(kind, &key.name))?;
            Ok(json(StatusCode::OK, request.view().object(kind, &found)))
        }
        Method::PUT => {
            let options = request.write_options()?;
            let mut body = request.json()?;
            super::create::check_type(kind, &mut body)?;
            check_name(key, &body)?;
            let unconditional = body["metadata"]["resourceVersion"]
                .as_str()
                .unwrap_or_default()
                .is_empty();
            if kind.custom.is_some() && unconditional {
                let cause = status::Cause::invalid(
                    "metadata.resourceVersion",
                    &serde_json::json!(0),
                    "must be specified for an update",
                );
                return Err(StatusError::invalid(kind, &key.name, &[cause]));
            }
            let written = update(core, kind, key, part, options, |_| Ok(body.clone()))?;
            Ok(shown(StatusCode::OK, request.view(), kind, &written))
        }
        Method::PATCH => {
            let options = request.write_options()?;
            let patch = Patch::parse(kind, request.header(header::CONTENT_TYPE), &request.body)?;
            let patched = update(core, kind, key, part, options, |current| {
                let new = patch.apply(kind, current)?;
                check_name(key, &new)?;
                Ok(new)
            });
            match (patched, patch.creates()) {
                (Err(error), Some(applied)) if error.is_not_found() && part == Part::Main => {
                    let mut applied = applied.clone();
                    applied["metadata"]["name"] = key.name.clone().into();
                    let namespace = kind.namespaced.then_some(key.namespace.as_str());
                    let written = create(core, kind, namespace, applied, options)?;
                    Ok(shown(StatusCode::CREATED, request.view(), kind, &written))
                }
                (patched, _) => Ok(shown(StatusCode::OK, request.view(), kind, &patched?)),
            }
        }
        Method::DELETE if part == Part::Main => {
            let (gone, value) = match delete(core, kind, key, &delete_options(request)?)? {
                Deleted::Terminating(object) => (false, object),
                Deleted::Removed(object) => (true, object),
            };
            if gone && !strategy::returns_deleted(kind) {
                let uid = &value.value["metadata"]["uid"];
                return Ok(json(StatusCode::OK, status::deleted(kind, &key.name, uid).to_string()));
            }
            Ok(json(StatusCode::OK, View::Full.object(kind, &value)))
        }
        _ => Err(StatusError::method_not_allowed()),
    }
}

fn delete_options(request: &Request) -> Result<DeleteOptions, StatusError> {
    DeleteOptions::parse(&request.json()?, |name| request.parameter(name).map(str::to_owned))
}

fn check_name(key: &Key, body: &Value) -> Result<(), StatusError> {
    let name = body["metadata"]["name"].as_str().unwrap_or_default();
    if name == key.name {
        return Ok(());
    }
    Err(StatusError::bad_request(format!(
        "the name of the object ({name}) does not match the name on the URL ({})",
        key.name
    )))
}

fn shown(code: StatusCode, view: View, kind: &Kind, written: &Written) -> Response {
    let mut response = json(code, view.object(kind, &written.object));
    for warning in &written.warnings {
        // Format of RFC 7234: code, agent, quoted text.
        let text = format!("299 - \"{}\"", warning.replace('\\', "\\\\").replace('"', "\\\""));
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().append(header::WARNING, value);
        }
    }
    response
}

fn json(code: StatusCode, body: impl Into<Body>) -> Response {
    (code, [(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}
