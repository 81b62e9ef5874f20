//! A managed object with its requested properties.

use crate::{MoRef, Value};

/// A managed object with its requested properties; unset properties are absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Reference to the object.
    pub moref: MoRef,
    /// Requested property paths, and their values.
    pub properties: Vec<(String, Value)>,
}

impl Object {
    /// Creates an object without properties.
    pub fn new(moref: MoRef) -> Self {
        Self {
            moref,
            properties: Vec::new(),
        }
    }

    /// Returns the value at a path, which can be longer than the requested path: after a request for `config`,
    /// `get("config.hardware.numCPU")` works.
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

    /// The property `name`; empty if absent.
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

    /// Items at a path; empty if absent.
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

    /// Parses an `ObjectContent`.
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
