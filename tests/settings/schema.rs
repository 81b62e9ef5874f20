//! The JSON Schemas accept valid files and reject invalid ones.

use std::fs;

use mtv_bdd::settings::schema;
use serde_json::{Value, json};

use crate::layers::root;

/// The parts of `value` that violate `schema`; only the keywords of the generated schemas are supported.
fn misfits(schema: &Value, value: &Value, whole: &Value) -> Vec<String> {
    let fits = |schema: &Value, value: &Value| misfits(schema, value, whole).is_empty();
    let mut found = Vec::new();
    for (keyword, rule) in schema.as_object().into_iter().flatten() {
        match keyword.as_str() {
            "$ref" => {
                let pointer = rule.as_str().unwrap().trim_start_matches('#');
                found.extend(misfits(whole.pointer(pointer).unwrap(), value, whole));
            }
            "type" => {
                let kind = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(number) if number.is_i64() => "integer",
                    Value::Number(_) => "number",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                let is = |name: &Value| name == kind || (name == "number" && kind == "integer");
                let allowed = rule.as_array().map_or_else(|| is(rule), |names| names.iter().any(is));
                found.extend((!allowed).then(|| format!("{value} is not {rule}")));
            }
            "enum" => found.extend((!rule.as_array().unwrap().contains(value)).then(|| format!("{value}: {rule}"))),
            "const" => found.extend((rule != value).then(|| format!("{value} is not {rule}"))),
            "items" => {
                let items = value.as_array().into_iter().flatten();
                found.extend(items.flat_map(|item| misfits(rule, item, whole)));
            }
            "required" => {
                let missing = rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|key| value.get(key.as_str().unwrap()).is_none());
                found.extend(missing.map(|key| format!("{key} is missing")));
            }
            "properties" | "additionalProperties" => {
                let own = &schema["properties"];
                for (key, field) in value.as_object().into_iter().flatten() {
                    match (own.get(key), keyword.as_str(), rule) {
                        (Some(own), "properties", _) => found.extend(misfits(own, field, whole)),
                        (None, "additionalProperties", Value::Bool(false)) => found.push(format!("{key} is unknown")),
                        (None, "additionalProperties", rule) => found.extend(misfits(rule, field, whole)),
                        _ => {}
                    }
                }
            }
            "allOf" => found.extend(
                rule.as_array()
                    .unwrap()
                    .iter()
                    .flat_map(|rule| misfits(rule, value, whole)),
            ),
            "anyOf" => {
                let any = rule.as_array().unwrap().iter().any(|rule| fits(rule, value));
                found.extend((!any).then(|| format!("{value} is none of {rule}")));
            }
            "if" if fits(rule, value) => found.extend(misfits(&schema["then"], value, whole)),
            "minimum" => found.extend((value.as_i64() < rule.as_i64()).then(|| format!("{value} is below {rule}"))),
            "if" | "then" | "$schema" | "$defs" | "title" | "description" | "default" | "examples" | "pattern"
            | "minLength" | "exclusiveMinimum" | "uniqueItems" => {}
            other => panic!("the schema has the keyword {other}, which is not looked at here"),
        }
    }
    found
}

fn about_providers(file: &Value) -> Vec<String> {
    let schema = schema::providers();
    misfits(&schema, file, &schema)
}

fn about_settings(text: &str) -> Vec<String> {
    let schema = schema::settings();
    let file: toml::Table = text.parse().unwrap();
    misfits(&schema, &serde_json::to_value(file).unwrap(), &schema)
}

#[test]
fn the_files_of_the_project_are_valid() {
    let example = fs::read_to_string(root().join("providers.json.example")).unwrap();
    assert_eq!(about_providers(&serde_json::from_str(&example).unwrap()), [""; 0]);
    for name in ["default", "lab", "cluster"] {
        let text = fs::read_to_string(root().join("config").join(format!("{name}.toml"))).unwrap();
        assert_eq!(text.lines().next(), Some("#:schema schema/settings.schema.json"));
        assert_eq!(about_settings(&text), [""; 0], "{name}");
    }
}

#[cfg(feature = "lab")]
#[tokio::test]
async fn the_files_of_the_lab_are_valid() {
    use mtv_lab::{Lab, LabOptions};
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabOptions::new(folder.path())).await.unwrap();
    let providers = fs::read_to_string(folder.path().join("providers.json")).unwrap();
    assert_eq!(about_providers(&serde_json::from_str(&providers).unwrap()), [""; 0]);
    assert_eq!(about_settings(&fs::read_to_string(lab.settings()).unwrap()), [""; 0]);
}

#[test]
fn every_way_to_keep_a_secret_is_valid() {
    let entry = |password: Value| json!({ "vc": { "type": "vsphere", "version": "8", "api_url": "https://vc/sdk", "username": "u", "password": password } });
    for password in [
        json!("sesame"),
        json!({ "env": "VC_PASSWORD" }),
        json!({ "file": "password" }),
        json!({ "secret": "qe/vcenter/password" }),
    ] {
        assert_eq!(about_providers(&entry(password)), [""; 0]);
    }
    for password in [json!(5), json!({ "vault": "x" }), json!({ "env": "A", "file": "b" })] {
        assert_ne!(about_providers(&entry(password)), [""; 0]);
    }
}

#[test]
fn mistakes_are_invalid() {
    let array = json!({ "storage_vendor_product": "ontapp", "datastore": "datastore-1" });
    let file = json!({
        "vc": { "type": "vsphere", "versoin": "8", "api_url": "u", "username": "u", "password": "p", "copyoffload": array },
        "x": { "type": "vmware" }
    });
    let mut found = about_providers(&file);
    found.retain(|misfit| !misfit.contains("null"));
    assert!(found.contains(&"versoin is unknown".to_owned()), "{found:?}");
    assert!(found.contains(&"\"version\" is missing".to_owned()), "{found:?}");
    assert!(found.iter().any(|misfit| misfit.starts_with("\"vmware\"")), "{found:?}");
    let found = about_settings("[target]\nsped = 1\nsimulated = 1\n[run]\nconcurrency = 0\n");
    assert_eq!(found, ["0 is below 1", "1 is not \"boolean\"", "sped is unknown"]);
}
