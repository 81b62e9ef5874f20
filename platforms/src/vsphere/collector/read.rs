//! Reads the properties of an object that a filter selects.

use vim25::{Fault, MoRef, Value};

use super::{
    super::{fault, kinds::is_a, objects},
    select::Scope,
};

/// Property paths and values; unset properties are omitted.
pub type Properties = Vec<(String, Value)>;

/// Returns the value at a property path. A key in brackets selects an element:
/// `config.hardware.device[2000].backing`.
pub fn at_path<'a>(properties: &'a Value, path: &str) -> Option<&'a Value> {
    let mut place = properties;
    for part in path.split('.') {
        let (name, key) = match part.split_once('[') {
            Some((name, key)) => (name, Some(key.trim_end_matches(']').trim_matches('"'))),
            None => (part, None),
        };
        place = place.get(name)?;
        if let Some(key) = key {
            place = place.as_array().iter().find(|item| item.str_at("key") == Some(key))?;
        }
    }
    Some(place)
}

/// Rejects filters with property paths that the types do not have.
pub fn check(filter: &Value) -> Result<(), Fault> {
    for spec in filter.list("propSet") {
        let kind = spec
            .str_at("type")
            .ok_or_else(|| fault::invalid_argument("spec.propSet.type"))?;
        for path in spec.list("pathSet").iter().filter_map(Value::as_str) {
            let first = path.split(['.', '[']).next().unwrap_or(path);
            if !objects::has_property(kind, first) {
                return Err(fault::invalid_property(kind, path));
            }
        }
    }
    Ok(())
}

/// Whether the filter has a property set for objects of this type.
pub fn is_wanted(filter: &Value, moref: &MoRef) -> bool {
    filter
        .list("propSet")
        .iter()
        .any(|spec| spec.str_at("type").is_some_and(|kind| is_a(&moref.kind, kind)))
}

/// Reads the selected properties of an object; `None` if the object does not exist.
pub fn read(scope: &Scope<'_>, filter: &Value, moref: &MoRef) -> Option<Properties> {
    let all = scope.properties(moref)?;
    let mut read: Properties = Vec::new();
    let specs = filter.list("propSet").iter();
    for spec in specs.filter(|spec| spec.str_at("type").is_some_and(|kind| is_a(&moref.kind, kind))) {
        let everything = spec.bool_at("all").unwrap_or(false);
        let every = all
            .fields()
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|_| everything);
        let asked = spec
            .list("pathSet")
            .iter()
            .filter_map(Value::as_str)
            .filter(|_| !everything);
        for path in every.chain(asked) {
            if read.iter().any(|(known, _)| known == path) {
                continue;
            }
            if let Some(value) = at_path(&all, path) {
                read.push((path.to_owned(), value.clone()));
            }
        }
    }
    Some(read)
}
