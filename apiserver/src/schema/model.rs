//! A schema, read once from a definition and then used for every write.

use std::collections::HashMap;

use regex::Regex;
use serde_json::Value;

/// A schema of `openAPIV3Schema` form.
#[derive(Debug, Default)]
pub struct Schema {
    /// `object`, `array`, `string`, `integer`, `number`, `boolean`; empty if any.
    pub kind: String,
    /// Fields of an object.
    pub properties: HashMap<String, Schema>,
    /// Fields of an object that have no entry in `properties`.
    pub additional: Additional,
    /// Items of a list.
    pub items: Option<Box<Schema>>,
    /// Fields that must be there.
    pub required: Vec<String>,
    /// The only values.
    pub values: Vec<Value>,
    /// What a text must match.
    pub pattern: Option<Regex>,
    /// Form of a text.
    pub format: String,
    /// Least number, and whether it is itself too small.
    pub minimum: Option<(f64, bool)>,
    /// Largest number, and whether it is itself too large.
    pub maximum: Option<(f64, bool)>,
    /// A number must be a multiple of it.
    pub multiple_of: Option<f64>,
    /// Least and largest number of characters.
    pub length: (Option<u64>, Option<u64>),
    /// Least and largest number of items.
    pub item_count: (Option<u64>, Option<u64>),
    /// Least and largest number of fields.
    pub field_count: (Option<u64>, Option<u64>),
    /// Whether no two items may be equal.
    pub unique: bool,
    /// Whether null is a value.
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
    /// The value of a field that is absent.
    pub default: Option<Value>,
    /// All of these must hold.
    pub all_of: Vec<Schema>,
    /// At least one of these must hold.
    pub any_of: Vec<Schema>,
    /// Exactly one of these must hold.
    pub one_of: Vec<Schema>,
    /// This must not hold.
    pub not: Option<Box<Schema>>,
}

/// `additionalProperties`
#[derive(Debug, Default)]
pub enum Additional {
    /// Nothing is said of other fields: they are unknown.
    #[default]
    Unknown,
    /// Other fields are allowed.
    Any,
    /// Other fields have this schema.
    Of(Box<Schema>),
}

impl Schema {
    /// Reads a schema; the error says where it makes no sense.
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
            Some(pattern) => Some(Regex::new(pattern).map_err(|error| format!("{path}.pattern: {error}"))?),
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
            schema => Additional::Of(Box::new(Self::parse(schema, &format!("{path}.additionalProperties"))?)),
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
