//! A managed object with the properties that were asked for.

use crate::{MoRef, Value};

/// A managed object with the properties that were asked for; those that are not set on it are absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Which object.
    pub moref: MoRef,
    /// Property path as it was asked for, and its value.
    pub properties: Vec<(String, Value)>,
}

impl Object {
    /// An object without properties yet.
    pub fn new(moref: MoRef) -> Self {
        Self {
            moref,
            properties: Vec::new(),
        }
    }

    /// What stands at a path. The path may lead further into a property than what was asked for: after asking for
    /// `config`, `get("config.hardware.numCPU")` works.
    pub fn get(&self, path: &str) -> Option<&Value> {
        self.properties.iter().find_map(|(name, value)| {
            let rest = path.strip_prefix(name.as_str())?;
            if rest.is_empty() {
                Some(value)
            } else {
                value.get(rest.strip_prefix('.')?)
            }
        })
    }

    /// The property `name`, or an empty text.
    pub fn name(&self) -> &str {
        self.str_at("name").unwrap_or_default()
    }

    /// Text at a path.
    pub fn str_at(&self, path: &str) -> Option<&str> {
        self.get(path)?.as_str()
    }

    /// Number at a path.
    pub fn i64_at(&self, path: &str) -> Option<i64> {
        self.get(path)?.as_i64()
    }

    /// Boolean at a path.
    pub fn bool_at(&self, path: &str) -> Option<bool> {
        self.get(path)?.as_bool()
    }

    /// Reference at a path.
    pub fn moref_at(&self, path: &str) -> Option<&MoRef> {
        self.get(path)?.as_moref()
    }

    /// Items at a path; none when there is nothing.
    pub fn list(&self, path: &str) -> &[Value] {
        self.get(path).map(Value::as_array).unwrap_or_default()
    }

    /// Sets or removes a property.
    pub fn set(&mut self, path: &str, value: Option<Value>) {
        let known = self.properties.iter().position(|(name, _)| name == path);
        match (known, value) {
            (Some(index), Some(value)) => {
                if let Some(property) = self.properties.get_mut(index) {
                    property.1 = value;
                }
            }
            (Some(index), None) => {
                self.properties.remove(index);
            }
            (None, Some(value)) => self.properties.push((path.to_owned(), value)),
            (None, None) => {}
        }
    }

    /// Reads an `ObjectContent`.
    pub(crate) fn from_content(content: &Value) -> Option<Self> {
        let moref = content.moref_at("obj")?.clone();
        let properties = content.list("propSet").iter().filter_map(|property| {
            let name = property.str_at("name")?.to_owned();
            Some((name, property.get("val")?.clone()))
        });
        Some(Self {
            moref,
            properties: properties.collect(),
        })
    }
}
