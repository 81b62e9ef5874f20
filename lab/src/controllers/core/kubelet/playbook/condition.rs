//! Conditions of a playbook: literals, variables, comparisons, `and`, `or`, `not`.

use std::collections::BTreeMap;

use serde_json::Value;

/// Values of the playbook's variables by name.
pub type Variables = BTreeMap<String, Value>;

/// Evaluates a condition; `None`: the value depends on a host. A list holds when all its conditions hold.
pub fn holds(condition: &Value, variables: &Variables) -> Option<bool> {
    match condition {
        Value::Bool(value) => Some(*value),
        Value::Array(all) => {
            let all: Vec<Option<bool>> = all.iter().map(|one| holds(one, variables)).collect();
            both(all)
        }
        Value::String(text) => expression(text, variables),
        Value::Null | Value::Number(_) | Value::Object(_) => None,
    }
}

/// Formats a value for messages.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn expression(text: &str, variables: &Variables) -> Option<bool> {
    let text = text.trim();
    let text = text
        .strip_prefix("{{")
        .and_then(|text| text.strip_suffix("}}"))
        .unwrap_or(text)
        .trim();
    if let Some((left, right)) = text.split_once(" or ") {
        return match (expression(left, variables), expression(right, variables)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
    }
    if let Some((left, right)) = text.split_once(" and ") {
        return both([expression(left, variables), expression(right, variables)]);
    }
    if let Some(rest) = text.strip_prefix("not ") {
        return expression(rest, variables).map(|holds| !holds);
    }
    if let Some(name) = text.strip_suffix(" is defined") {
        return Some(variables.contains_key(name.trim()));
    }
    if let Some(name) = text.strip_suffix(" is not defined") {
        return Some(!variables.contains_key(name.trim()));
    }
    for (sign, equal) in [("==", true), ("!=", false)] {
        if let Some((left, right)) = text.split_once(sign) {
            return Some((term(left, variables)? == term(right, variables)?) == equal);
        }
    }
    match term(text, variables)? {
        Value::Bool(value) => Some(value),
        _ => None,
    }
}

fn term(text: &str, variables: &Variables) -> Option<Value> {
    let text = text.trim();
    let quoted = ['"', '\'']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    match text {
        _ if quoted.is_some() => quoted.map(Value::from),
        "true" | "True" | "yes" => Some(true.into()),
        "false" | "False" | "no" => Some(false.into()),
        _ => variables
            .get(text)
            .cloned()
            .or_else(|| text.parse::<i64>().ok().map(Value::from)),
    }
}

fn both(all: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for one in all {
        match one {
            Some(true) => {}
            Some(false) => return Some(false),
            None => known = None,
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_need_a_host_are_undecided() {
        let variables = Variables::from([("count".to_owned(), 3.into()), ("os".to_owned(), "rhel".into())]);
        for (condition, expected) in [
            ("true", Some(true)),
            ("1 == 2", Some(false)),
            ("{{ count == 3 }}", Some(true)),
            ("os == 'rhel' and count != 3", Some(false)),
            ("os == \"sles\" or count == 3", Some(true)),
            ("not os is defined", Some(false)),
            ("other is not defined", Some(true)),
            ("ansible_memtotal_mb > 1024", None),
            ("false and ansible_memtotal_mb > 1024", Some(false)),
        ] {
            assert_eq!(holds(&condition.into(), &variables), expected, "{condition}");
        }
        assert_eq!(holds(&serde_json::json!(["true", "1 == 2"]), &variables), Some(false));
    }
}
