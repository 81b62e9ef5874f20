//! Conversion between the stored and the served form of an object.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Value, json};

use super::{
    kinds::{Conversion, Kind},
    store::Object,
};

/// Fields of core events and the corresponding names in `events.k8s.io/v1`.
const EVENT_FIELDS: &[(&str, &str)] = &[
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
    ("reportingComponent", "reportingController"),
];

/// Returns a stored object in its served form.
pub fn to_served<'a>(kind: &Kind, object: &'a Arc<Object>) -> Cow<'a, Value> {
    if kind.served_as_stored() {
        return Cow::Borrowed(&object.value);
    }
    let mut value = object.value.clone();
    value["apiVersion"] = json!(kind.api_version());
    if kind.conversion == Conversion::Events {
        rename(&mut value, EVENT_FIELDS.iter().copied());
    }
    Cow::Owned(value)
}

/// Converts an object to the form in which it is stored.
pub fn to_stored(kind: &Kind, value: &mut Value) {
    value["apiVersion"] = json!(kind.stored_api_version);
    if kind.conversion == Conversion::Events {
        rename(value, EVENT_FIELDS.iter().map(|(core, other)| (*other, *core)));
    }
}

fn rename<'a>(value: &mut Value, names: impl Iterator<Item = (&'a str, &'a str)>) {
    let Some(fields) = value.as_object_mut() else { return };
    for (from, to) in names {
        if let Some(field) = fields.shift_remove(from) {
            fields.insert(to.to_owned(), field);
        }
    }
}
