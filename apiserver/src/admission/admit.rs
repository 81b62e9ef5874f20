//! The way of a request past the webhooks.

use std::sync::Arc;

use axum::{body::to_bytes, http::Method, response::Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{call::Verdict, webhook};
use crate::{
    Core,
    auth::User,
    convert,
    kinds::Kind,
    path::{self, ResourcePath, Target},
    request::Request,
    status::Refusal,
    store::Key,
};

/// What the server itself gives an object when it is created.
const GIVEN: &[&str] = &["uid", "resourceVersion", "creationTimestamp", "generation"];

/// Lets the webhooks that want to hear of a request look at it before it is carried out. `rehearse` is what carries
/// requests out. Returns the request that is to be carried out in the place of this one, where a webhook changed it.
///
/// # Errors
/// The request cannot be carried out as it is, or a webhook denies it.
pub async fn admit(
    core: &Arc<Core>,
    request: &Request,
    rehearse: fn(&Arc<Core>, &Request) -> Result<Response, Refusal>,
) -> Result<Option<Request>, Refusal> {
    let Some(subject) = Subject::of(core, request) else {
        return Ok(None);
    };
    let webhooks = webhook::asked(core, &subject.path, subject.operation());
    if webhooks.is_empty() {
        return Ok(None);
    }
    let rehearsed = rehearse(core, &request.rehearsal())?;
    let body = to_bytes(rehearsed.into_body(), usize::MAX).await.unwrap_or_default();
    let mut object: Value = serde_json::from_slice(&body)
        .map_err(|error| Refusal::internal(format!("a rehearsed write left no object: {error}")))?;
    let mut is_changed = false;
    for webhook in webhooks {
        if !webhook.selects(core, &object, &subject.old) {
            continue;
        }
        let review = subject.review(&object, request);
        if let Verdict::Changed(patch) = core.callers.ask(&webhook, &review).await? {
            json_patch::patch(&mut object, &patch).map_err(|error| {
                let name = &webhook.name;
                Refusal::internal(format!(
                    "failed calling webhook \"{name}\": its patch does not fit: {error}"
                ))
            })?;
            is_changed = true;
        }
    }
    Ok(is_changed.then(|| subject.instead(object, request)))
}

/// What a request is about.
struct Subject {
    path: ResourcePath,
    user: User,
    kind: Arc<Kind>,
    /// The object before; null when there is none.
    old: Value,
}

impl Subject {
    /// Of a write of a whole object. What is wrong with any other request is for others to say.
    fn of(core: &Core, request: &Request) -> Option<Self> {
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
        let old = path.name.as_ref().and_then(|name| {
            let key = Key::new(path.namespace.clone().unwrap_or_default(), name.clone());
            let found = core.store.get(&kind.collection, &key)?;
            Some(convert::to_served(&kind, &found).into_owned())
        });
        Some(Self {
            path,
            user,
            kind,
            old: old.unwrap_or_default(),
        })
    }

    fn operation(&self) -> &'static str {
        match self.old.is_null() {
            true => "CREATE",
            false => "UPDATE",
        }
    }

    /// The question.
    fn review(&self, object: &Value, request: &Request) -> Value {
        let kind = json!({"group": self.kind.group, "version": self.kind.version, "kind": self.kind.kind});
        let resource = json!({"group": self.kind.group, "version": self.kind.version, "resource": self.kind.plural});
        json!({
            "apiVersion": "admission.k8s.io/v1",
            "kind": "AdmissionReview",
            "request": {
                "uid": Uuid::new_v4().to_string(),
                "kind": kind,
                "resource": resource,
                "requestKind": kind,
                "requestResource": resource,
                "name": object["metadata"]["name"],
                "namespace": object["metadata"]["namespace"],
                "operation": self.operation(),
                "userInfo": self.user.to_value(),
                "object": object,
                "oldObject": self.old,
                "dryRun": request.parameter("dryRun") == Some("All"),
                "options": null,
            },
        })
    }

    /// The request that writes the object as the webhooks left it. An update names the state that they saw.
    fn instead(&self, mut object: Value, request: &Request) -> Request {
        if !self.old.is_null() {
            return request.with_object(Method::PUT, &object);
        }
        let is_named = request.json().is_ok_and(|body| body["metadata"]["name"].is_string());
        if let Some(metadata) = object["metadata"].as_object_mut() {
            for field in GIVEN {
                metadata.shift_remove(*field);
            }
            if request.method == Method::POST && !is_named {
                metadata.shift_remove("name");
            }
        }
        request.with_object(request.method.clone(), &object)
    }
}
