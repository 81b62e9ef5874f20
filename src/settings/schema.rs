//! JSON Schemas of settings files and providers files, for editors.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    SECTIONS, SETTINGS,
    providers::{Hyperv, Openshift, Openstack, Ova, Ovirt, ProviderType, Vsphere},
};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of settings files.
pub fn settings() -> Value {
    let sections: Map<String, Value> = SECTIONS
        .iter()
        .map(|(section, meaning)| ((*section).to_owned(), section_schema(section, meaning.trim())))
        .collect();
    json!({
        "$schema": DRAFT,
        "title": "Settings of mtv-bdd",
        "type": "object",
        "properties": sections,
        "additionalProperties": false
    })
}

fn section_schema(section: &str, meaning: &str) -> Value {
    let fields = SETTINGS.iter().filter_map(|setting| {
        let (own, field) = setting.key.split_once('.')?;
        let schema = with(setting.schema(), "description", json!(setting.meaning()));
        (own == section).then(|| (field.to_owned(), schema))
    });
    json!({
        "description": meaning,
        "type": "object",
        "properties": fields.collect::<Map<String, Value>>(),
        "additionalProperties": false
    })
}

/// The schema of providers files.
pub fn providers() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let entries = [
        entry::<Vsphere>(ProviderType::Vsphere, &mut generator),
        entry::<Ovirt>(ProviderType::Ovirt, &mut generator),
        entry::<Openstack>(ProviderType::Openstack, &mut generator),
        entry::<Openshift>(ProviderType::Openshift, &mut generator),
        entry::<Ova>(ProviderType::Ova, &mut generator),
        entry::<Hyperv>(ProviderType::Hyperv, &mut generator),
    ];
    let types: Vec<&str> = entries.iter().map(|(kind, _)| kind.as_str()).collect();
    // An editor that knows the type speaks of that type's keys only.
    let by_type: Vec<Value> = entries
        .iter()
        .map(|(kind, schema)| {
            json!({ "if": { "properties": { "type": { "const": kind.as_str() } }, "required": ["type"] }, "then": schema })
        })
        .collect();
    json!({
        "$schema": DRAFT,
        "title": "Providers file of mtv-bdd",
        "type": "object",
        "properties": { "$schema": { "type": "string" } },
        "additionalProperties": {
            "type": "object",
            "properties": { "type": { "enum": types } },
            "required": ["type"],
            "allOf": by_type
        },
        "$defs": generator.take_definitions(true)
    })
}

/// The schema of one type's entries, with the key that says the type.
fn entry<T: JsonSchema>(kind: ProviderType, generator: &mut SchemaGenerator) -> (ProviderType, Value) {
    let kind_schema = json!({ "const": kind.as_str(), "description": "What it is." });
    let mut schema = T::json_schema(generator).to_value();
    if let Some(properties) = schema.get_mut("properties") {
        *properties = with(properties.take(), "type", kind_schema);
    }
    (kind, schema)
}

/// An object with one more key.
fn with(mut object: Value, key: &str, value: Value) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.insert(key.to_owned(), value);
    }
    object
}
