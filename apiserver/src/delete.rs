//! Deletion of objects: preconditions, grace periods, finalizers.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Core, crds,
    kinds::Kind,
    meta,
    status::StatusError,
    store::{Key, Object, StoreError},
    strategy,
};

/// Finalizer of an owner that waits for the deletion of its dependents.
pub const FOREGROUND: &str = "foregroundDeletion";
/// Finalizer of an owner whose dependents will be orphaned.
pub const ORPHAN: &str = "orphan";

/// `propagationPolicy`: what happens to the dependents of a deleted owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// Dependents are deleted after the owner.
    Background,
    /// Dependents are deleted before the owner.
    Foreground,
    /// Dependents are kept, without the owner reference.
    Orphan,
}

/// Parameters of a deletion: `DeleteOptions` of Kubernetes.
#[derive(Debug, Clone, Default)]
pub struct DeleteOptions {
    /// `gracePeriodSeconds`
    pub grace: Option<i64>,
    /// `propagationPolicy`; the default of the kind if absent.
    pub propagation: Option<Propagation>,
    /// Precondition: uid of the object.
    pub uid: Option<String>,
    /// Precondition: `resourceVersion` of the object.
    pub resource_version: Option<String>,
    /// Whether to perform all checks without deleting the object.
    pub dry_run: bool,
}

impl DeleteOptions {
    /// Background deletion of the object with this uid.
    pub fn background(uid: &str) -> Self {
        Self {
            propagation: Some(Propagation::Background),
            uid: Some(uid.to_owned()),
            ..Self::default()
        }
    }

    /// Parses the body and the query of a request; the body takes precedence.
    pub fn parse(body: &Value, query: impl Fn(&str) -> Option<String>) -> Result<Self, StatusError> {
        let text = |field: &str| body[field].as_str().map(str::to_owned).or_else(|| query(field));
        let propagation = match text("propagationPolicy").as_deref() {
            None | Some("") => match body["orphanDependents"]
                .as_bool()
                .or(query("orphanDependents").map(|text| text == "true"))
            {
                Some(true) => Some(Propagation::Orphan),
                Some(false) => Some(Propagation::Background),
                None => None,
            },
            Some("Background") => Some(Propagation::Background),
            Some("Foreground") => Some(Propagation::Foreground),
            Some("Orphan") => Some(Propagation::Orphan),
            Some(other) => {
                return Err(StatusError::bad_request(format!(
                    "DeleteOptions is invalid: propagationPolicy: Unsupported value: \"{other}\": supported values: \"Background\", \"Foreground\", \"Orphan\""
                )));
            }
        };
        let dry_run = body["dryRun"].as_array().is_some_and(|list| !list.is_empty()) || query("dryRun").is_some();
        Ok(Self {
            grace: body["gracePeriodSeconds"]
                .as_i64()
                .or_else(|| query("gracePeriodSeconds")?.parse().ok()),
            propagation,
            uid: body["preconditions"]["uid"].as_str().map(str::to_owned),
            resource_version: body["preconditions"]["resourceVersion"].as_str().map(str::to_owned),
            dry_run,
        })
    }

    fn check(&self, kind: &Kind, object: &Object) -> Result<(), StatusError> {
        let uid = meta::text(&object.value, "uid");
        if let Some(requested) = &self.uid
            && requested != uid
        {
            let why = format!("Precondition failed: UID in precondition: {requested}, UID in object meta: {uid}");
            return Err(StatusError::conflict(kind, &object.key.name, &why));
        }
        if let Some(requested) = &self.resource_version
            && *requested != object.revision.to_string()
        {
            let why = format!(
                "Precondition failed: ResourceVersion in precondition: {requested}, ResourceVersion in object meta: {}",
                object.revision
            );
            return Err(StatusError::conflict(kind, &object.key.name, &why));
        }
        Ok(())
    }
}

/// Result of a deletion request.
#[derive(Debug)]
pub enum Deleted {
    /// The object is removed; this is its last state.
    Removed(Arc<Object>),
    /// The object is terminating: its grace period runs, or it has finalizers.
    Terminating(Arc<Object>),
}

/// Deletes an object, or marks it as terminating.
pub fn delete(core: &Core, kind: &Kind, key: &Key, options: &DeleteOptions) -> Result<Deleted, StatusError> {
    loop {
        let current = core
            .store
            .get(&kind.collection, key)
            .ok_or_else(|| StatusError::not_found(kind, &key.name))?;
        options.check(kind, &current)?;
        match attempt(core, kind, &current, options) {
            Ok(deleted) => return Ok(deleted),
            Err(StoreError::Changed) => {}
            Err(_) => return Err(StatusError::not_found(kind, &key.name)),
        }
    }
}

fn attempt(core: &Core, kind: &Kind, current: &Arc<Object>, options: &DeleteOptions) -> Result<Deleted, StoreError> {
    let mut new = current.value.clone();
    let grace = if meta::is_terminating(&new) {
        let left = new["metadata"]["deletionGracePeriodSeconds"]
            .as_i64()
            .unwrap_or_default();
        match options.grace {
            // A second deletion can only shorten the grace period.
            Some(requested) if requested < left => requested.max(0),
            _ => return Ok(Deleted::Terminating(current.clone())),
        }
    } else {
        let finalizers = finalizers(kind, &new, options.propagation);
        meta::set_finalizers(&mut new, &finalizers.iter().map(String::as_str).collect::<Vec<_>>());
        if kind.is_core("namespaces") {
            new["status"]["phase"] = json!("Terminating");
        }
        if crds::is_definition(kind) {
            crds::mark_terminating(&mut new);
        }
        strategy::grace(kind, &new, options.grace)
    };
    let held = !meta::finalizers(&new).is_empty()
        || kind.is_core("namespaces")
            && new["spec"]["finalizers"]
                .as_array()
                .is_some_and(|list| !list.is_empty());
    if grace == 0 && !held {
        if options.dry_run {
            return Ok(Deleted::Removed(current.clone()));
        }
        let gone = core.store.remove(&kind.collection, current)?;
        if crds::is_definition(kind) {
            crds::unregister(core, &gone.value);
        }
        return Ok(Deleted::Removed(gone));
    }
    meta::mark_terminating(&mut new, grace);
    if options.dry_run {
        return Ok(Deleted::Terminating(Object::unstored(current.key.clone(), new)));
    }
    core.store
        .replace(&kind.collection, current, new)
        .map(Deleted::Terminating)
}

/// Finalizers of an object after a deletion request with this propagation policy.
fn finalizers(kind: &Kind, object: &Value, propagation: Option<Propagation>) -> Vec<String> {
    let present = meta::finalizers(object);
    let has = |finalizer: &str| present.contains(&finalizer);
    let wanted = match propagation {
        Some(Propagation::Orphan) => Some(ORPHAN),
        Some(Propagation::Foreground) => Some(FOREGROUND),
        Some(Propagation::Background) => None,
        None if has(ORPHAN) => Some(ORPHAN),
        None if has(FOREGROUND) => Some(FOREGROUND),
        // Kubernetes keeps the default of the first version of the batch API, which orphaned the pods of a job.
        None if kind.group == "batch" && kind.plural == "jobs" => Some(ORPHAN),
        None => None,
    };
    let others = present
        .iter()
        .filter(|finalizer| **finalizer != ORPHAN && **finalizer != FOREGROUND);
    others.copied().chain(wanted).map(str::to_owned).collect()
}
