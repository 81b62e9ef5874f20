//! Changing objects: whole ones, their status, and by patches.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Core, convert, crds,
    create::{WriteOptions, Written, check_shape},
    kinds::Kind,
    meta,
    status::Refusal,
    store::{Key, Object, Refused},
    strategy,
};

/// Which part of an object a request changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Everything but the status, when that is a subresource.
    Main,
    /// The status.
    Status,
    /// The finalizers of a namespace's specification.
    Finalize,
}

/// Changes an object. `change` makes the new state from the present one, both in the served form; it is called again
/// when somebody else was faster, unless the new state names the resourceVersion that it was made for.
pub fn update(
    core: &Core,
    kind: &Kind,
    key: &Key,
    part: Part,
    options: WriteOptions,
    change: impl Fn(&Value) -> Result<Value, Refusal>,
) -> Result<Written, Refusal> {
    loop {
        let current = core
            .store
            .get(&kind.collection, key)
            .ok_or_else(|| Refusal::not_found(kind, &key.name))?;
        let served = convert::to_served(kind, &current);
        let mut new = change(&served)?;
        check_shape(kind, &new)?;
        let version = meta::text(&new, "resourceVersion");
        if !version.is_empty() && version != current.revision.to_string() {
            return Err(Refusal::modified(kind, &key.name));
        }
        let uid = meta::text(&new, "uid");
        if !uid.is_empty() && uid != meta::text(&served, "uid") {
            let why = format!(
                "Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
                meta::text(&served, "uid")
            );
            return Err(Refusal::conflict(kind, &key.name, &why));
        }
        let warnings = prepare(kind, &served, &mut new, part, options)?;
        convert::to_stored(kind, &mut new);
        if crds::is_definition(kind) && part == Part::Main {
            crds::establish(&mut new);
        }
        match store(core, kind, &current, new, options) {
            Ok(object) => return Ok(Written { object, warnings }),
            Err(Refused::Changed) => {}
            Err(_) => return Err(Refusal::not_found(kind, &key.name)),
        }
    }
}

fn store(
    core: &Core,
    kind: &Kind,
    current: &Arc<Object>,
    mut new: Value,
    options: WriteOptions,
) -> Result<Arc<Object>, Refused> {
    new["metadata"]["resourceVersion"] = json!(current.revision.to_string());
    // A write that changes nothing is no write: nobody is told.
    if new == current.value {
        return Ok(current.clone());
    }
    if options.dry_run {
        return Ok(Object::unstored(current.key.clone(), new));
    }
    if is_finished(kind, &new) {
        // Whoever watches sees the object as it was last stored, as with etcd.
        core.store.remove(&kind.collection, current)?;
        if crds::is_definition(kind) {
            crds::removed(core, &current.value);
        }
        return Ok(Object::unstored(current.key.clone(), new));
    }
    let object = core.store.replace(&kind.collection, current, new)?;
    if crds::is_definition(kind) {
        crds::written(core, &object);
    }
    Ok(object)
}

/// Whether an object that is being deleted has lost its last finalizer.
fn is_finished(kind: &Kind, object: &Value) -> bool {
    let specification = &object["spec"]["finalizers"];
    let kept = kind.is_core("namespaces") && specification.as_array().is_some_and(|list| !list.is_empty());
    meta::is_going(object)
        && meta::finalizers(object).is_empty()
        && object["metadata"]["deletionGracePeriodSeconds"]
            .as_i64()
            .unwrap_or_default()
            == 0
        && !kept
}

/// Makes `new`, as requested, into what may be stored in the place of `old`.
fn prepare(
    kind: &Kind,
    old: &Value,
    new: &mut Value,
    part: Part,
    options: WriteOptions,
) -> Result<Vec<String>, Refusal> {
    match part {
        Part::Main => {
            if kind.status {
                copy(old, new, "status");
            }
            if kind.is_core("namespaces") {
                new["spec"]["finalizers"] = old["spec"]["finalizers"].clone();
            }
        }
        Part::Status => {
            let requested = std::mem::replace(new, old.clone());
            copy(&requested, new, "status");
            // Custom resources change nothing else by their status; built-in kinds let metadata pass.
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
        Err(Refusal::invalid(kind, meta::text(old, "name"), &causes))
    }
}

/// Gives `to` the field that `from` has, or none.
fn copy(from: &Value, to: &mut Value, field: &str) {
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
