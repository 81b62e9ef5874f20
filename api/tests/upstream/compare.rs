//! Differences between two definitions of a kind.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Keywords that must be equal wherever we type a field. `enum` and `required` are compared as sets.
const EQUAL: &[&str] = &["nullable"];
/// Keywords that must be equal in Forklift's kinds, which we type completely; elsewhere we may be more lenient.
const EQUAL_IN_FORKLIFT: &[&str] = &[
    "default",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "pattern",
    "x-kubernetes-map-type",
    "x-kubernetes-validations",
];
/// Keywords that a structural schema must not have outside of validation, and ours has none at all.
const FORBIDDEN: &[&str] = &["$ref", "allOf", "anyOf", "oneOf", "not"];

/// All differences, as `path: what`.
pub fn definitions(ours: &Value, theirs: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    let version = &ours["spec"]["versions"][0];
    let Some(their_version) = theirs["spec"]["versions"]
        .as_array()
        .and_then(|versions| versions.iter().find(|candidate| candidate["name"] == version["name"]))
    else {
        return vec![format!("version {} is not served upstream", version["name"])];
    };

    for pointer in [
        "/scope",
        "/group",
        "/names/kind",
        "/names/plural",
        "/names/singular",
        "/names/shortNames",
        "/names/categories",
    ] {
        let (our, their) = (ours["spec"].pointer(pointer), theirs["spec"].pointer(pointer));
        if our != their {
            differences.push(format!("{pointer}: {our:?}, {their:?}"));
        }
    }
    let columns = (
        &version["additionalPrinterColumns"],
        &their_version["additionalPrinterColumns"],
    );
    if columns.0 != columns.1 {
        differences.push(format!("columns: {}, {}", columns.0, columns.1));
    }
    let status = (
        version.pointer("/subresources/status"),
        their_version.pointer("/subresources/status"),
    );
    if status.0.is_some() != status.1.is_some() {
        differences.push(format!(
            "status subresource: {}, {}",
            status.0.is_some(),
            status.1.is_some()
        ));
    }
    if their_version["storage"] != Value::Bool(true) {
        differences.push(format!("version {} is not the stored one upstream", version["name"]));
    }

    let mut walk = Walk {
        complete: ours["spec"]["group"] == "forklift.konveyor.io",
        differences,
    };
    walk.root(
        &version["schema"]["openAPIV3Schema"],
        &their_version["schema"]["openAPIV3Schema"],
    );
    walk.differences
}

struct Walk {
    /// Our spec must have every field, with every constraint.
    complete: bool,
    differences: Vec<String>,
}

impl Walk {
    /// Our `spec` is always required: without it an object cannot be read as the typed value.
    fn root(&mut self, ours: &Value, theirs: &Value) {
        let mut ours = ours.clone();
        let theirs_requires_spec = required(theirs).contains("spec");
        if let Some(Value::Array(fields)) = ours.get_mut("required") {
            fields.retain(|field| field != "spec" || theirs_requires_spec);
        }
        let mut theirs = theirs.clone();
        for schema in [&mut ours, &mut theirs] {
            for standard in ["apiVersion", "kind", "metadata"] {
                if let Some(Value::Object(properties)) = schema.get_mut("properties") {
                    properties.remove(standard);
                }
                if let Some(Value::Array(fields)) = schema.get_mut("required") {
                    fields.retain(|field| field != standard);
                }
            }
        }
        self.schema("", &ours, &theirs);
    }

    fn schema(&mut self, path: &str, ours: &Value, theirs: &Value) {
        for keyword in FORBIDDEN {
            if ours.get(*keyword).is_some() {
                self.differ(path, format!("our schema has {keyword}"));
            }
        }
        if kind(ours) != kind(theirs) {
            self.differ(path, format!("type {}, {}", kind(ours), kind(theirs)));
            return;
        }
        let strict = if self.complete { EQUAL_IN_FORKLIFT } else { &[] };
        for keyword in EQUAL.iter().chain(strict) {
            if !equal(ours.get(*keyword), theirs.get(*keyword)) {
                self.differ(
                    path,
                    format!("{keyword} {:?}, {:?}", ours.get(*keyword), theirs.get(*keyword)),
                );
            }
        }
        // What we say beyond the type must be said upstream too, everywhere.
        for keyword in ["default", "pattern"] {
            if ours.get(keyword).is_some() && ours.get(keyword) != theirs.get(keyword) {
                self.differ(
                    path,
                    format!("{keyword} {:?}, {:?}", ours.get(keyword), theirs.get(keyword)),
                );
            }
        }
        if ours["format"] == "date-time" && theirs["format"] != "date-time" {
            self.differ(path, format!("format date-time, {}", theirs["format"]));
        }
        let (our_words, their_words) = (words(&ours["enum"]), words(&theirs["enum"]));
        if our_words != their_words && (self.complete || !our_words.is_empty()) {
            self.differ(path, format!("enum {our_words:?}, {their_words:?}"));
        }
        if untyped(ours) || untyped(theirs) {
            return;
        }
        self.properties(path, ours, theirs);
        for (keyword, mark) in [("items", "[]"), ("additionalProperties", "{}")] {
            match (ours.get(keyword), theirs.get(keyword)) {
                (Some(our), Some(their)) => self.schema(&format!("{path}{mark}"), our, their),
                (None, None) => {}
                (our, their) => {
                    self.differ(path, format!("{keyword} {}, {}", our.is_some(), their.is_some()));
                }
            }
        }
    }

    fn properties(&mut self, path: &str, ours: &Value, theirs: &Value) {
        let nothing = Map::new();
        let our_fields = ours["properties"].as_object().unwrap_or(&nothing);
        let their_fields = theirs["properties"].as_object().unwrap_or(&nothing);
        for (name, our) in our_fields {
            match their_fields.get(name) {
                Some(their) => self.schema(&format!("{path}.{name}"), our, their),
                None => self.differ(&format!("{path}.{name}"), "not upstream".to_owned()),
            }
        }
        let typed = |field: &String| our_fields.contains_key(field);
        let (our_required, their_required) = (required(ours), required(theirs));
        let their_required: BTreeSet<String> = their_required
            .into_iter()
            .filter(|field| self.complete || typed(field))
            .collect();
        if our_required != their_required {
            self.differ(path, format!("required {our_required:?}, {their_required:?}"));
        }
        if self.complete {
            for name in their_fields.keys().filter(|name| !typed(name)) {
                self.differ(&format!("{path}.{name}"), "missing in ours".to_owned());
            }
        }
    }

    fn differ(&mut self, path: &str, what: String) {
        let path = if path.is_empty() { "(root)" } else { path };
        self.differences.push(format!("{path}: {what}"));
    }
}

/// Equality that does not tell `1` from `1.0`.
fn equal(ours: Option<&Value>, theirs: Option<&Value>) -> bool {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    match (number(ours), number(theirs)) {
        (Some(our), Some(their)) => our == their,
        _ => ours == theirs,
    }
}

fn kind(schema: &Value) -> &str {
    if schema["x-kubernetes-int-or-string"] == Value::Bool(true) {
        return "int-or-string";
    }
    schema["type"].as_str().unwrap_or("(none)")
}

/// An object that is kept as it is: nothing of it is typed.
fn untyped(schema: &Value) -> bool {
    schema["x-kubernetes-preserve-unknown-fields"] == Value::Bool(true) && schema.get("properties").is_none()
}

fn required(schema: &Value) -> BTreeSet<String> {
    words(&schema["required"])
}

fn words(values: &Value) -> BTreeSet<String> {
    values
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
