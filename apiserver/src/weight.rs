//! How much memory a JSON value takes, as an estimate.

use serde_json::Value;

/// Bytes of one field of an object beside its name and what its value holds.
const FIELD: usize = 136;

/// Bytes of one item of a list beside what it holds.
const ITEM: usize = size_of::<Value>();

/// Returns the estimated number of bytes that a value and its JSON take.
pub fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => 2 * text.len() + 16,
        Value::Array(items) => items.iter().map(|item| ITEM + weight(item)).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| FIELD + 2 * name.len() + weight(field))
            .sum(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_weighs_at_least_what_its_text_does() {
        for value in [
            json!({ "a": [1, "two", null] }),
            json!("text"),
            json!({ "a": { "b": {} } }),
        ] {
            assert!(weight(&value) >= value.to_string().len(), "{value}");
        }
    }
}
