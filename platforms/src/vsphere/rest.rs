//! The part of vCenter's REST API that Forklift uses to read tags: login, logout, and empty tag lists.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State as Shared},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::state::Simulator;

const SESSION_HEADER: &str = "vmware-api-session-id";

/// Creates the routes: answers of the older `/rest` are wrapped in `value`, those of the newer `/api` are not.
pub fn router(simulator: Arc<Simulator>) -> Router {
    let guarded = Router::new()
        .route(
            "/rest/com/vmware/cis/tagging/tag",
            get(async || Json(json!({ "value": [] }))),
        )
        .route(
            "/rest/com/vmware/cis/tagging/category",
            get(async || Json(json!({ "value": [] }))),
        )
        .route(
            "/rest/com/vmware/cis/tagging/tag-association",
            post(async || Json(json!({ "value": [] }))),
        )
        .route("/api/cis/tagging/tag", get(async || Json(json!([]))))
        .route("/api/cis/tagging/category", get(async || Json(json!([]))))
        .route("/api/cis/tagging/tag-association", post(async || Json(json!([]))))
        .route_layer(middleware::from_fn_with_state(simulator.clone(), require_session));
    let older =
        post(async |simulator, headers| login(simulator, headers, |key| json!({ "value": key }), StatusCode::OK))
            .get(async |simulator, headers: HeaderMap| {
                current(simulator, headers, |session| json!({ "value": session }))
            })
            .delete(logout);
    let newer = post(async |simulator, headers| login(simulator, headers, |key| json!(key), StatusCode::CREATED))
        .get(async |simulator, headers: HeaderMap| current(simulator, headers, |session| session))
        .delete(logout);
    Router::new()
        .route("/rest/com/vmware/cis/session", older)
        .route("/api/session", newer)
        .with_state(simulator)
        .merge(guarded)
}

fn unauthenticated() -> Response {
    let message = json!({ "args": [], "default_message": "Authentication required.", "id": "com.vmware.vapi.endpoint.method.authentication.required" });
    let body = json!({ "type": "com.vmware.vapi.std.errors.unauthenticated", "value": { "messages": [message] } });
    (StatusCode::UNAUTHORIZED, Json(body)).into_response()
}

fn login(
    Shared(simulator): Shared<Arc<Simulator>>,
    headers: HeaderMap,
    body: impl Fn(&str) -> Value,
    status: StatusCode,
) -> Response {
    if !credentials(&headers).is_some_and(|(user, password)| simulator.accepts_credentials(&user, &password)) {
        return unauthenticated();
    }
    let key = sim_clock::uuid().simple().to_string();
    simulator.with(|state| state.rest_sessions.push(key.clone()));
    let cookie = format!("{SESSION_HEADER}={key};Path=/;Secure;HttpOnly");
    (status, [("set-cookie", cookie)], Json(body(&key))).into_response()
}

fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Session key of a request, from its header or cookie.
fn session_key(headers: &HeaderMap) -> Option<String> {
    if let Some(key) = headers.get(SESSION_HEADER) {
        return key.to_str().ok().map(str::to_owned);
    }
    let cookies = headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == SESSION_HEADER)
        .map(|(_, key)| key.to_owned())
}

fn has_session(simulator: &Simulator, headers: &HeaderMap) -> bool {
    session_key(headers).is_some_and(|key| simulator.with(|state| state.rest_sessions.contains(&key)))
}

fn current(Shared(simulator): Shared<Arc<Simulator>>, headers: HeaderMap, body: impl Fn(Value) -> Value) -> Response {
    if !has_session(&simulator, &headers) {
        return unauthenticated();
    }
    let now = simulator.clock.now().to_string();
    let session = json!({ "user": simulator.user, "created_time": now, "last_accessed_time": now });
    Json(body(session)).into_response()
}

async fn logout(Shared(simulator): Shared<Arc<Simulator>>, headers: HeaderMap) -> Response {
    let Some(key) = session_key(&headers) else {
        return unauthenticated();
    };
    simulator.with(|state| state.rest_sessions.retain(|known| *known != key));
    StatusCode::NO_CONTENT.into_response()
}

async fn require_session(Shared(simulator): Shared<Arc<Simulator>>, request: Request, next: Next) -> Response {
    if has_session(&simulator, request.headers()) {
        next.run(request).await
    } else {
        unauthenticated()
    }
}
