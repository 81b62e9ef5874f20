//! A schema, parsed once from a definition and used for every write.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

use regex::Regex;
use serde_json::Value;

/// A schema of `openAPIV3Schema` form.
#[derive(Debug, Default)]
pub struct Schema {
    /// `object`, `array`, `string`, `integer`, `number`, `boolean`; empty if the schema has no type.
    pub kind: String,
    /// Fields of an object.
    pub properties: HashMap<String, Schema>,
    /// Schema of fields that have no entry in `properties`.
    pub additional: Additional,
    /// Items of a list.
    pub items: Option<Box<Schema>>,
    /// Names of required fields.
    pub required: Vec<String>,
    /// `enum`: allowed values; all if empty.
    pub values: Vec<Value>,
    /// Pattern that a string must match.
    pub pattern: Option<Regex>,
    /// Format of a string: `date-time`, `uuid`, ...
    pub format: String,
    /// Minimum of a number, and whether the minimum is exclusive.
    pub minimum: Option<(f64, bool)>,
    /// Maximum of a number, and whether the maximum is exclusive.
    pub maximum: Option<(f64, bool)>,
    /// Divisor of a number.
    pub multiple_of: Option<f64>,
    /// Minimum and maximum length of a string in characters.
    pub length: (Option<u64>, Option<u64>),
    /// Minimum and maximum number of items of a list.
    pub item_count: (Option<u64>, Option<u64>),
    /// Minimum and maximum number of fields of an object.
    pub field_count: (Option<u64>, Option<u64>),
    /// Whether the items of a list must be unique.
    pub unique: bool,
    /// Whether null is allowed.
    pub nullable: bool,
    /// `x-kubernetes-int-or-string`
    pub int_or_string: bool,
    /// `x-kubernetes-preserve-unknown-fields`
    pub preserve: bool,
    /// `x-kubernetes-embedded-resource`
    pub embedded: bool,
    /// `x-kubernetes-list-type`
    pub list_type: String,
    /// `x-kubernetes-list-map-keys`
    pub list_keys: Vec<String>,
    /// Value of the field when it is absent.
    pub default: Option<Value>,
    /// The value must match all of these schemas.
    pub all_of: Vec<Schema>,
    /// The value must match at least one of these schemas.
    pub any_of: Vec<Schema>,
    /// The value must match exactly one of these schemas.
    pub one_of: Vec<Schema>,
    /// The value must not match this schema.
    pub not: Option<Box<Schema>>,
}

/// `additionalProperties`: what holds for fields without an entry in `properties`.
#[derive(Debug, Default)]
pub enum Additional {
    /// The schema has no `additionalProperties`: other fields are unknown.
    #[default]
    Unknown,
    /// Other fields are allowed.
    Any,
    /// Other fields have this schema.
    Schema(Box<Schema>),
}

/// Compiles a pattern once per process: definitions repeat few patterns often, that of quantities above all.
fn compiled(pattern: &str) -> Result<Regex, regex::Error> {
    /// More than this many patterns are not remembered.
    const MOST: usize = 1_000;
    static COMPILED: Mutex<BTreeMap<String, Regex>> = Mutex::new(BTreeMap::new());
    let mut known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = known.get(pattern) {
        return Ok(regex.clone());
    }
    let regex = Regex::new(pattern)?;
    if known.len() < MOST {
        known.insert(pattern.to_owned(), regex.clone());
    }
    Ok(regex)
}

impl Schema {
    /// Parses a schema; the error names the invalid field.
    pub fn parse(value: &Value, path: &str) -> Result<Self, String> {
        let text = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
        let is = |field: &str| value[field] == true;
        let sub = |field: &str| {
            value
                .get(field)
                .map(|schema| Self::parse(schema, &format!("{path}.{field}")))
        };
        let list = |field: &str| -> Result<Vec<Self>, String> {
            let schemas = value[field].as_array().into_iter().flatten().enumerate();
            schemas
                .map(|(index, schema)| Self::parse(schema, &format!("{path}.{field}[{index}]")))
                .collect()
        };
        let bound = |field: &str, exclusive: &str| value[field].as_f64().map(|bound| (bound, is(exclusive)));
        let between = |least: &str, most: &str| (value[least].as_u64(), value[most].as_u64());
        let texts = |field: &str| {
            value[field]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let pattern = match value["pattern"].as_str() {
            Some(pattern) => Some(compiled(pattern).map_err(|error| format!("{path}.pattern: {error}"))?),
            None => None,
        };
        let mut properties = HashMap::new();
        for (name, schema) in value["properties"].as_object().into_iter().flatten() {
            properties.insert(
                name.clone(),
                Self::parse(schema, &format!("{path}.properties[{name}]"))?,
            );
        }
        let additional = match &value["additionalProperties"] {
            Value::Null | Value::Bool(false) => Additional::Unknown,
            Value::Bool(true) => Additional::Any,
            schema => Additional::Schema(Box::new(Self::parse(schema, &format!("{path}.additionalProperties"))?)),
        };
        Ok(Self {
            kind: text("type"),
            properties,
            additional,
            items: sub("items").transpose()?.map(Box::new),
            required: texts("required"),
            values: value["enum"].as_array().cloned().unwrap_or_default(),
            pattern,
            format: text("format"),
            minimum: bound("minimum", "exclusiveMinimum"),
            maximum: bound("maximum", "exclusiveMaximum"),
            multiple_of: value["multipleOf"].as_f64(),
            length: between("minLength", "maxLength"),
            item_count: between("minItems", "maxItems"),
            field_count: between("minProperties", "maxProperties"),
            unique: is("uniqueItems"),
            nullable: is("nullable"),
            int_or_string: is("x-kubernetes-int-or-string"),
            preserve: is("x-kubernetes-preserve-unknown-fields"),
            embedded: is("x-kubernetes-embedded-resource"),
            list_type: text("x-kubernetes-list-type"),
            list_keys: texts("x-kubernetes-list-map-keys"),
            default: value.get("default").cloned(),
            all_of: list("allOf")?,
            any_of: list("anyOf")?,
            one_of: list("oneOf")?,
            not: sub("not").transpose()?.map(Box::new),
        })
    }
}
