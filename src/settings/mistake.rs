//! Mistakes in settings or a providers file: place, problem, correction.

use std::fmt;

use thiserror::Error;

use super::Origin;

/// One mistake. Nothing has been created when it is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub origin: Origin,
    /// Problem.
    pub what: String,
    /// Correction.
    pub remedy: Option<String>,
}

impl Mistake {
    /// A mistake without a remedy.
    pub fn new(origin: Origin, what: impl Into<String>) -> Self {
        Self {
            origin,
            what: what.into(),
            remedy: None,
        }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.what)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n    {remedy}"),
            None => Ok(()),
        }
    }
}

/// All mistakes of the settings and the providers file, at least one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", lines(.0))]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistakes {
    /// `value`, if there are no mistakes.
    pub(super) fn unless<T>(value: Option<T>, mut mistakes: Vec<Mistake>) -> Result<T, Self> {
        match value {
            Some(value) if mistakes.is_empty() => Ok(value),
            _ => {
                mistakes.sort_by(|a, b| a.origin.position().cmp(&b.origin.position()));
                Err(Self(mistakes))
            }
        }
    }
}

fn lines(mistakes: &[Mistake]) -> String {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// A problem with a value, before its place is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) what: String,
    pub(super) remedy: Option<String>,
}

impl Wrong {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            remedy: None,
        }
    }

    pub(super) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The mistake of the value of `key` that stands there.
    pub(super) fn of(self, key: &str, origin: Origin) -> Mistake {
        Mistake {
            origin,
            what: format!("{key}: {}", self.what),
            remedy: self.remedy,
        }
    }
}

/// `string` → `a string`
pub(super) fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// `"a", "b" or "c"`
pub(super) fn alternatives<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut quoted: Vec<String> = names.into_iter().map(|name| format!("\"{name}\"")).collect();
    match (quoted.pop(), quoted.is_empty()) {
        (Some(last), false) => format!("{} or {last}", quoted.join(", ")),
        (Some(only), true) => only,
        (None, _) => "none".to_owned(),
    }
}
