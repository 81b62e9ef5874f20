//! Validation, with the messages of Kubernetes (`k8s.io/kube-openapi/pkg/validation` and
//! `k8s.io/apiextensions-apiserver/pkg/apiserver/validation`).

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::model::{Additional, Schema};
use crate::status::Cause;

/// Returns all violations of the schema by the value at `path`.
pub fn validate(schema: &Schema, value: &Value, path: &str) -> Vec<Cause> {
    let mut causes = Vec::new();
    check(schema, value, path, &mut causes);
    causes
}

fn check(schema: &Schema, value: &Value, path: &str, causes: &mut Vec<Cause>) {
    if value.is_null() && schema.nullable {
        return;
    }
    if let Some(expected) = wrong_type(schema, value) {
        // As in Kubernetes, the message shows the actual type, in quotes.
        let found = Value::String(type_name(value).to_owned());
        causes.push(Cause::type_invalid(
            path,
            &found,
            &format!("{path} in body must be of type {expected}: {found}"),
        ));
        return;
    }
    if !schema.values.is_empty() && !schema.values.contains(value) {
        causes.push(Cause::unsupported(path, value, &schema.values));
    }
    match value {
        Value::Object(fields) => {
            for name in schema.required.iter().filter(|name| !fields.contains_key(*name)) {
                causes.push(Cause::required(join(path, name), ""));
            }
            let count = fields.len() as u64;
            if schema.field_count.0.is_some_and(|least| count < least) {
                let least = schema.field_count.0.unwrap_or_default();
                let detail = format!("{path} in body should have at least {least} properties");
                causes.push(Cause::invalid(path, &count.into(), &detail));
            }
            if let Some(most) = schema.field_count.1.filter(|most| count > *most) {
                causes.push(too_many(path, count, most, "items"));
            }
            for (name, field) in fields {
                match (schema.properties.get(name), &schema.additional) {
                    (Some(property), _) => check(property, field, &join(path, name), causes),
                    (None, Additional::Schema(other)) => check(other, field, &join(path, name), causes),
                    _ => {}
                }
            }
        }
        Value::Array(items) => check_list(schema, items, value, path, causes),
        Value::String(text) => check_text(schema, text, value, path, causes),
        Value::Number(number) => check_number(schema, number.as_f64().unwrap_or_default(), value, path, causes),
        _ => {}
    }
    check_combinations(schema, value, path, causes);
}

fn check_list(schema: &Schema, items: &[Value], value: &Value, path: &str, causes: &mut Vec<Cause>) {
    let count = items.len() as u64;
    if let Some(least) = schema.item_count.0.filter(|least| count < *least) {
        let detail = format!("{path} in body should have at least {least} items");
        causes.push(Cause::invalid(path, &count.into(), &detail));
    }
    if let Some(most) = schema.item_count.1.filter(|most| count > *most) {
        causes.push(too_many(path, count, most, "items"));
    }
    let is_set = schema.unique || schema.list_type == "set";
    let same = |one: &Value, other: &Value| match schema.list_type.as_str() {
        "map" => schema.list_keys.iter().all(|key| one.get(key) == other.get(key)),
        _ => one == other,
    };
    if is_set || schema.list_type == "map" {
        for (index, item) in items.iter().enumerate() {
            if items.iter().take(index).any(|earlier| same(earlier, item)) {
                causes.push(Cause {
                    reason: "FieldValueDuplicate",
                    field: format!("{path}[{index}]"),
                    message: format!("Duplicate value: {}", keys_of(schema, item)),
                });
            }
        }
    }
    if let Some(schema) = &schema.items {
        for (index, item) in items.iter().enumerate() {
            check(schema, item, &format!("{path}[{index}]"), causes);
        }
    } else if value.is_null() {
        causes.push(Cause::required(path, ""));
    }
}

fn keys_of(schema: &Schema, item: &Value) -> Value {
    if schema.list_keys.is_empty() {
        return item.clone();
    }
    schema
        .list_keys
        .iter()
        .filter_map(|key| Some((key.clone(), item.get(key)?.clone())))
        .collect()
}

fn check_text(schema: &Schema, text: &str, value: &Value, path: &str, causes: &mut Vec<Cause>) {
    let length = text.chars().count() as u64;
    if let Some(least) = schema.length.0.filter(|least| length < *least) {
        causes.push(Cause::invalid(
            path,
            value,
            &format!("{path} in body should be at least {least} chars long"),
        ));
    }
    if let Some(most) = schema.length.1.filter(|most| length > *most) {
        let message = format!("Too long: may not be more than {most} bytes");
        causes.push(Cause {
            reason: "FieldValueTooLong",
            field: path.into(),
            message,
        });
    }
    if let Some(pattern) = schema.pattern.as_ref().filter(|pattern| !pattern.is_match(text)) {
        causes.push(Cause::invalid(
            path,
            value,
            &format!("{path} in body should match '{pattern}'"),
        ));
    }
    if !has_format(&schema.format, text) {
        let detail = format!("{path} in body must be of type {}: {value}", schema.format);
        causes.push(Cause::invalid(path, value, &detail));
    }
}

fn check_number(schema: &Schema, number: f64, value: &Value, path: &str, causes: &mut Vec<Cause>) {
    if let Some((least, exclusive)) = schema.minimum
        && (number < least || exclusive && number <= least)
    {
        let relation = if exclusive {
            "greater than"
        } else {
            "greater than or equal to"
        };
        causes.push(Cause::invalid(
            path,
            value,
            &format!("{path} in body should be {relation} {least}"),
        ));
    }
    if let Some((most, exclusive)) = schema.maximum
        && (number > most || exclusive && number >= most)
    {
        let relation = if exclusive {
            "less than"
        } else {
            "less than or equal to"
        };
        causes.push(Cause::invalid(
            path,
            value,
            &format!("{path} in body should be {relation} {most}"),
        ));
    }
    if let Some(unit) = schema.multiple_of.filter(|unit| (number / unit).fract() != 0.0) {
        causes.push(Cause::invalid(
            path,
            value,
            &format!("{path} in body should be a multiple of {unit}"),
        ));
    }
}

fn check_combinations(schema: &Schema, value: &Value, path: &str, causes: &mut Vec<Cause>) {
    let holds = |schema: &&Schema| validate(schema, value, path).is_empty();
    for part in &schema.all_of {
        check(part, value, path, causes);
    }
    if !schema.any_of.is_empty() && !schema.any_of.iter().any(|part| holds(&part)) {
        let detail = format!("{path} in body must validate at least one schema (anyOf)");
        causes.push(Cause::invalid(path, value, &detail));
    }
    if !schema.one_of.is_empty() && schema.one_of.iter().filter(holds).count() != 1 {
        let detail = format!("{path} in body must validate one and only one schema (oneOf)");
        causes.push(Cause::invalid(path, value, &detail));
    }
    if schema.not.as_deref().is_some_and(|part| holds(&part)) {
        causes.push(Cause::invalid(
            path,
            value,
            &format!("{path} in body must not validate the schema (not)"),
        ));
    }
}

fn too_many(path: &str, count: u64, most: u64, what: &str) -> Cause {
    let message = format!("Too many: {count}: must have at most {most} {what}");
    Cause {
        reason: "FieldValueTooMany",
        field: path.into(),
        message,
    }
}

/// Returns the expected type if the value has another one.
fn wrong_type<'a>(schema: &'a Schema, value: &Value) -> Option<&'a str> {
    if schema.int_or_string {
        return (!value.is_string() && !is_integer(value)).then_some("integer,string");
    }
    let right = match schema.kind.as_str() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => is_integer(value),
        "number" => value.is_number(),
        _ => true,
    };
    (!right).then_some(schema.kind.as_str())
}

fn is_integer(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) if is_integer(value) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether a string has a format. Only formats that Kubernetes enforces and that occur in served kinds are checked.
fn has_format(format: &str, text: &str) -> bool {
    match format {
        "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
        "date" => text.parse::<jiff::civil::Date>().is_ok(),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "uuid" => uuid::Uuid::parse_str(text).is_ok(),
        _ => true,
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::{default, prune},
        *,
    };

    fn schema() -> Schema {
        let schema = json!({
            "type": "object",
            "required": ["spec"],
            "properties": { "spec": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": { "type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 5 },
                    "mode": { "type": "string", "enum": ["cold", "warm"], "default": "cold" },
                    "size": { "type": "integer", "minimum": 1, "maximum": 9 },
                    "port": { "x-kubernetes-int-or-string": true, "anyOf": [{ "type": "integer" }, { "type": "string" }] },
                    "note": { "type": "string", "nullable": true },
                    "labels": { "type": "object", "additionalProperties": { "type": "string" } },
                    "free": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
                    "disks": {
                        "type": "array",
                        "maxItems": 2,
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["id"],
                        "items": { "type": "object", "properties": {
                            "id": { "type": "string" },
                            "bus": { "type": "string", "default": "virtio" },
                        } },
                    },
                },
            } },
        });
        Schema::parse(&schema, "openAPIV3Schema").unwrap()
    }

    #[test]
    fn violations_are_reported_as_in_kubernetes() {
        for (spec, expected) in [
            (json!({ "name": "ab" }), vec![]),
            (json!({}), vec!["spec.name: Required value"]),
            (
                json!({ "name": "ab", "mode": "hot" }),
                vec![r#"spec.mode: Unsupported value: "hot": supported values: "cold", "warm""#],
            ),
            (
                json!({ "name": "ab", "size": "1" }),
                vec![r#"spec.size: Invalid value: "string": spec.size in body must be of type integer: "string""#],
            ),
            (
                json!({ "name": "ab", "size": 0 }),
                vec!["spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"],
            ),
            (
                json!({ "name": "A" }),
                vec![
                    r#"spec.name: Invalid value: "A": spec.name in body should be at least 2 chars long"#,
                    r#"spec.name: Invalid value: "A": spec.name in body should match '^[a-z]+$'"#,
                ],
            ),
            (
                json!({ "name": "abcdef" }),
                vec!["spec.name: Too long: may not be more than 5 bytes"],
            ),
            (json!({ "name": "ab", "port": 80 }), vec![]),
            (json!({ "name": "ab", "port": "http" }), vec![]),
            (
                json!({ "name": "ab", "port": true }),
                vec![
                    r#"spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean""#,
                ],
            ),
            (json!({ "name": "ab", "note": null }), vec![]),
            (
                json!({ "name": "ab", "size": null }),
                vec![r#"spec.size: Invalid value: "null": spec.size in body must be of type integer: "null""#],
            ),
            (
                json!({ "name": "ab", "labels": { "x": 1 } }),
                vec![
                    r#"spec.labels.x: Invalid value: "integer": spec.labels.x in body must be of type string: "integer""#,
                ],
            ),
            (
                json!({ "name": "ab", "disks": [{ "id": "1" }, { "id": "1" }, {}] }),
                vec![
                    "spec.disks: Too many: 3: must have at most 2 items",
                    r#"spec.disks[1]: Duplicate value: {"id":"1"}"#,
                ],
            ),
        ] {
            let causes = validate(&schema(), &json!({ "spec": spec }), "");
            let texts: Vec<String> = causes
                .iter()
                .map(|cause| format!("{}: {}", cause.field, cause.message))
                .collect();
            assert_eq!(texts, expected, "{spec}");
        }
    }

    #[test]
    fn absent_fields_are_set_to_their_defaults() {
        let mut value = json!({ "spec": { "mode": null, "disks": [{ "id": "1" }, { "bus": "sata" }] } });
        default(&schema(), &mut value);
        let disks = json!([{ "id": "1", "bus": "virtio" }, { "bus": "sata" }]);
        assert_eq!(value, json!({ "spec": { "mode": "cold", "disks": disks } }));
    }

    #[test]
    fn unknown_fields_are_dropped_unless_the_schema_preserves_them() {
        let mut value = json!({ "spec": {
            "name": "ab", "x": 1, "labels": { "any": "thing" }, "free": { "y": 1 }, "disks": [{ "z": 1 }],
        } });
        assert_eq!(prune(&schema(), &mut value, ""), ["spec.x", "spec.disks[0].z"]);
        let kept = json!({ "name": "ab", "labels": { "any": "thing" }, "free": { "y": 1 }, "disks": [{}] });
        assert_eq!(value, json!({ "spec": kept }));
    }
}
