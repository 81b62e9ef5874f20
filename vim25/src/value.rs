//! [`Value`]: arguments and results of SOAP calls.

use std::fmt;

/// Reference to a managed object, by type and id: `VirtualMachine:vm-42`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MoRef {
    /// Type of the managed object: `VirtualMachine`.
    pub kind: String,
    /// Id within the server: `vm-42`.
    pub id: String,
}

impl MoRef {
    /// Creates a reference.
    pub fn new(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            id: id.into(),
        }
    }
}

impl fmt::Display for MoRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

/// A SOAP value: text, reference, data object or array.
///
/// Type names are those of the vSphere Web Services reference without a namespace prefix (`VirtualDisk`, `string`).
/// A server expects the fields of a data object in the order of the reference, those of the base types first.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number, a boolean, an enumeration, a time or a string, as text.
    Text {
        /// Type name, if the sender declared it: `string`, `int`, `ManagedEntityStatus`.
        type_name: Option<String>,
        /// Value as text.
        text: String,
    },
    /// A reference to a managed object.
    Reference(MoRef),
    /// A data object.
    Data {
        /// Type name, if the sender declared it.
        type_name: Option<String>,
        /// Fields in document order. A repeated field is one [`Value::Array`].
        fields: Vec<(String, Value)>,
    },
    /// An array: a repeated field, or an `ArrayOf...` object.
    Array {
        /// Type name, if the sender declared it: `ArrayOfVirtualDevice`.
        type_name: Option<String>,
        /// The items.
        items: Vec<Value>,
    },
}

impl Value {
    /// Creates a data object without fields.
    pub fn data(type_name: impl Into<String>) -> Self {
        Self::Data {
            type_name: Some(type_name.into()),
            fields: Vec::new(),
        }
    }

    /// Creates a text with a type, for enumerations: `Value::text("ManagedEntityStatus", "green")`.
    pub fn text(type_name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Text {
            type_name: Some(type_name.into()),
            text: text.into(),
        }
    }

    /// Creates an array of type `ArrayOf` + `item_type`.
    pub fn array(item_type: &str, items: Vec<Self>) -> Self {
        let mut letters = item_type.chars();
        let capitalised: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .chain(letters)
            .collect();
        Self::Array {
            type_name: Some(format!("ArrayOf{capitalised}")),
            items,
        }
    }

    /// The result of a method without result, and an empty array: SOAP does not distinguish the two.
    pub fn nothing() -> Self {
        Self::Array {
            type_name: None,
            items: Vec::new(),
        }
    }

    /// Adds a field to a data object; does nothing on other values.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Self>) -> Self {
        if let Self::Data { fields, .. } = &mut self {
            fields.push((name.to_owned(), value.into()));
        }
        self
    }

    /// Adds a field if `value` is `Some`.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<impl Into<Self>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Type name, if known.
    pub fn type_name(&self) -> Option<&str> {
        match self {
            Self::Text { type_name, .. } | Self::Data { type_name, .. } | Self::Array { type_name, .. } => {
                type_name.as_deref()
            }
            Self::Reference(_) => Some("ManagedObjectReference"),
        }
    }

    /// Whether this is a data object of exactly this type.
    pub fn is(&self, type_name: &str) -> bool {
        self.type_name() == Some(type_name)
    }

    /// Text of a simple value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Number in a simple value.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_str()?.trim().parse().ok()
    }

    /// Boolean in a simple value (`true`, `false`, `1`, `0`).
    pub fn as_bool(&self) -> Option<bool> {
        match self.as_str()?.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// The reference.
    pub fn as_moref(&self) -> Option<&MoRef> {
        match self {
            Self::Reference(moref) => Some(moref),
            _ => None,
        }
    }

    /// Items of an array. Any other value is returned as one item, because SOAP does not distinguish an array of one
    /// item from a single value.
    pub fn as_array(&self) -> &[Self] {
        match self {
            Self::Array { items, .. } => items,
            single => std::slice::from_ref(single),
        }
    }

    /// The fields of a data object.
    pub fn fields(&self) -> &[(String, Self)] {
        match self {
            Self::Data { fields, .. } => fields,
            _ => &[],
        }
    }

    /// Returns the value at a dotted path: `get("backing.fileName")`. A number selects an item of an array.
    pub fn get(&self, path: &str) -> Option<&Self> {
        let (first, rest) = match path.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (path, None),
        };
        let found = match self {
            Self::Data { fields, .. } => fields.iter().find(|(name, _)| name == first).map(|(_, value)| value),
            Self::Array { items, .. } => items.get(first.parse::<usize>().ok()?),
            _ => None,
        }?;
        match rest {
            Some(rest) => found.get(rest),
            None => Some(found),
        }
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
    pub fn list(&self, path: &str) -> &[Self] {
        self.get(path).map(Self::as_array).unwrap_or_default()
    }
}

macro_rules! from_simple {
    ($($from:ty => $type_name:literal),+ $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::text($type_name, value.to_string())
            }
        }
    )+};
}

from_simple!(bool => "boolean", i16 => "short", i32 => "int", i64 => "long", f32 => "float", &str => "string", &String => "string");

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text("string", text)
    }
}

impl From<MoRef> for Value {
    fn from(moref: MoRef) -> Self {
        Self::Reference(moref)
    }
}

impl From<&MoRef> for Value {
    fn from(moref: &MoRef) -> Self {
        Self::Reference(moref.clone())
    }
}

/// Creates a repeated field, which has no type name; use [`Value::array`] for an `ArrayOf...` object.
impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::Array {
            type_name: None,
            items: items.into_iter().map(Into::into).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_walk_through_fields_and_arrays() {
        let disk = Value::data("VirtualDisk")
            .with("key", 2000)
            .with("capacityInKB", 1024_i64);
        let hardware = Value::data("VirtualHardware")
            .with("numCPU", 4)
            .with("device", vec![disk.clone()]);
        let config = Value::data("VirtualMachineConfigInfo").with("hardware", hardware);
        assert_eq!(config.i64_at("hardware.numCPU"), Some(4));
        assert_eq!(config.list("hardware.device"), std::slice::from_ref(&disk));
        assert_eq!(config.i64_at("hardware.device.0.capacityInKB"), Some(1024));
        assert_eq!(config.get("hardware.device.1"), None);
        assert_eq!(config.get("hardware.numCPU.more"), None);
        assert!(config.list("nothing").is_empty());
    }

    #[test]
    fn a_single_value_is_an_array_of_one() {
        assert_eq!(Value::from("a").as_array().len(), 1);
        assert_eq!(Value::nothing().as_array().len(), 0);
    }

    #[test]
    fn arrays_of_simple_types_have_capitalised_names() {
        assert_eq!(Value::array("string", vec![]).type_name(), Some("ArrayOfString"));
        assert_eq!(
            Value::array("VirtualDevice", vec![]).type_name(),
            Some("ArrayOfVirtualDevice")
        );
    }
}
