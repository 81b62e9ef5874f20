//! Label and field selectors of lists, watches and collection deletions.

use std::fmt;

use serde_json::Value;

/// A label selector and a field selector.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    labels: Vec<LabelRequirement>,
    fields: Vec<FieldRequirement>,
}

/// One requirement of a label selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRequirement {
    /// Key of the label.
    pub key: String,
    /// Condition on the value of the label.
    pub operator: Operator,
}

/// Condition on the value of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    /// The value is one of these.
    In(Vec<String>),
    /// The label is absent, or its value is none of these.
    NotIn(Vec<String>),
    /// The label exists.
    Exists,
    /// The label does not exist.
    DoesNotExist,
    /// The value is an integer greater than this.
    GreaterThan(i64),
    /// The value is an integer less than this.
    LessThan(i64),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct FieldRequirement {
    path: String,
    value: String,
    equal: bool,
}

impl Selection {
    /// Parses a label selector and a field selector; both may be empty.
    pub fn parse(labels: &str, fields: &str) -> Result<Self, String> {
        Ok(Self {
            labels: parse_labels(labels).map_err(|why| format!("unable to parse requirement: {why}"))?,
            fields: parse_fields(fields)?,
        })
    }

    /// Whether the selection has no requirements.
    pub fn is_everything(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    /// Whether the selectors match this object.
    pub fn matches(&self, object: &Value) -> bool {
        let labels = &object["metadata"]["labels"];
        self.labels
            .iter()
            .all(|requirement| requirement.matches(labels[requirement.key.as_str()].as_str()))
            && self.fields.iter().all(|requirement| requirement.matches(object))
    }
}

impl LabelRequirement {
    fn matches(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match &self.operator {
            Operator::In(values) => value.is_some_and(|value| values.iter().any(|known| known == value)),
            Operator::NotIn(values) => value.is_none_or(|value| values.iter().all(|known| known != value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan(bound) => number().is_some_and(|number| number > *bound),
            Operator::LessThan(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

impl fmt::Display for LabelRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match &self.operator {
            Operator::In(values) => match values.as_slice() {
                [value] => write!(f, "{key}={value}"),
                _ => write!(f, "{key} in ({})", values.join(",")),
            },
            Operator::NotIn(values) => match values.as_slice() {
                [value] => write!(f, "{key}!={value}"),
                _ => write!(f, "{key} notin ({})", values.join(",")),
            },
            Operator::Exists => write!(f, "{key}"),
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::GreaterThan(bound) => write!(f, "{key}>{bound}"),
            Operator::LessThan(bound) => write!(f, "{key}<{bound}"),
        }
    }
}

impl FieldRequirement {
    fn matches(&self, object: &Value) -> bool {
        let found = self.path.split('.').try_fold(object, |value, part| value.get(part));
        let equal = match found {
            None | Some(Value::Null) => self.value.is_empty(),
            Some(Value::String(text)) => *text == self.value,
            Some(Value::Bool(flag)) => self.value == if *flag { "true" } else { "false" },
            // Numbers and booleans are compared by their JSON text.
            Some(other) => format!("{other}") == self.value,
        };
        equal == self.equal
    }
}

/// Parses a label selector: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`.
pub fn parse_labels(text: &str) -> Result<Vec<LabelRequirement>, String> {
    split_outside_brackets(text)?
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(parse_label)
        .collect()
}

/// Splits a label selector at the commas that are not in parentheses.
fn split_outside_brackets(text: &str) -> Result<Vec<&str>, String> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    for (index, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => {
                depth = depth
                    .checked_sub(1)
                    .ok_or_else(|| format!("found ')' without '(' in '{text}'"))?
            }
            ',' if depth == 0 => {
                parts.push(text.get(start..index).unwrap_or_default());
                start = index + 1;
            }
            _ => {}
        }
    }
    if depth != 0 {
        return Err(format!("found no ')' in '{text}'"));
    }
    parts.push(text.get(start..).unwrap_or_default());
    Ok(parts)
}

fn parse_label(text: &str) -> Result<LabelRequirement, String> {
    let requirement = |key: &str, operator| {
        let key = key.trim();
        if !is_label_key(key) {
            return Err(format!("invalid label key \"{key}\" in '{text}'"));
        }
        Ok(LabelRequirement {
            key: key.to_owned(),
            operator,
        })
    };
    if let Some(key) = text.strip_prefix('!') {
        return requirement(key, Operator::DoesNotExist);
    }
    if let Some((head, list)) = text.split_once('(') {
        let list = list
            .trim_end()
            .strip_suffix(')')
            .ok_or_else(|| format!("found no ')' at the end of '{text}'"))?;
        let values = list.split(',').map(label_value).collect::<Result<Vec<_>, _>>()?;
        let mut words = head.split_whitespace();
        return match (words.next(), words.next(), words.next()) {
            (Some(key), Some("in"), None) => requirement(key, Operator::In(values)),
            (Some(key), Some("notin"), None) => requirement(key, Operator::NotIn(values)),
            _ => Err(format!("found '{head}', expected: a label and 'in' or 'notin'")),
        };
    }
    if let Some((key, value)) = text.split_once("!=") {
        return requirement(key, Operator::NotIn(vec![label_value(value)?]));
    }
    if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return requirement(key, Operator::In(vec![label_value(value)?]));
    }
    let integer = |value: &str| {
        value
            .trim()
            .parse::<i64>()
            .map_err(|_| format!("for 'Gt', 'Lt' operators, the value must be an integer: '{text}'"))
    };
    if let Some((key, value)) = text.split_once('>') {
        return requirement(key, Operator::GreaterThan(integer(value)?));
    }
    if let Some((key, value)) = text.split_once('<') {
        return requirement(key, Operator::LessThan(integer(value)?));
    }
    requirement(text, Operator::Exists)
}

fn label_value(text: &str) -> Result<String, String> {
    let value = text.trim();
    let inner = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let edge = |character: Option<char>| character.is_none_or(|character| character.is_ascii_alphanumeric());
    if value.len() <= 63 && value.chars().all(inner) && edge(value.chars().next()) && edge(value.chars().last()) {
        return Ok(value.to_owned());
    }
    Err(format!("invalid label value \"{value}\""))
}

fn is_label_key(key: &str) -> bool {
    let name = key.rsplit_once('/').map_or(key, |(_, name)| name);
    let legal = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    !name.is_empty() && name.len() <= 63 && key.chars().all(legal)
}

/// Parses a field selector: `metadata.name=x,status.phase!=Running`. A backslash escapes comma, equals sign, backslash.
fn parse_fields(text: &str) -> Result<Vec<FieldRequirement>, String> {
    let mut requirements = Vec::new();
    for term in split_unescaped(text, ',').into_iter().filter(|term| !term.is_empty()) {
        let wrong = || format!("invalid selector: '{term}'; can't understand '{term}'");
        let (path, value, equal) = match term.split_once("!=") {
            Some((path, value)) => (path, value, false),
            None => {
                let (path, value) = term
                    .split_once("==")
                    .or_else(|| term.split_once('='))
                    .ok_or_else(wrong)?;
                (path, value, true)
            }
        };
        requirements.push(FieldRequirement {
            path: path.trim().to_owned(),
            value: unescape(value),
            equal,
        });
    }
    Ok(requirements)
}

fn split_unescaped(text: &str, separator: char) -> Vec<String> {
    let (mut parts, mut part, mut escaped) = (Vec::new(), String::new(), false);
    for character in text.chars() {
        if character == separator && !escaped {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(character);
        }
        escaped = character == '\\' && !escaped;
    }
    parts.push(part);
    parts
}

fn unescape(text: &str) -> String {
    let (mut plain, mut escaped) = (String::new(), false);
    for character in text.chars() {
        if character == '\\' && !escaped {
            escaped = true;
        } else {
            plain.push(character);
            escaped = false;
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn label_selectors_match_as_in_kubernetes() {
        let object = json!({ "metadata": { "labels": { "app": "web", "tier": "1", "example.com/vm": "vm-1" } } });
        for (selector, expected) in [
            ("", true),
            ("app=web", true),
            ("app==web", true),
            ("app = db", false),
            ("app!=db", true),
            ("missing!=db", true),
            ("app in (db, web)", true),
            ("app notin (db,web)", false),
            ("missing notin (x)", true),
            ("missing in (x)", false),
            ("app", true),
            ("!app", false),
            ("!missing,app", true),
            ("tier>0", true),
            ("tier<1", false),
            ("app>1", false),
            ("example.com/vm=vm-1,app", true),
            ("app=", false),
        ] {
            let selection = Selection::parse(selector, "").unwrap();
            assert_eq!(selection.matches(&object), expected, "{selector}");
        }
    }

    #[test]
    fn malformed_selectors_are_rejected() {
        for selector in [
            "app in web",
            "app in (web",
            "app)",
            "a b",
            "=x",
            "app=we b",
            "x>y",
            "app on (x)",
        ] {
            assert!(Selection::parse(selector, "").is_err(), "{selector}");
        }
        assert!(Selection::parse("", "metadata.name").is_err());
    }

    #[test]
    fn fields_are_dotted_paths() {
        let object = json!({ "metadata": { "name": "a,b" }, "spec": { "on": true }, "status": { "phase": "Running" } });
        for (selector, expected) in [
            ("metadata.name=a\\,b", true),
            ("metadata.name=a\\,b,status.phase=Running", true),
            ("status.phase!=Running", false),
            ("spec.nodeName=", true),
            ("spec.nodeName!=", false),
            ("spec.on=true", true),
        ] {
            let selection = Selection::parse("", selector).unwrap();
            assert_eq!(selection.matches(&object), expected, "{selector}");
        }
    }

    fn requirement() -> impl Strategy<Value = LabelRequirement> {
        let key = "([a-z]{1,8}\\.io/)?[a-z]([a-z0-9-]{0,6}[a-z0-9])?";
        let values = || proptest::collection::vec("[a-z]([a-z0-9._-]{0,6}[a-z0-9])?", 1..4);
        let operator = prop_oneof![
            values().prop_map(Operator::In),
            values().prop_map(Operator::NotIn),
            Just(Operator::Exists),
            Just(Operator::DoesNotExist),
            any::<i64>().prop_map(Operator::GreaterThan),
            any::<i64>().prop_map(Operator::LessThan),
        ];
        (key, operator).prop_map(|(key, operator)| LabelRequirement { key, operator })
    }

    proptest! {
        #[test]
        fn printed_selectors_parse_to_the_same_value(requirements in proptest::collection::vec(requirement(), 0..5)) {
            let text = requirements.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            prop_assert_eq!(parse_labels(&text), Ok(requirements));
        }

        #[test]
        fn the_parser_does_not_panic(labels in "\\PC*", fields in "\\PC*") {
            let _ = Selection::parse(&labels, &fields);
        }
    }
}
