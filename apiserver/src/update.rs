//! Updates of objects: replace, patch, and their subresources `status` and `finalize`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Core, convert, crds,
    create::{WriteOptions, Written, check_shape},
    kinds::Kind,
    meta,
    status::StatusError,
    store::{Key, Object, StoreError},
    strategy,
};

/// The part of an object that a request can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The object, without the status if that is a subresource.
    Main,
    /// The status.
    Status,
    /// `spec.finalizers` of a namespace.
    Finalize,
}

/// Updates an object. `change` computes the new state from the current one, both in the served form. It is called again
/// after a concurrent update, unless the new state has a `resourceVersion`: then the update fails with a conflict.
pub fn update(
    core: &Core,
    kind: &Kind,
    key: &Key,
    part: Part,
    options: WriteOptions,
    change: impl Fn(&Value) -> Result<Value, StatusError>,
) -> Result<Written, StatusError> {
    loop {
        let current = core
            .store
            .get(&kind.collection, key)
            .ok_or_else(|| StatusError::not_found(kind, &key.name))?;
        let served = convert::to_served(kind, &current);
        let mut new = change(&served)?;
        check_shape(kind, &new)?;
        let version = meta::text(&new, "resourceVersion");
        if !version.is_empty() && version != current.revision.to_string() {
            return Err(StatusError::modified(kind, &key.name));
        }
        let uid = meta::text(&new, "uid");
        if !uid.is_empty() && uid != meta::text(&served, "uid") {
            let why = format!(
                "Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
                meta::text(&served, "uid")
            );
            return Err(StatusError::conflict(kind, &key.name, &why));
        }
        let warnings = prepare(kind, &served, &mut new, part, options)?;
        convert::to_stored(kind, &mut new);
        if crds::is_definition(kind) && part == Part::Main {
            crds::establish(&mut new);
        }
        match store(core, kind, &current, new, options) {
            Ok(object) => return Ok(Written { object, warnings }),
            Err(StoreError::Changed) => {}
            Err(_) => return Err(StatusError::not_found(kind, &key.name)),
        }
    }
}

fn store(
    core: &Core,
    kind: &Kind,
    current: &Arc<Object>,
    mut new: Value,
    options: WriteOptions,
) -> Result<Arc<Object>, StoreError> {
    new["metadata"]["resourceVersion"] = json!(current.revision.to_string());
    // As in Kubernetes, an update without changes is not stored and sends no event.
    if new == current.value {
        return Ok(current.clone());
    }
    if options.dry_run {
        return Ok(Object::unstored(current.key.clone(), new));
    }
    if is_finished(kind, &new) {
        // Watches receive the last stored state of the object, as with etcd.
        core.store.remove(&kind.collection, current)?;
        if crds::is_definition(kind) {
            crds::unregister(core, &current.value);
        }
        return Ok(Object::unstored(current.key.clone(), new));
    }
    let object = core.store.replace(&kind.collection, current, new)?;
    if crds::is_definition(kind) {
        crds::register(core, &object);
    }
    Ok(object)
}

/// Whether an object is being deleted and has no finalizers left.
fn is_finished(kind: &Kind, object: &Value) -> bool {
    let specification = &object["spec"]["finalizers"];
    let kept = kind.is_core("namespaces") && specification.as_array().is_some_and(|list| !list.is_empty());
    meta::is_terminating(object)
        && meta::finalizers(object).is_empty()
        && object["metadata"]["deletionGracePeriodSeconds"]
            .as_i64()
            .unwrap_or_default()
            == 0
        && !kept
}

/// Prepares the requested state `new` to replace `old`: keeps what `part` cannot change, applies defaults, validates.
fn prepare(
    kind: &Kind,
    old: &Value,
    new: &mut Value,
    part: Part,
    options: WriteOptions,
) -> Result<Vec<String>, StatusError> {
    match part {
        Part::Main => {
            if kind.status {
                copy_field(old, new, "status");
            }
            if kind.is_core("namespaces") {
                new["spec"]["finalizers"] = old["spec"]["finalizers"].clone();
            }
        }
        Part::Status => {
            let requested = std::mem::replace(new, old.clone());
            copy_field(&requested, new, "status");
            // A status update of a custom resource changes only the status; built-in kinds accept metadata, too.
            if kind.custom.is_none() {
                for field in ["labels", "annotations", "finalizers"] {
                    let value = requested["metadata"][field].clone();
                    new["metadata"][field] = value;
                }
            }
        }
        Part::Finalize => {
            let finalizers = new["spec"]["finalizers"].take();
            *new = old.clone();
            new["spec"]["finalizers"] = finalizers;
        }
    }
    if kind.custom.is_none() {
        strategy::prepare_update(kind, new);
    }
    let mut causes = Vec::new();
    let mut warnings = Vec::new();
    if let Some(custom) = &kind.custom {
        warnings = custom.admit(kind, new, Some(old), options.validation, &mut causes)?;
    }
    meta::prepare_update(kind, old, new);
    causes.extend(meta::validate(kind, new));
    causes.extend(meta::validate_update(old, new));
    if kind.custom.is_none() {
        causes.extend(strategy::validate(kind, new));
    }
    if causes.is_empty() {
        Ok(warnings)
    } else {
        Err(StatusError::invalid(kind, meta::text(old, "name"), &causes))
    }
}

/// Copies a field from `from` to `to`; removes it if `from` has none.
fn copy_field(from: &Value, to: &mut Value, field: &str) {
    match (from.get(field), to.as_object_mut()) {
        (Some(value), Some(to)) => {
            to.insert(field.to_owned(), value.clone());
        }
        (None, Some(to)) => {
            to.shift_remove(field);
        }
        _ => {}
    }
}
