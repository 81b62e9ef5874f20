//! Deleting objects: preconditions, grace, finalizers.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Core, crds,
    kinds::Kind,
    meta,
    status::Refusal,
    store::{Key, Object, Refused},
    strategy,
};

/// Finalizer of an owner that waits for its dependents to go.
pub const FOREGROUND: &str = "foregroundDeletion";
/// Finalizer of an owner whose dependents are to be set free.
pub const ORPHAN: &str = "orphan";

/// What becomes of an owner's dependents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// They are deleted after the owner.
    Background,
    /// They are deleted before the owner.
    Foreground,
    /// They stay.
    Orphan,
}

/// How a deletion is meant: Kubernetes' `DeleteOptions`.
#[derive(Debug, Clone, Default)]
pub struct DeleteOptions {
    /// Seconds that the object gets.
    pub grace: Option<i64>,
    /// What becomes of dependents; the kind's own default if absent.
    pub propagation: Option<Propagation>,
    /// The uid that the object must have.
    pub uid: Option<String>,
    /// The resourceVersion that the object must have.
    pub resource_version: Option<String>,
    /// Everything but the deletion itself.
    pub dry_run: bool,
}

impl DeleteOptions {
    /// In the background, only the object of this uid.
    pub fn background(uid: &str) -> Self {
        Self {
            propagation: Some(Propagation::Background),
            uid: Some(uid.to_owned()),
            ..Self::default()
        }
    }

    /// Reads the body and the query of a request; the query counts only where the body is silent.
    pub fn parse(body: &Value, query: impl Fn(&str) -> Option<String>) -> Result<Self, Refusal> {
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
                return Err(Refusal::bad_request(format!(
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

    fn check(&self, kind: &Kind, object: &Object) -> Result<(), Refusal> {
        let uid = meta::text(&object.value, "uid");
        if let Some(asked) = &self.uid
            && asked != uid
        {
            let why = format!("Precondition failed: UID in precondition: {asked}, UID in object meta: {uid}");
            return Err(Refusal::conflict(kind, &object.key.name, &why));
        }
        if let Some(asked) = &self.resource_version
            && *asked != object.revision.to_string()
        {
            let why = format!(
                "Precondition failed: ResourceVersion in precondition: {asked}, ResourceVersion in object meta: {}",
                object.revision
            );
            return Err(Refusal::conflict(kind, &object.key.name, &why));
        }
        Ok(())
    }
}

/// What a deletion came to.
#[derive(Debug)]
pub enum Deleted {
    /// The object is gone; this is its last state.
    Gone(Arc<Object>),
    /// The object waits: for its grace to end, or for its finalizers.
    Going(Arc<Object>),
}

/// Deletes an object, or begins to.
pub fn delete(core: &Core, kind: &Kind, key: &Key, options: &DeleteOptions) -> Result<Deleted, Refusal> {
    loop {
        let current = core
            .store
            .get(&kind.collection, key)
            .ok_or_else(|| Refusal::not_found(kind, &key.name))?;
        options.check(kind, &current)?;
        match attempt(core, kind, &current, options) {
            Ok(deleted) => return Ok(deleted),
            Err(Refused::Changed) => {}
            Err(_) => return Err(Refusal::not_found(kind, &key.name)),
        }
    }
}

fn attempt(core: &Core, kind: &Kind, current: &Arc<Object>, options: &DeleteOptions) -> Result<Deleted, Refused> {
    let mut new = current.value.clone();
    let grace = if meta::is_going(&new) {
        let left = new["metadata"]["deletionGracePeriodSeconds"]
            .as_i64()
            .unwrap_or_default();
        match options.grace {
            // Only a shorter grace than the one that runs changes anything.
            Some(asked) if asked < left => asked.max(0),
            _ => return Ok(Deleted::Going(current.clone())),
        }
    } else {
        let finalizers = finalizers(kind, &new, options.propagation);
        meta::set_finalizers(&mut new, &finalizers.iter().map(String::as_str).collect::<Vec<_>>());
        if kind.is_core("namespaces") {
            new["status"]["phase"] = json!("Terminating");
        }
        if crds::is_definition(kind) {
            crds::mark_going(&mut new);
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
            return Ok(Deleted::Gone(current.clone()));
        }
        let gone = core.store.remove(&kind.collection, current)?;
        if crds::is_definition(kind) {
            crds::removed(core, &gone.value);
        }
        return Ok(Deleted::Gone(gone));
    }
    meta::mark_going(&mut new, grace);
    if options.dry_run {
        return Ok(Deleted::Going(Object::unstored(current.key.clone(), new)));
    }
    core.store.replace(&kind.collection, current, new).map(Deleted::Going)
}

/// The finalizers of an object after a deletion with this propagation was asked for.
fn finalizers(kind: &Kind, object: &Value, propagation: Option<Propagation>) -> Vec<String> {
    let present = meta::finalizers(object);
    let has = |finalizer: &str| present.contains(&finalizer);
    let wanted = match propagation {
        Some(Propagation::Orphan) => Some(ORPHAN),
        Some(Propagation::Foreground) => Some(FOREGROUND),
        Some(Propagation::Background) => None,
        None if has(ORPHAN) => Some(ORPHAN),
        None if has(FOREGROUND) => Some(FOREGROUND),
        // The first version of batch did not delete the pods of a job, and so it has stayed.
        None if kind.group == "batch" && kind.plural == "jobs" => Some(ORPHAN),
        None => None,
    };
    let others = present
        .iter()
        .filter(|finalizer| **finalizer != ORPHAN && **finalizer != FOREGROUND);
    others.copied().chain(wanted).map(str::to_owned).collect()
}
