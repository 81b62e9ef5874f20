//! A secret of the providers file: written there, or kept elsewhere and only named there.

use std::{fmt, fs, path::PathBuf};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::SecretString;

use super::{
    super::{Origin, mistake::Wrong, origin::shown},
    field::{FieldType, Reader},
    file::Error,
    tree::{Node, Value},
};

/// A secret and where it is kept. Nothing prints its value.
#[derive(Debug, Clone)]
pub struct Secret {
    reference: Reference,
    value: Option<SecretString>,
}

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// In the providers file itself.
    Here,
    /// `{"env": "NAME"}`, or a variable that overrides the providers file.
    Variable(String),
    /// `{"file": "path"}`
    File(PathBuf),
    /// `{"secret": "namespace/name/key"}`
    Cluster(ClusterSecret),
}

/// A key of a Secret on the cluster that the suite runs against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterSecret {
    /// Namespace of the Secret.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Key of its data.
    pub key: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here => f.write_str("in the providers file"),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::File(path) => write!(f, "file {}", shown(path).display()),
            Self::Cluster(secret) => write!(f, "Secret {secret}"),
        }
    }
}

impl fmt::Display for ClusterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.namespace, self.name, self.key)
    }
}

impl Secret {
    /// Its value.
    ///
    /// # Errors
    ///
    /// The cluster keeps it, and it has not been read from there.
    pub fn value(&self) -> Result<&SecretString, Error> {
        self.value.as_ref().ok_or_else(|| Error::Unread(self.reference.clone()))
    }

    /// Where it is kept.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Where on the cluster it is to be read, as long as it has not been.
    pub fn unread(&self) -> Option<&ClusterSecret> {
        match (&self.reference, &self.value) {
            (Reference::Cluster(secret), None) => Some(secret),
            _ => None,
        }
    }

    /// Fills in what the cluster keeps.
    pub fn fill(&mut self, value: SecretString) {
        self.value = Some(value);
    }
}

const FORMS: &str = "write the secret itself, {\"env\": \"NAME\"}, {\"file\": \"PATH\"} or \
                     {\"secret\": \"NAMESPACE/NAME/KEY\"}";

impl FieldType for Secret {
    fn read(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self> {
        match read(node, reader) {
            Ok(secret) => Some(secret),
            Err(wrong) => {
                reader.wrong(subject, &node.origin, wrong);
                None
            }
        }
    }

    fn secrets<'a>(&'a self, name: &str, found: &mut Vec<(String, &'a Secret)>) {
        found.push((name.to_owned(), self));
    }

    fn secrets_mut<'a>(&'a mut self, name: &str, found: &mut Vec<(String, &'a mut Secret)>) {
        found.push((name.to_owned(), self));
    }
}

fn read(node: &Node, reader: &Reader<'_>) -> Result<Secret, Wrong> {
    let fields = match &node.value {
        Value::Scalar(text) => {
            let reference = match &node.origin {
                Origin::Environment(variable) => Reference::Variable(variable.clone()),
                Origin::File { .. } | Origin::WholeFile(_) | Origin::CommandLine => Reference::Here,
            };
            let value = Some(text.as_str().into());
            return Ok(Secret { reference, value });
        }
        Value::Object(fields) => fields,
        Value::Null | Value::List(_) => return Err(node.is_not("a secret").remedy(FORMS)),
    };
    let [field] = fields.as_slice() else {
        return Err(Wrong::new("a reference to a secret has exactly one key").remedy(FORMS));
    };
    let Value::Scalar(target) = &field.node.value else {
        return Err(field.node.is_not("text in quotes").remedy(FORMS));
    };
    let (reference, value) = match field.key.as_str() {
        "env" => {
            let what = format!("the environment variable {target} is not set, or empty");
            let value = reader.variable(target).filter(|value| !value.is_empty());
            let value = value.ok_or_else(|| Wrong::new(what).remedy("set it, or write the secret here"))?;
            (Reference::Variable(target.clone()), Some(value.into()))
        }
        "file" => {
            let path = reader.folder.join(target);
            let failed = |why: &str| {
                Wrong::new(format!(
                    "could not read the secret from {}: {why}",
                    shown(&path).display()
                ))
                .remedy("the path is relative to the providers file")
            };
            let text = fs::read_to_string(&path).map_err(|error| failed(&error.to_string()))?;
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let text = text.strip_suffix('\r').unwrap_or(text);
            if text.is_empty() {
                return Err(failed("it is empty"));
            }
            let value = Some(text.into());
            (Reference::File(path), value)
        }
        "secret" => (Reference::Cluster(cluster_secret(target)?), None),
        other => {
            let what = format!("\"{other}\" is no place where secrets are kept");
            return Err(Wrong::new(what).remedy(FORMS));
        }
    };
    Ok(Secret { reference, value })
}

fn cluster_secret(target: &str) -> Result<ClusterSecret, Wrong> {
    let parts: Vec<&str> = target.split('/').collect();
    match parts.as_slice() {
        [namespace, name, key] if parts.iter().all(|part| !part.is_empty()) => Ok(ClusterSecret {
            namespace: (*namespace).to_owned(),
            name: (*name).to_owned(),
            key: (*key).to_owned(),
        }),
        _ => Err(Wrong::new("this does not name a key of a Secret").remedy("write \"NAMESPACE/NAME/KEY\"")),
    }
}

impl JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let kept = |key: &str, description: &str| {
            serde_json::json!({
                "type": "object",
                "properties": { key: { "type": "string", "minLength": 1, "description": description } },
                "required": [key],
                "additionalProperties": false
            })
        };
        json_schema!({
            "description": "A secret: itself, or where it is kept.",
            "anyOf": [
                { "type": "string" },
                kept("env", "Environment variable that holds it."),
                kept("file", "File that holds it, relative to the providers file."),
                kept("secret", "Key of a Secret on the cluster, NAMESPACE/NAME/KEY."),
            ]
        })
    }
}
