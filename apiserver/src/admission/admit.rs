//! Sends a write through the admission webhooks.

use std::sync::Arc;

use axum::{body::to_bytes, http::Method, response::Response};
use serde_json::{Value, json};

use super::{call::Verdict, webhook};
use crate::{
    Core,
    auth::User,
    convert,
    kinds::Kind,
    path::{self, ResourcePath, Target},
    request::Request,
    status::StatusError,
    store::{Key, Object},
};

/// Metadata that the server sets when it creates an object.
const SERVER_FIELDS: &[&str] = &["uid", "resourceVersion", "creationTimestamp", "generation"];

/// Calls the webhooks whose rules match a request before the request is executed. `dry_run` executes a request without
/// storing the result. Returns the request to execute instead when a webhook changed the object.
///
/// # Errors
/// The dry run fails, or a webhook denies the request.
pub async fn admit(
    core: &Arc<Core>,
    request: &Request,
    dry_run: fn(&Arc<Core>, &Request) -> Result<Response, StatusError>,
) -> Result<Option<Request>, StatusError> {
    let Some(subject) = Subject::from_request(core, request) else {
        return Ok(None);
    };
    let webhooks = webhook::matching(core, &subject.path, subject.operation());
    if webhooks.is_empty() {
        return Ok(None);
    }
    let rehearsed = dry_run(core, &request.as_dry_run())?;
    let body = to_bytes(rehearsed.into_body(), usize::MAX).await.unwrap_or_default();
    let mut object: Value = serde_json::from_slice(&body)
        .map_err(|error| StatusError::internal(format!("a rehearsed write left no object: {error}")))?;
    let old = subject.old();
    let mut is_changed = false;
    for webhook in webhooks {
        if !webhook.selects(core, &object, &old) {
            continue;
        }
        let review = subject.review(&object, &old, request);
        if let Verdict::Changed(patch) = core.callers.ask(&webhook, &review).await? {
            json_patch::patch(&mut object, &patch).map_err(|error| {
                let name = &webhook.name;
                StatusError::internal(format!(
                    "failed calling webhook \"{name}\": its patch does not fit: {error}"
                ))
            })?;
            is_changed = true;
        }
    }
    Ok(is_changed.then(|| subject.with_admitted_object(object, request)))
}

/// The object that a request writes.
struct Subject {
    path: ResourcePath,
    user: User,
    kind: Arc<Kind>,
    /// The existing object.
    existing: Option<Arc<Object>>,
}

impl Subject {
    /// Returns the subject if the request writes a whole object. Later checks report other invalid requests.
    fn from_request(core: &Core, request: &Request) -> Option<Self> {
        let Target::Resource(path) = path::parse(&request.path) else {
            return None;
        };
        let is_write = match request.method {
            Method::POST => path.name.is_none(),
            Method::PUT | Method::PATCH => path.name.is_some(),
            _ => false,
        };
        if !is_write || path.subresource.is_some() {
            return None;
        }
        let user = core.tokens.user(request.token()?)?;
        let kind = core
            .registry
            .catalogue()
            .find(&path.group, &path.version, &path.plural)?;
        let existing = path.name.as_ref().and_then(|name| {
            let key = Key::new(path.namespace.clone().unwrap_or_default(), name.clone());
            core.store.get(&kind.collection, &key)
        });
        Some(Self {
            path,
            user,
            kind,
            existing,
        })
    }

    fn operation(&self) -> &'static str {
        if self.existing.is_none() { "CREATE" } else { "UPDATE" }
    }

    /// The existing object in its served form; null on creation.
    fn old(&self) -> Value {
        let existing = self.existing.as_ref();
        existing.map_or(Value::Null, |found| convert::to_served(&self.kind, found).into_owned())
    }

    /// The `AdmissionReview` to send.
    fn review(&self, object: &Value, old: &Value, request: &Request) -> Value {
        let kind = json!({"group": self.kind.group, "version": self.kind.version, "kind": self.kind.kind});
        let resource = json!({"group": self.kind.group, "version": self.kind.version, "resource": self.kind.plural});
        json!({
            "apiVersion": "admission.k8s.io/v1",
            "kind": "AdmissionReview",
            "request": {
                "uid": sim_clock::uuid().to_string(),
                "kind": kind,
                "resource": resource,
                "requestKind": kind,
                "requestResource": resource,
                "name": object["metadata"]["name"],
                "namespace": object["metadata"]["namespace"],
                "operation": self.operation(),
                "userInfo": self.user.to_value(),
                "object": object,
                "oldObject": old,
                "dryRun": request.parameter("dryRun") == Some("All"),
                "options": null,
            },
        })
    }

    /// Returns the request that writes the object as the webhooks changed it. An update carries the
    /// `resourceVersion` that the webhooks saw.
    fn with_admitted_object(&self, mut object: Value, request: &Request) -> Request {
        if self.existing.is_some() {
            return request.with_object(Method::PUT, &object);
        }
        let is_named = request.json().is_ok_and(|body| body["metadata"]["name"].is_string());
        if let Some(metadata) = object["metadata"].as_object_mut() {
            for field in SERVER_FIELDS {
                metadata.shift_remove(*field);
            }
            if request.method == Method::POST && !is_named {
                metadata.shift_remove("name");
            }
        }
        request.with_object(request.method.clone(), &object)
    }
}
