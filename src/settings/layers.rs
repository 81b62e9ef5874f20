//! Reads the layers and lays them over each other: defaults, profile, environment, command line.

use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use toml::{Spanned, de::DeTable};

use crate::nearest::nearest;

use super::{
    Error, KEYS, Origin, Settings,
    value::{Values, Written},
};

/// Variables with this prefix and a double underscore are settings: `MTV_BDD_TARGET__STORAGE_CLASS`.
const PREFIX: &str = "MTV_BDD_";

/// Compiled in, for a binary that is run far from the repository.
const BUILT_IN: &[(&str, &str)] = &[
    ("default", include_str!("../../config/default.toml")),
    ("lab", include_str!("../../config/lab.toml")),
    ("cluster", include_str!("../../config/cluster.toml")),
];

/// Which settings file is laid over the defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profile {
    /// The lab that the suite starts itself: `config/lab.toml`.
    Embedded,
    /// `config/<name>.toml`
    Named(String),
    /// Any settings file, such as the one that a running lab wrote.
    File(PathBuf),
}

impl Profile {
    /// What `--profile` says: a path when it looks like one, else a name.
    pub fn parse(text: &str) -> Self {
        if text.ends_with(".toml") || text.contains(['/', '\\']) {
            Self::File(PathBuf::from(text))
        } else {
            Self::Named(text.to_owned())
        }
    }
}

/// What settings are made of, weakest first.
#[derive(Debug, Clone)]
pub struct Layers {
    /// The folder that holds `config/`.
    pub root: PathBuf,
    /// The profile.
    pub profile: Profile,
    /// Environment variables; those that do not belong to the suite are passed by.
    pub environment: Vec<(String, String)>,
    /// `--set key=value`, and options that stand for a setting.
    pub command_line: Vec<(String, String)>,
}

/// Reads all layers and makes typed settings of them.
///
/// # Errors
///
/// The first mistake found, with its place.
pub fn load(layers: &Layers) -> Result<Settings, Error> {
    let mut values = Values::default();
    let config = layers.root.join("config");
    read_named(&config, "default", &mut values)?;
    match &layers.profile {
        Profile::Embedded => read_named(&config, "lab", &mut values)?,
        Profile::Named(name) => read_named(&config, name, &mut values)?,
        Profile::File(path) => read_text(path, &read(path)?, &mut values)?,
    }
    for (variable, text) in &layers.environment {
        let Some(key) = variable.strip_prefix(PREFIX).filter(|key| key.contains("__")) else {
            continue;
        };
        let key = key.to_lowercase().replacen("__", ".", 1);
        let origin = Origin::Environment(variable.clone());
        set(&mut values, &key, Written::Text(text.clone()), origin)?;
    }
    for (key, text) in &layers.command_line {
        set(&mut values, key, Written::Text(text.clone()), Origin::CommandLine)?;
    }
    Settings::assemble(values)
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}

/// A file of the `config` folder; where there is none, the one compiled in.
fn read_named(config: &Path, name: &str, values: &mut Values) -> Result<(), Error> {
    let path = config.join(format!("{name}.toml"));
    if path.exists() {
        return read_text(&path, &read(&path)?, values);
    }
    match BUILT_IN.iter().find(|(built_in, _)| *built_in == name) {
        Some((_, text)) => read_text(&path, text, values),
        None => Err(Error::NoSuchProfile {
            name: name.to_owned(),
            path,
        }),
    }
}

fn read_text(path: &Path, text: &str, values: &mut Values) -> Result<(), Error> {
    let at = |span: Range<usize>| {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Origin::File {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).map_or(0, |start| start.chars().count()) + 1,
        }
    };
    let syntax = |error: toml::de::Error| Error::Syntax {
        origin: at(error.span().unwrap_or_default()),
        message: error.message().to_owned(),
    };
    let spans = DeTable::parse(text).map_err(syntax)?;
    let table: toml::Table = toml::from_str(text).map_err(syntax)?;
    for (section, content) in spans.get_ref() {
        let name = section.get_ref().as_ref();
        let Some(fields) = content.get_ref().as_table() else {
            return Err(unknown(name, at(section.span())));
        };
        if !KEYS
            .iter()
            .any(|key| key.split_once('.').is_some_and(|(known, _)| known == name))
        {
            return Err(unknown(name, at(section.span())));
        }
        for field in fields.keys().map(Spanned::get_ref) {
            let Some((spanned, _)) = fields.get_key_value(field.as_ref()) else {
                continue;
            };
            let Some(value) = table.get(name).and_then(|section| section.get(field.as_ref())) else {
                continue;
            };
            set(
                values,
                &format!("{name}.{field}"),
                Written::Toml(value.clone()),
                at(spanned.span()),
            )?;
        }
    }
    Ok(())
}

fn set(values: &mut Values, key: &str, written: Written, origin: Origin) -> Result<(), Error> {
    if !KEYS.contains(&key) {
        return Err(unknown(key, origin));
    }
    values.set(key.to_owned(), written, origin);
    Ok(())
}

fn unknown(key: &str, origin: Origin) -> Error {
    let sections: Vec<&str> = KEYS.iter().filter_map(|key| key.split('.').next()).collect();
    let known = if key.contains('.') { KEYS } else { &sections };
    Error::UnknownKey {
        key: key.to_owned(),
        origin,
        nearest: nearest(key, known.iter().copied()).first().map(|key| (*key).to_owned()),
    }
}
