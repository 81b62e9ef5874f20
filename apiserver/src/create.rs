//! Creation of objects.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Core, convert, crds,
    kinds::Kind,
    meta,
    status::StatusError,
    store::{Key, Object, StoreError},
    strategy,
};

/// Number of attempts to find an unused generated name.
const GENERATED_NAMES: usize = 8;

/// `fieldValidation`: what happens to unknown fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FieldValidation {
    /// Unknown fields are dropped.
    Ignore,
    /// Unknown fields are dropped with a warning.
    #[default]
    Warn,
    /// A request with unknown fields fails.
    Strict,
}

/// Parameters of a write.
#[derive(Debug, Clone, Copy, Default)]
pub struct WriteOptions {
    /// Whether to perform all checks without storing the object.
    pub dry_run: bool,
    /// Handling of unknown fields.
    pub validation: FieldValidation,
}

/// Result of a write.
#[derive(Debug)]
pub struct Written {
    /// The object as stored.
    pub object: Arc<Object>,
    /// Warnings for the client.
    pub warnings: Vec<String>,
}

/// Creates an object in the namespace of the path.
pub fn create(
    core: &Core,
    kind: &Kind,
    namespace: Option<&str>,
    mut object: Value,
    options: WriteOptions,
) -> Result<Written, StatusError> {
    check_type(kind, &mut object)?;
    check_namespace(kind, namespace, &mut object)?;
    if !meta::text(&object, "resourceVersion").is_empty() {
        return Err(StatusError::bad_request(
            "resourceVersion should not be set on objects to be created",
        ));
    }
    let base = meta::text(&object, "generateName").to_owned();
    let generated = meta::text(&object, "name").is_empty() && !base.is_empty();
    if !generated {
        return create_named(core, kind, object, options);
    }
    for attempt in 1.. {
        let mut object = object.clone();
        object["metadata"]["name"] = json!(meta::generate_name(&base));
        match create_named(core, kind, object, options) {
            Err(error) if error.reason == "AlreadyExists" && attempt < GENERATED_NAMES => {}
            result => return result,
        }
    }
    Err(StatusError::internal("no name could be generated"))
}

fn create_named(core: &Core, kind: &Kind, mut object: Value, options: WriteOptions) -> Result<Written, StatusError> {
    meta::prepare_create(kind, &mut object);
    let name = meta::text(&object, "name").to_owned();
    let mut causes = meta::validate(kind, &object);
    let warnings = match &kind.custom {
        None => {
            strategy::prepare_create(core, kind, &mut object);
            causes.extend(strategy::validate(kind, &object));
            Vec::new()
        }
        Some(custom) => {
            if kind.status
                && let Some(fields) = object.as_object_mut()
            {
                fields.shift_remove("status");
            }
            custom.admit(kind, &mut object, None, options.validation, &mut causes)?
        }
    };
    if !causes.is_empty() {
        return Err(StatusError::invalid(kind, &name, &causes));
    }
    if crds::is_definition(kind) {
        crds::establish(&mut object);
    }
    convert::to_stored(kind, &mut object);
    let key = Key::new(meta::text(&object, "namespace"), name);
    let namespace_key = strategy::namespace_key(kind, &key);
    let stored = if options.dry_run {
        if core.store.get(&kind.collection, &key).is_some() {
            return Err(StatusError::already_exists(kind, &key.name));
        }
        Object::unstored(key, object)
    } else {
        let namespace_key = namespace_key
            .as_ref()
            .map(|namespace_key| ("namespaces", namespace_key));
        core.store
            .insert(&kind.collection, key.clone(), object, namespace_key)
            .map_err(|refused| match refused {
                StoreError::NamespaceMissing => StatusError::namespace_not_found(&key.namespace),
                StoreError::NamespaceTerminating => StatusError::terminating(kind, &key.name, &key.namespace),
                _ => StatusError::already_exists(kind, &key.name),
            })?
    };
    if crds::is_definition(kind) && !options.dry_run {
        crds::register(core, &stored);
    }
    Ok(Written {
        object: stored,
        warnings,
    })
}

/// Checks that the body has the kind of the path; sets `apiVersion` and `kind` if absent.
pub fn check_type(kind: &Kind, object: &mut Value) -> Result<(), StatusError> {
    if !object.is_object() {
        return Err(StatusError::bad_request("the object provided is not a JSON object"));
    }
    for (field, expected, what) in [
        ("apiVersion", kind.api_version(), "API version"),
        ("kind", kind.kind.clone(), "kind"),
    ] {
        match object[field].as_str() {
            None | Some("") => object[field] = json!(expected),
            Some(found) if found == expected => {}
            Some(found) => {
                return Err(StatusError::bad_request(format!(
                    "the {what} in the data ({found}) does not match the expected {what} ({expected})"
                )));
            }
        }
    }
    check_shape(kind, object)
}

/// Checks the types of the metadata fields that the server reads and writes.
pub fn check_shape(kind: &Kind, object: &Value) -> Result<(), StatusError> {
    let metadata = &object["metadata"];
    let maps = [
        ("metadata", metadata),
        ("metadata.labels", &metadata["labels"]),
        ("metadata.annotations", &metadata["annotations"]),
    ];
    let own = [
        ("spec", &object["spec"]),
        ("status", &object["status"]),
        ("data", &object["data"]),
    ];
    let own = own.into_iter().filter(|_| kind.custom.is_none());
    for (field, value) in maps.into_iter().chain(own) {
        if !value.is_null() && !value.is_object() {
            return Err(StatusError::bad_request(format!(
                "{} cannot be handled: {field} must be an object",
                kind.kind
            )));
        }
    }
    for field in ["finalizers", "ownerReferences"] {
        if !metadata[field].is_null() && !metadata[field].is_array() {
            return Err(StatusError::bad_request(format!(
                "{} cannot be handled: metadata.{field} must be a list",
                kind.kind
            )));
        }
    }
    Ok(())
}

/// Checks that the body has the namespace of the path; sets `metadata.namespace` if absent.
pub fn check_namespace(kind: &Kind, namespace: Option<&str>, object: &mut Value) -> Result<(), StatusError> {
    let found = meta::text(object, "namespace");
    match namespace {
        Some(namespace) if kind.namespaced => {
            if !found.is_empty() && found != namespace {
                return Err(StatusError::bad_request(
                    "the namespace of the provided object does not match the namespace sent on the request",
                ));
            }
            object["metadata"]["namespace"] = json!(namespace);
        }
        None if kind.namespaced => {
            return Err(StatusError::bad_request(
                "an empty namespace may not be set during creation",
            ));
        }
        _ => {
            if let Some(metadata) = object["metadata"].as_object_mut() {
                metadata.shift_remove("namespace");
            }
        }
    }
    Ok(())
}
