//! Reads the layers and lays them over each other: defaults, profile, environment, command line.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::nearest::{did_you_mean, nearest};

use super::{
    KEYS, Mistake, Mistakes, Origin, ProvidersFile, Settings, conflicts,
    mistake::alternatives,
    origin::{PREFIX, text_of},
    successors,
    value::{Values, Written},
};

/// Names the providers file where the profile does not; the pytest suite reads it too.
const PROVIDERS_VARIABLE: &str = "PROVIDERS_JSON_PATH";

/// The setting that it stands for.
const PROVIDERS_KEY: &str = "target.providers_file";

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
    /// The same lab once it has started: what it wrote is laid over `config/lab.toml`.
    Started(PathBuf),
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

/// Layers of settings, weakest first.
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

/// The defaults alone, as they are compiled in.
///
/// # Errors
///
/// None, as long as the defaults of the project are right.
pub fn defaults() -> Result<Settings, Mistakes> {
    let mut reading = Reading::default();
    reading.named(Path::new("config"), "default");
    let settings = Settings::assemble(reading.values, &mut reading.mistakes);
    Mistakes::unless(settings, reading.mistakes)
}

/// Reads all layers and makes typed settings of them.
///
/// # Errors
///
/// All mistakes, each with its place.
pub fn load(layers: &Layers) -> Result<Settings, Mistakes> {
    let (settings, _, mistakes) = Reading::default().all(layers);
    Mistakes::unless(settings, mistakes)
}

/// Reads all layers, and the providers file that they name.
///
/// # Errors
///
/// All mistakes of both, each with its place.
pub fn load_with_providers(layers: &Layers) -> Result<(Settings, ProvidersFile), Mistakes> {
    let (settings, path, mut mistakes) = Reading::default().all(layers);
    let mut providers = None;
    // A wrong path is a mistake already.
    if let Some(path) = path {
        match ProvidersFile::read(&path, &layers.environment) {
            Ok(file) => providers = Some(file),
            Err(Mistakes(found)) => mistakes.extend(found),
        }
    }
    if let (Some(settings), Some(providers)) = (&settings, &providers) {
        mistakes.extend(unknown_providers(settings, providers));
    }
    Mistakes::unless(settings.zip(providers), mistakes)
}

/// Keys of `run.providers` that the providers file does not have.
fn unknown_providers(settings: &Settings, providers: &ProvidersFile) -> Vec<Mistake> {
    let origin = settings.origins.get("run.providers").unwrap_or(&Origin::CommandLine);
    let unknown = settings.run.providers.iter().filter(|key| providers.get(key).is_err());
    let mistake = |key: &String| {
        let known: Vec<&str> = providers.iter().map(|(key, _)| key).collect();
        let near = did_you_mean(key, known.iter().copied());
        let remedy = near.unwrap_or_else(|| format!("it has {}", alternatives(known)));
        let what = format!("run.providers: the providers file has no \"{key}\"");
        Mistake::new(origin.clone(), what).remedy(remedy)
    };
    unknown.map(mistake).collect()
}

/// Values that TOML can parse.
const VALUES: &str = "write KEY = VALUE, and the value as \"text\" in quotes, a number, true, false or a [\"list\"]";

#[derive(Default)]
struct Reading {
    values: Values,
    mistakes: Vec<Mistake>,
}

impl Reading {
    /// The settings, the path of the providers file, and all mistakes.
    fn all(mut self, layers: &Layers) -> (Option<Settings>, Option<PathBuf>, Vec<Mistake>) {
        let config = layers.root.join("config");
        self.named(&config, "default");
        let variable = layers.environment.iter().find(|(name, _)| name == PROVIDERS_VARIABLE);
        if let Some((name, path)) = variable {
            self.set(
                PROVIDERS_KEY,
                Written::Text(path.clone()),
                Origin::Environment(name.clone()),
            );
        }
        let has_profile = match &layers.profile {
            Profile::Embedded => self.named(&config, "lab"),
            Profile::Named(name) => self.named(&config, name),
            Profile::File(path) => self.file(path),
            Profile::Started(path) => self.named(&config, "lab") && self.file(path),
        };
        for (variable, text) in &layers.environment {
            let Some(name) = variable.strip_prefix(PREFIX) else {
                continue;
            };
            if let Some(key) = KEYS.iter().find(|key| key.replace('.', "_").to_uppercase() == name) {
                let meant = format!("{PREFIX}{}", key.replace('.', "__").to_uppercase());
                let mistake = Mistake::new(Origin::Environment(variable.clone()), "this variable is not read");
                self.mistakes
                    .push(mistake.remedy(format!("did you mean {meant}, with two underscores?")));
            } else if name.contains("__") {
                let key = name.to_lowercase().replacen("__", ".", 1);
                self.set(&key, Written::Text(text.clone()), Origin::Environment(variable.clone()));
            }
        }
        for (key, text) in &layers.command_line {
            self.set(key, Written::Text(text.clone()), Origin::CommandLine);
        }
        // A profile that cannot be read as a whole may have named another providers file than the default one.
        let is_named = variable.is_some() || layers.command_line.iter().any(|(key, _)| key == PROVIDERS_KEY);
        let providers_file = self.values.peek(PROVIDERS_KEY).filter(|_| has_profile || is_named);
        let settings = Settings::assemble(self.values, &mut self.mistakes);
        if let Some(settings) = &settings {
            self.mistakes.extend(conflicts::impossible(settings));
            if !settings.target.simulated {
                self.mistakes.extend(successors::variables(&layers.environment));
            }
        }
        (settings, providers_file, self.mistakes)
    }

    /// Whether the file could be read as a whole.
    fn file(&mut self, path: &Path) -> bool {
        match text_of(path, "settings file") {
            Ok(text) => self.text(path, &text),
            Err(mistake) => {
                self.mistakes.push(match lab_of(path) {
                    Some(folder) if !path.exists() => mistake.remedy(format!(
                        "if it is a lab's, the lab has ended: start it with `mtv-bdd lab --folder {}`",
                        folder.display()
                    )),
                    Some(_) | None => mistake,
                });
                false
            }
        }
    }

    /// A file of the `config` folder; where there is none, the one compiled in. Whether it could be read as a whole.
    fn named(&mut self, config: &Path, name: &str) -> bool {
        let path = config.join(format!("{name}.toml"));
        if path.exists() {
            return self.file(&path);
        }
        match BUILT_IN.iter().find(|(built_in, _)| *built_in == name) {
            Some((_, text)) => self.text(&path, text),
            None => {
                self.mistakes.push(no_profile(config, name));
                false
            }
        }
    }

    /// Whether all of it is TOML.
    fn text(&mut self, path: &Path, text: &str) -> bool {
        let at = |span: std::ops::Range<usize>| Origin::at(path, text, span.start);
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut broken = Vec::new();
        let mut is_toml = true;
        for error in errors {
            let span = error.span().unwrap_or_default();
            let name = text.get(span.clone()).unwrap_or_default();
            let origin = at(span);
            broken.push(line(&origin));
            self.mistakes.push(match error.message() {
                "duplicate key" => {
                    Mistake::new(origin, format!("\"{name}\" is there twice")).remedy("remove one of the two")
                }
                message => {
                    is_toml = false;
                    Mistake::new(origin, message).remedy(VALUES)
                }
            });
        }
        // What is left of a line that is not TOML would only repeat its mistake.
        let whole = |origin: &Origin| !broken.contains(&line(origin));
        for (section, content) in table.into_inner() {
            let origin = at(section.span());
            let name = section.into_inner();
            let known = is_section(&name);
            match content.into_inner() {
                DeValue::Table(fields) if known => {
                    for (field, value) in fields {
                        let origin = at(field.span());
                        if whole(&origin) {
                            self.toml(&format!("{name}.{}", field.into_inner()), value, origin);
                        }
                    }
                }
                _ if !whole(&origin) => {}
                DeValue::Table(_) => self.mistakes.push(unknown(&name, "", origin)),
                _ if known => self.mistakes.push(
                    Mistake::new(origin, format!("\"{name}\" is a section, not a setting"))
                        .remedy(format!("write [{name}] and its settings below")),
                ),
                value => {
                    let value = Spanned::new(0..0, value);
                    self.toml(&name, value, origin);
                }
            }
        }
        is_toml
    }

    fn toml(&mut self, key: &str, value: Spanned<DeValue<'_>>, origin: Origin) {
        match toml::Value::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => self.set(key, Written::Toml(value), origin),
            Err(error) => self
                .mistakes
                .push(Mistake::new(origin, format!("{key}: {}", error.message()))),
        }
    }

    fn set(&mut self, key: &str, written: Written, origin: Origin) {
        if KEYS.contains(&key) {
            self.values.set(key.to_owned(), written, origin);
        } else {
            self.mistakes.push(unknown(key, &written.text(), origin));
        }
    }
}

/// The folder of the lab that may have written this settings file.
fn lab_of(settings: &Path) -> Option<&Path> {
    let is_a_labs = settings.file_name().is_some_and(|name| name == "settings.toml");
    settings
        .parent()
        .filter(|folder| is_a_labs && !folder.as_os_str().is_empty())
}

fn line(origin: &Origin) -> usize {
    match origin {
        Origin::File { line, .. } => *line,
        Origin::WholeFile(_) | Origin::Environment(_) | Origin::CommandLine => 0,
    }
}

fn is_section(name: &str) -> bool {
    KEYS.iter()
        .any(|key| key.split_once('.').is_some_and(|(section, _)| section == name))
}

/// A key that no setting has, with the name that it was probably meant to be.
pub(super) fn unknown(key: &str, value: &str, origin: Origin) -> Mistake {
    let what = format!("unknown setting \"{key}\"");
    let sections = || KEYS.iter().filter_map(|key| key.split('.').next());
    let field = key.rsplit('.').next().unwrap_or(key);
    let elsewhere = KEYS
        .iter()
        .find(|known| known.split_once('.').is_some_and(|(_, known)| known == field));
    let near = if key.contains('.') {
        nearest(key, KEYS.iter().copied())
    } else {
        nearest(key, sections().chain(KEYS.iter().copied()))
    };
    let remedy = match (successors::of(key), elsewhere.or(near.first())) {
        (Some(successor), _) => successor.remedy(value, &origin),
        (None, Some(near)) => format!("did you mean \"{}\"?", origin.spelling(near)),
        (None, None) => "config/default.toml lists all settings".to_owned(),
    };
    Mistake::new(origin, what).remedy(remedy)
}

fn no_profile(config: &Path, name: &str) -> Mistake {
    let files = std::fs::read_dir(config).into_iter().flatten().flatten();
    let stems = files.filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".toml")?.to_owned()));
    let built_in = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
    let known: std::collections::BTreeSet<String> = stems.chain(built_in).filter(|name| name != "default").collect();
    let known = alternatives(known.iter().map(String::as_str));
    Mistake::new(Origin::CommandLine, format!("there is no profile \"{name}\"")).remedy(format!(
        "there are {known}; or give the path of a settings file, which ends in .toml"
    ))
}
