//! One value of a setting: how it becomes typed, and how it is shown.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::json;

use super::{
    Mistake, Origin, Speed,
    mistake::{Wrong, article},
};

/// A raw value: from a TOML file, a variable or an option.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Written {
    Toml(toml::Value),
    Text(String),
}

impl Written {
    /// Without the quotes of TOML.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Toml(toml::Value::String(text)) | Self::Text(text) => text.clone(),
            Self::Toml(value) => value.to_string(),
        }
    }
}

/// The values of all layers; a stronger layer has replaced what a weaker one said.
#[derive(Debug, Default)]
pub(super) struct Values {
    values: BTreeMap<String, (Written, Origin)>,
    taken: BTreeMap<String, Origin>,
}

impl Values {
    pub(super) fn set(&mut self, key: String, written: Written, origin: Origin) {
        self.values.insert(key, (written, origin));
    }

    /// The typed value of `key`, if it is right.
    pub(super) fn peek<T: FromWritten>(&self, key: &str) -> Option<T> {
        let (written, origin) = self.values.get(key)?;
        T::from_written(written, origin).ok()
    }

    /// The typed value of `key`; what is wrong with it joins the mistakes.
    pub(super) fn take<T: FromWritten>(&mut self, key: &str, mistakes: &mut Vec<Mistake>) -> Option<T> {
        let Some((written, origin)) = self.values.remove(key) else {
            let absent = T::absent();
            if absent.is_none() {
                let everywhere = Origin::WholeFile(PathBuf::from("config/default.toml"));
                let mistake = Mistake::new(everywhere, format!("{key} has no value in any layer"));
                mistakes.push(mistake.remedy(format!("set it here, in the profile or with --set {key}=VALUE")));
            }
            return absent;
        };
        let value = T::from_written(&written, &origin)
            .map_err(|wrong| mistakes.push(wrong.of(key, origin.clone())))
            .ok();
        self.taken.insert(key.to_owned(), origin);
        value
    }

    pub(super) fn origins(self) -> BTreeMap<String, Origin> {
        self.taken
    }
}

/// A type that a setting can have.
pub(super) trait FromWritten: Sized {
    /// Description of the allowed values.
    const FORM: &'static str;

    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, Wrong>;

    fn from_text(text: &str, origin: &Origin) -> Result<Self, Wrong>;

    fn to_json(&self) -> serde_json::Value;

    /// JSON Schema of what [`from_toml`](Self::from_toml) takes.
    fn schema() -> serde_json::Value;

    /// The value of a key that no layer has.
    fn absent() -> Option<Self> {
        None
    }

    fn from_written(written: &Written, origin: &Origin) -> Result<Self, Wrong> {
        match written {
            Written::Toml(value) => Self::from_toml(value, origin),
            Written::Text(text) => Self::from_text(text, origin),
        }
    }
}

/// The wrong type of TOML value.
fn mistyped<T: FromWritten>(value: &toml::Value) -> Wrong {
    Wrong::new(format!(
        "expected {}, found {} {value}",
        T::FORM,
        article(value.type_str())
    ))
}

/// The wrong text.
fn unlike<T: FromWritten>(text: &str) -> Wrong {
    Wrong::new(format!("expected {}, found \"{text}\"", T::FORM))
}

impl FromWritten for String {
    const FORM: &'static str = "text in quotes";

    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, Wrong> {
        match value.as_str() {
            Some(text) => Self::from_text(text, origin),
            None => Err(mistyped::<Self>(value).remedy(format!("write \"{value}\""))),
        }
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, Wrong> {
        match text.trim() {
            "" => Err(Wrong::new("the value is empty").remedy("leave the setting out, or give it a value")),
            _ => Ok(text.to_owned()),
        }
    }

    fn to_json(&self) -> serde_json::Value {
        json!(self)
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1 })
    }
}

impl FromWritten for bool {
    const FORM: &'static str = "true or false";

    fn from_toml(value: &toml::Value, _: &Origin) -> Result<Self, Wrong> {
        value.as_bool().ok_or_else(|| mistyped::<Self>(value))
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, Wrong> {
        text.to_ascii_lowercase().parse().map_err(|_| unlike::<Self>(text))
    }

    fn to_json(&self) -> serde_json::Value {
        json!(self)
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "boolean" })
    }
}

impl FromWritten for usize {
    const FORM: &'static str = "a whole number from 1";

    fn from_toml(value: &toml::Value, _: &Origin) -> Result<Self, Wrong> {
        let number = value.as_integer().and_then(|number| Self::try_from(number).ok());
        number
            .filter(|number| *number > 0)
            .ok_or_else(|| mistyped::<Self>(value))
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, Wrong> {
        let number = text.parse().ok().filter(|number| *number > 0);
        number.ok_or_else(|| unlike::<Self>(text))
    }

    fn to_json(&self) -> serde_json::Value {
        json!(self)
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "integer", "minimum": 1 })
    }
}

impl FromWritten for Duration {
    const FORM: &'static str = "a duration with its unit, such as \"90s\" or \"10 minutes\"";

    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, Wrong> {
        match value {
            toml::Value::String(text) => Self::from_text(text, origin),
            toml::Value::Integer(number) => {
                Err(mistyped::<Self>(value).remedy(format!("if seconds are meant, write \"{number}s\"")))
            }
            _ => Err(mistyped::<Self>(value)),
        }
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, Wrong> {
        match humantime::parse_duration(text) {
            Ok(Duration::ZERO) => {
                Err(Wrong::new("a deadline of zero can never be met").remedy("write a duration above zero"))
            }
            Ok(duration) => Ok(duration),
            Err(error @ humantime::DurationError::UnknownUnit { .. }) => {
                Err(unlike::<Self>(text).remedy(error.to_string()))
            }
            Err(_) => Err(unlike::<Self>(text)),
        }
    }

    fn to_json(&self) -> serde_json::Value {
        json!(humantime::format_duration(*self).to_string())
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": "[0-9]", "examples": ["90s", "10 minutes", "1h 30m"] })
    }
}

impl FromWritten for Speed {
    const FORM: &'static str = "a positive number or \"max\"";

    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, Wrong> {
        match value {
            toml::Value::String(text) => Self::from_text(text, origin),
            toml::Value::Integer(_) | toml::Value::Float(_) => {
                value.to_string().parse().map_err(|_| mistyped::<Self>(value))
            }
            _ => Err(mistyped::<Self>(value)),
        }
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, Wrong> {
        text.parse().map_err(|_| unlike::<Self>(text))
    }

    fn to_json(&self) -> serde_json::Value {
        json!(self.to_string())
    }

    fn schema() -> serde_json::Value {
        json!({ "type": ["number", "string"], "exclusiveMinimum": 0 })
    }
}

impl FromWritten for PathBuf {
    const FORM: &'static str = "a path in quotes";

    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, Wrong> {
        match value.as_str() {
            Some(text) => Self::from_text(text, origin),
            None => Err(mistyped::<Self>(value)),
        }
    }

    fn from_text(text: &str, origin: &Origin) -> Result<Self, Wrong> {
        let text = String::from_text(text, origin)?;
        let folder = match origin {
            Origin::File { path, .. } | Origin::WholeFile(path) => path.parent(),
            Origin::Environment(_) | Origin::CommandLine => None,
        };
        Ok(clean(&folder.unwrap_or(Path::new("")).join(text)))
    }

    fn to_json(&self) -> serde_json::Value {
        json!(self)
    }

    fn schema() -> serde_json::Value {
        String::schema()
    }
}

/// Takes `name/..` out of a path, so that messages name it as a person would.
fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        let named = matches!(clean.components().next_back(), Some(std::path::Component::Normal(_)));
        if part == std::path::Component::ParentDir && named {
            clean.pop();
        } else {
            clean.push(part);
        }
    }
    clean
}

impl FromWritten for Vec<String> {
    const FORM: &'static str = "a list of texts";

    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, Wrong> {
        match value {
            toml::Value::Array(items) => {
                let items: Result<Self, Wrong> = items.iter().map(|item| String::from_toml(item, origin)).collect();
                distinct(items?)
            }
            toml::Value::String(text) => Err(mistyped::<Self>(value).remedy(format!("write [\"{text}\"]"))),
            _ => Err(mistyped::<Self>(value)),
        }
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, Wrong> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        distinct(items.map(str::to_owned).collect())
    }

    fn to_json(&self) -> serde_json::Value {
        json!(self)
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "array", "items": String::schema(), "uniqueItems": true })
    }
}

fn distinct(items: Vec<String>) -> Result<Vec<String>, Wrong> {
    let twice = items
        .iter()
        .enumerate()
        .find(|(index, item)| items.iter().take(*index).any(|earlier| earlier == *item));
    match twice {
        Some((_, item)) => Err(Wrong::new(format!("\"{item}\" is there twice")).remedy("name it once")),
        None => Ok(items),
    }
}

impl<T: FromWritten> FromWritten for Option<T> {
    const FORM: &'static str = T::FORM;

    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, Wrong> {
        T::from_toml(value, origin).map(Some)
    }

    fn from_text(text: &str, origin: &Origin) -> Result<Self, Wrong> {
        T::from_text(text, origin).map(Some)
    }

    fn to_json(&self) -> serde_json::Value {
        self.as_ref().map_or(serde_json::Value::Null, T::to_json)
    }

    fn schema() -> serde_json::Value {
        T::schema()
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}
