//! Pruning: drops fields that the schema does not define.

use serde_json::Value;

use super::model::{Additional, Schema};

/// Drops unknown fields; returns their paths.
pub fn prune(schema: &Schema, value: &mut Value, path: &str) -> Vec<String> {
    let mut dropped = Vec::new();
    match value {
        Value::Object(fields) => {
            fields.retain(|name, field| {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                let embedded = schema.embedded && ["apiVersion", "kind", "metadata"].contains(&name.as_str());
                match (schema.properties.get(name), &schema.additional) {
                    (Some(property), _) => dropped.extend(prune(property, field, &path)),
                    (None, Additional::Schema(other)) => dropped.extend(prune(other, field, &path)),
                    (None, Additional::Unknown) if !schema.preserve && !embedded => {
                        dropped.push(path);
                        return false;
                    }
                    _ => {}
                }
                true
            });
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                if let Some(schema) = &schema.items {
                    dropped.extend(prune(schema, item, &format!("{path}[{index}]")));
                }
            }
        }
        _ => {}
    }
    dropped
}
