//! Short ways to read what a vCenter's objects hold; absent properties read as empty.

use vim25::{MoRef, Object, Value};

use super::model::{Base, Ref};

/// Reads a value by property path.
pub trait Read {
    /// The value at the path.
    fn at(&self, path: &str) -> Option<&Value>;

    /// Text, empty when absent.
    fn string(&self, path: &str) -> String {
        self.at(path).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// A whole number, 0 when absent.
    fn number(&self, path: &str) -> i64 {
        self.at(path).and_then(Value::as_i64).unwrap_or_default()
    }

    /// A truth value, false when absent.
    fn flag(&self, path: &str) -> bool {
        self.at(path).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A reference.
    fn reference(&self, path: &str) -> Option<MoRef> {
        self.at(path).and_then(Value::as_moref).cloned()
    }

    /// The elements of a list, none when absent.
    fn items(&self, path: &str) -> &[Value] {
        self.at(path).map(Value::as_array).unwrap_or_default()
    }

    /// The references of a list in Forklift's words.
    fn references(&self, path: &str) -> Vec<Ref> {
        let references = self.items(path).iter().filter_map(Value::as_moref);
        references.map(Ref::new).collect()
    }
}

impl Read for Object {
    fn at(&self, path: &str) -> Option<&Value> {
        self.get(path)
    }
}

impl Read for Value {
    fn at(&self, path: &str) -> Option<&Value> {
        self.get(path)
    }
}

/// The base of an object; its path and link are filled in by the tables.
pub fn base(object: &Object) -> Base {
    Base {
        id: object.moref.id.clone(),
        parent: object
            .reference("parent")
            .map(|parent| Ref::new(&parent))
            .unwrap_or_default(),
        name: object
            .string("name")
            .replace("%2f", "/")
            .replace("%5c", "\\")
            .replace("%25", "%"),
        ..Base::default()
    }
}
