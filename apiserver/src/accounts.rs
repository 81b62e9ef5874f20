//! The `token` subresource of service accounts (`TokenRequest`).

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Core, auth::User, kinds::Kind, meta, status::StatusError, store::Key};

/// Lifetime of a token in seconds when the request has no `expirationSeconds`.
const LIFETIME: i64 = 3600;

/// Answers a `TokenRequest` for the service account `key`.
pub fn token(core: &Core, kind: &Kind, key: &Key, mut request: Value) -> Result<Value, StatusError> {
    let account = core
        .store
        .get(&kind.collection, key)
        .ok_or_else(|| StatusError::not_found(kind, &key.name))?;
    if !request["spec"].is_object() {
        request = json!({ "spec": {} });
    }
    let seconds = request["spec"]["expirationSeconds"].as_i64().unwrap_or(LIFETIME);
    let end = sim_clock::now()
        .checked_add(SignedDuration::from_secs(seconds))
        .map_err(|_| StatusError::bad_request("spec.expirationSeconds: Invalid value: too large"))?;
    let user = User::service_account(&key.namespace, &key.name, meta::text(&account.value, "uid"));
    let token = core.tokens.issue(user, Some(end));
    request["spec"]["expirationSeconds"] = json!(seconds);
    Ok(json!({
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": { "name": key.name, "namespace": key.namespace, "creationTimestamp": meta::time(sim_clock::now()) },
        "spec": request["spec"],
        "status": { "token": token, "expirationTimestamp": meta::time(end) },
    }))
}
