//! Defaulting: sets absent fields to their defaults.

use serde_json::Value;

use super::model::{Additional, Schema};

/// Sets absent fields to their defaults, from the outside in. A null in a field that is not nullable and has a default
/// counts as absent.
pub fn default(schema: &Schema, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, property) in &schema.properties {
                let Some(default) = &property.default else { continue };
                let absent = fields
                    .get(name)
                    .is_none_or(|present| present.is_null() && !property.nullable);
                if absent {
                    fields.insert(name.clone(), default.clone());
                }
            }
            for (name, field) in fields.iter_mut() {
                match (schema.properties.get(name), &schema.additional) {
                    (Some(property), _) => self::default(property, field),
                    (None, Additional::Schema(other)) => self::default(other, field),
                    _ => {}
                }
            }
        }
        Value::Array(items) => {
            if let Some(schema) = &schema.items {
                items.iter_mut().for_each(|item| self::default(schema, item));
            }
        }
        _ => {}
    }
}
