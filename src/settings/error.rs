//! What can be wrong with settings; always with the place and what to do.

use std::path::PathBuf;

use thiserror::Error;

use super::Origin;

/// A mistake in the settings. Nothing has been created when it is reported.
#[derive(Debug, Error)]
pub enum Error {
    /// A file could not be read.
    #[error("could not read the settings file {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// There is no such profile.
    #[error(
        "there is no profile \"{name}\" at {}; use lab, cluster or the path of a settings file",
        path.display()
    )]
    NoSuchProfile {
        /// Its name.
        name: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A file is not TOML.
    #[error("{origin}: {message}")]
    Syntax {
        /// Where.
        origin: Origin,
        /// What the parser says.
        message: String,
    },
    /// A key that no setting has.
    #[error("{origin}: unknown setting \"{key}\"{}", nearest_hint(.nearest.as_deref()))]
    UnknownKey {
        /// The key.
        key: String,
        /// Where.
        origin: Origin,
        /// The known key that looks most like it.
        nearest: Option<String>,
    },
    /// A value of the wrong type or form.
    #[error("{origin}: {key}: {message}")]
    Value {
        /// The key.
        key: &'static str,
        /// Where.
        origin: Origin,
        /// What is wrong with it.
        message: String,
    },
    /// A key without a value.
    #[error("the setting \"{key}\" has no value in any layer; set it in the profile or with --set {key}=VALUE")]
    Missing {
        /// The key.
        key: &'static str,
    },
}

fn nearest_hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || "; config/default.toml lists all settings".to_owned(),
        |key| format!("; did you mean \"{key}\"?"),
    )
}

/// `string` → `a string`
pub(super) fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}
