//! Origin of a value: a file, an environment variable, the command line.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::Mistake;

/// Variables with this prefix and a double underscore are settings: `MTV_BDD_TARGET__STORAGE_CLASS`.
pub(super) const PREFIX: &str = "MTV_BDD_";

/// Origin of a value.
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
    /// A file as a whole.
    WholeFile(PathBuf),
    /// An environment variable.
    Environment(String),
    /// `--set` or an option of its own.
    CommandLine,
}

impl Origin {
    /// The position of a byte in the text of a file.
    pub(super) fn at(path: &Path, text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self::File {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).map_or(0, |start| start.chars().count()) + 1,
        }
    }

    /// Files first, in the order of their lines.
    pub(super) fn position(&self) -> (u8, &Path, usize, usize) {
        match self {
            Self::WholeFile(path) => (0, path, 0, 0),
            Self::File { path, line, column } => (0, path, *line, *column),
            Self::Environment(variable) => (1, Path::new(variable), 0, 0),
            Self::CommandLine => (2, Path::new(""), 0, 0),
        }
    }

    /// How a setting is called there.
    pub(super) fn spelling(&self, key: &str) -> String {
        match self {
            Self::Environment(_) => variable(key),
            Self::File { .. } | Self::WholeFile(_) | Self::CommandLine => key.to_owned(),
        }
    }

    /// How a setting is given a value there.
    pub(super) fn assignment(&self, key: &str, value: &str) -> String {
        match self {
            Self::Environment(_) => format!("{}='{value}'", variable(key)),
            Self::CommandLine => format!("--set '{key}={value}'"),
            Self::File { .. } | Self::WholeFile(_) => match key.split_once('.') {
                Some((section, field)) => format!("{field} = {} below [{section}]", quoted(value)),
                None => format!("{key} = {}", quoted(value)),
            },
        }
    }
}

/// The text of a file, or what is wrong with it.
pub(super) fn text_of(path: &Path, what: &str) -> Result<String, Mistake> {
    let bytes = std::fs::read(path).map_err(|error| {
        let what = format!("could not read the {what}: {error}");
        Mistake::new(Origin::WholeFile(path.to_owned()), what)
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        Mistake::new(Origin::at(path, &text, good), "from here on the file is not UTF-8").remedy("save it as UTF-8")
    })
}

/// As TOML writes it.
fn quoted(value: &str) -> String {
    match value.parse::<bool>() {
        Ok(value) => value.to_string(),
        Err(_) => format!("\"{value}\""),
    }
}

/// The environment variable of a setting.
pub fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replacen('.', "__", 1).to_uppercase())
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", shown(path).display()),
            Self::WholeFile(path) => write!(f, "{}", shown(path).display()),
            Self::Environment(variable) => write!(f, "environment variable {variable}"),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}

/// A path as a person would type it: below the working directory without the way there.
pub(super) fn shown(path: &Path) -> &Path {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here)
        .ok()
        .filter(|path| !path.as_os_str().is_empty())
        .unwrap_or(path)
}
