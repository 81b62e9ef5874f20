//! Settings and providers as they are shown: every value with where it came from, secrets only by where they are kept.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::{KEYS, Layers, Mistake, Origin, Profile, ProvidersFile, Settings, layers, origin::shown};

/// What the embedded lab writes into its own settings file when it starts.
const WRITTEN_BY_LAB: &[&str] = &[
    "target.kubeconfig",
    "target.inventory_url",
    "target.storage_class",
    "target.mtv_namespace",
    "target.providers_file",
];

/// A setting.
#[derive(Debug, Clone, Serialize)]
pub struct ShownSetting {
    /// Such as `target.storage_class`.
    pub key: &'static str,
    /// Its value; `null` when it has none, or none yet.
    pub value: Value,
    /// Origin of the value.
    pub origin: ShownOrigin,
}

/// Origin of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum ShownOrigin {
    /// Nothing sets it.
    Nowhere,
    /// The defaults.
    Default,
    /// A settings file.
    File {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// An environment variable.
    Environment {
        /// Its name.
        variable: String,
    },
    /// `--set` or an option of its own.
    CommandLine,
    /// The lab, as soon as it is started.
    Lab,
}

impl std::fmt::Display for ShownOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nowhere => f.write_str("not set"),
            Self::Default => f.write_str("default"),
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", shown(path).display()),
            Self::Environment { variable } => write!(f, "environment variable {variable}"),
            Self::CommandLine => f.write_str("command line"),
            Self::Lab => f.write_str("set by the lab when it starts"),
        }
    }
}

/// All settings, in the order of the table.
pub fn settings(settings: &Settings, layers: &Layers) -> Vec<ShownSetting> {
    let defaults = layers.root.join("config").join("default.toml");
    let show = |(key, value): (&&'static str, Value)| {
        let origin = match settings.origins.get(*key) {
            None => ShownOrigin::Nowhere,
            Some(Origin::File { path, .. } | Origin::WholeFile(path)) if *path == defaults => ShownOrigin::Default,
            Some(Origin::File { path, line, column }) => ShownOrigin::File {
                path: path.clone(),
                line: *line,
                column: *column,
            },
            Some(Origin::WholeFile(path)) => ShownOrigin::File {
                path: path.clone(),
                line: 1,
                column: 1,
            },
            Some(Origin::Environment(variable)) => ShownOrigin::Environment {
                variable: variable.clone(),
            },
            Some(Origin::CommandLine) => ShownOrigin::CommandLine,
        };
        let stated = matches!(origin, ShownOrigin::Environment { .. } | ShownOrigin::CommandLine);
        if layers.profile == Profile::Embedded && WRITTEN_BY_LAB.contains(key) && !stated {
            let (value, origin) = (Value::Null, ShownOrigin::Lab);
            return ShownSetting { key, value, origin };
        }
        ShownSetting { key, value, origin }
    };
    KEYS.iter().zip(settings.values()).map(show).collect()
}

/// A path as a person would type it: below the working directory without the way there. Other texts stay.
pub fn short(path: &str) -> String {
    shown(Path::new(path)).display().to_string()
}

/// The keys that a person names: one key, or a section.
///
/// # Errors
///
/// No setting and no section has this name.
pub fn keys(name: &str) -> Result<Vec<&'static str>, Mistake> {
    let inside = |key: &&&'static str| **key == name || key.split_once('.').is_some_and(|(section, _)| section == name);
    let found: Vec<&'static str> = KEYS.iter().filter(inside).copied().collect();
    if found.is_empty() {
        Err(layers::unknown(name, "", Origin::CommandLine))
    } else {
        Ok(found)
    }
}

/// An entry of the providers file.
#[derive(Debug, Clone, Serialize)]
pub struct ShownProvider {
    /// Its key.
    pub key: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Version, as written.
    pub version: String,
    /// Address of its API, or of the share.
    pub address: String,
    /// Who logs in.
    pub user: String,
    /// Secrets that it has.
    pub secrets: Vec<ShownSecret>,
}

/// A secret, without its value.
#[derive(Debug, Clone, Serialize)]
pub struct ShownSecret {
    /// Key of the entry.
    pub key: String,
    /// Where it is kept.
    pub kept: String,
}

/// All entries of a providers file.
pub fn providers(providers: &ProvidersFile) -> Vec<ShownProvider> {
    let show = |(key, entry): (&str, &super::ProviderEntry)| ShownProvider {
        key: key.to_owned(),
        kind: entry.platform().as_str(),
        version: entry.version().to_owned(),
        address: entry.api_url().to_owned(),
        user: entry.username().to_owned(),
        secrets: entry
            .secrets()
            .into_iter()
            .map(|(key, secret)| ShownSecret {
                key,
                kept: secret.reference().to_string(),
            })
            .collect(),
    };
    providers.iter().map(show).collect()
}
