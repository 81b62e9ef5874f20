//! One value of a setting: where it stands and how it becomes typed.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Error, Speed, error};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A position in a file.
    File {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// An environment variable.
    Environment(String),
    /// `--set` or an option of its own.
    CommandLine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Environment(variable) => write!(f, "environment variable {variable}"),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}

/// What was written: a value of a TOML file, or the text of a variable or an option.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Written {
    Toml(toml::Value),
    Text(String),
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

    /// The typed value of `key`.
    pub(super) fn take<T: FromWritten>(&mut self, key: &'static str) -> Result<T, Error> {
        let Some((written, origin)) = self.values.remove(key) else {
            return T::absent().ok_or(Error::Missing { key });
        };
        let value = T::from_written(&written, &origin).map_err(|message| Error::Value {
            key,
            origin: origin.clone(),
            message,
        })?;
        self.taken.insert(key.to_owned(), origin);
        Ok(value)
    }

    pub(super) fn origins(self) -> BTreeMap<String, Origin> {
        self.taken
    }
}

/// A type that a setting can have.
pub(super) trait FromWritten: Sized {
    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, String>;

    fn from_text(text: &str, origin: &Origin) -> Result<Self, String>;

    /// The value of a key that no layer has.
    fn absent() -> Option<Self> {
        None
    }

    fn from_written(written: &Written, origin: &Origin) -> Result<Self, String> {
        match written {
            Written::Toml(value) => Self::from_toml(value, origin),
            Written::Text(text) => Self::from_text(text, origin),
        }
    }
}

fn expected(what: &str, value: &toml::Value) -> String {
    format!("expected {what}, found {} {value}", error::article(value.type_str()))
}

impl FromWritten for String {
    fn from_toml(value: &toml::Value, _: &Origin) -> Result<Self, String> {
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| expected("text in quotes", value))
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl FromWritten for bool {
    fn from_toml(value: &toml::Value, _: &Origin) -> Result<Self, String> {
        value.as_bool().ok_or_else(|| expected("true or false", value))
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(format!("expected true or false, found \"{text}\"")),
        }
    }
}

impl FromWritten for usize {
    fn from_toml(value: &toml::Value, _: &Origin) -> Result<Self, String> {
        value
            .as_integer()
            .and_then(|number| Self::try_from(number).ok())
            .ok_or_else(|| expected("a whole number that is not negative", value))
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, String> {
        text.parse()
            .map_err(|_| format!("expected a whole number that is not negative, found \"{text}\""))
    }
}

impl FromWritten for Duration {
    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, String> {
        match value.as_str() {
            Some(text) => Self::from_text(text, origin),
            None => Err(expected(
                "a duration with its unit, such as \"90s\" or \"10 minutes\"",
                value,
            )),
        }
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, String> {
        humantime::parse_duration(text)
            .map_err(|error| format!("\"{text}\" is not a duration such as \"90s\" or \"10 minutes\": {error}"))
    }
}

impl FromWritten for Speed {
    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, String> {
        match value {
            toml::Value::String(text) => Self::from_text(text, origin),
            toml::Value::Integer(number) => Self::from_text(&number.to_string(), origin),
            toml::Value::Float(number) => Self::from_text(&number.to_string(), origin),
            _ => Err(expected("a positive number or \"max\"", value)),
        }
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, String> {
        text.parse()
    }
}

impl FromWritten for PathBuf {
    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, String> {
        Self::from_text(&String::from_toml(value, origin)?, origin)
    }

    fn from_text(text: &str, origin: &Origin) -> Result<Self, String> {
        if text.is_empty() {
            return Err("a path cannot be empty".to_owned());
        }
        let folder = match origin {
            Origin::File { path, .. } => path.parent(),
            Origin::Environment(_) | Origin::CommandLine => None,
        };
        Ok(clean(&folder.unwrap_or(Path::new("")).join(text)))
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
    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, String> {
        match value.as_array() {
            Some(items) => items.iter().map(|item| String::from_toml(item, origin)).collect(),
            None => Err(expected("a list of texts", value)),
        }
    }

    fn from_text(text: &str, _: &Origin) -> Result<Self, String> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        Ok(items.map(str::to_owned).collect())
    }
}

impl<T: FromWritten> FromWritten for Option<T> {
    fn from_toml(value: &toml::Value, origin: &Origin) -> Result<Self, String> {
        T::from_toml(value, origin).map(Some)
    }

    fn from_text(text: &str, origin: &Origin) -> Result<Self, String> {
        T::from_text(text, origin).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}
