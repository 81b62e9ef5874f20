//! Reads a providers file: types of the entries first, because they decide what an entry must look like.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use thiserror::Error as ThisError;

use super::{
    super::{
        Mistake, Mistakes, Origin,
        mistake::Wrong,
        origin::{shown, text_of},
    },
    entries::ProviderEntry,
    field::Reader,
    overrides,
    rules::{self, JudgedEntry},
    secret::{Reference, Secret},
    tree::{self, Field, Node, Value},
    words::ProviderType,
};

/// Editors find the schema of the file by this key.
const SCHEMA: &str = "$schema";

/// The key that says what an entry is.
const TYPE: &str = "type";

/// What a providers file that is right in itself cannot give.
#[derive(Debug, ThisError)]
pub enum Error {
    /// It has no entry of that key.
    #[error("{} has no provider \"{key}\"; it has {}", shown(path).display(), list(known))]
    NoSuchProvider {
        /// The file.
        path: PathBuf,
        /// The key that was looked for.
        key: String,
        /// Keys that there are.
        known: Vec<String>,
    },
    /// A secret that the cluster keeps was asked for before it was read.
    #[error("the {0}, which the providers file names, has not been read")]
    Unread(Reference),
}

fn list(keys: &[String]) -> String {
    match keys {
        [] => "none".to_owned(),
        keys => format!("\"{}\"", keys.join("\", \"")),
    }
}

/// All providers of a file.
#[derive(Debug, Clone, Default)]
pub struct ProvidersFile {
    path: PathBuf,
    entries: BTreeMap<String, ProviderEntry>,
    placeholders: BTreeMap<String, Vec<Mistake>>,
}

impl ProvidersFile {
    /// Reads a file. Secrets that it keeps in the environment, and `COPYOFFLOAD_` variables, come from `environment`.
    ///
    /// # Errors
    ///
    /// All mistakes, each with its place.
    pub fn read(path: &Path, environment: &[(String, String)]) -> Result<Self, Mistakes> {
        let text = text_of(path, "providers file").map_err(|mistake| {
            Mistakes(vec![match mistake.origin {
                Origin::WholeFile(_) => {
                    mistake.remedy("copy providers.json.example there, or name another one with --providers PATH")
                }
                _ => mistake,
            }])
        })?;
        Self::parse(path, &text, environment)
    }

    /// Parses the content of the file at `path`.
    ///
    /// # Errors
    ///
    /// All mistakes, each with its place.
    pub fn parse(path: &Path, text: &str, environment: &[(String, String)]) -> Result<Self, Mistakes> {
        let mut reader = Reader {
            folder: path.parent().unwrap_or(Path::new("")),
            environment,
            mistakes: Vec::new(),
        };
        let fields = tree::parse(path, text, &mut reader.mistakes).and_then(|file| match file.value {
            Value::Object(fields) => Some(fields),
            Value::Null | Value::Scalar(_) | Value::List(_) => {
                let wrong = file.is_not("an object of providers, by key");
                let mistake = Mistake::new(file.origin, wrong.what);
                reader
                    .mistakes
                    .push(mistake.remedy("providers.json.example shows what belongs here"));
                None
            }
        });
        let read = fields.map(|fields| entries(fields, &mut reader));
        Mistakes::unless(read, reader.mistakes).map(|(entries, placeholders)| Self {
            path: path.to_owned(),
            entries,
            placeholders,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The entry of that key.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn get(&self, key: &str) -> Result<&ProviderEntry, Error> {
        self.entries.get(key).ok_or_else(|| Error::NoSuchProvider {
            path: self.path.clone(),
            key: key.to_owned(),
            known: self.entries.keys().cloned().collect(),
        })
    }

    /// All entries, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ProviderEntry)> {
        self.entries.iter().map(|(key, entry)| (key.as_str(), entry))
    }

    /// Values of these entries that are still those of the example. They matter only where an entry is used.
    pub fn placeholders(&self, keys: &[String]) -> Vec<Mistake> {
        let of_keys = keys.iter().filter_map(|key| self.placeholders.get(key));
        of_keys.flatten().cloned().collect()
    }

    /// Everything in the file that must not be printed.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        let secrets = self.entries.values().flat_map(ProviderEntry::secrets);
        secrets.filter_map(|(_, secret)| secret.value().ok())
    }

    /// The secrets of these entries that the cluster keeps and that have not been read from there, each with its
    /// place: `vc: password`. An entry that clones for one of them counts as well.
    pub fn unread(&mut self, keys: &[String]) -> Vec<(String, &mut Secret)> {
        let helpers: Vec<String> = keys
            .iter()
            .filter_map(|key| match self.entries.get(key)? {
                ProviderEntry::Vsphere(vsphere) => vsphere.clone_provider.clone(),
                _ => None,
            })
            .collect();
        let selected = self
            .entries
            .iter_mut()
            .filter(|(key, _)| keys.contains(key) || helpers.contains(key));
        let secrets = selected.flat_map(|(key, entry)| {
            let secrets = entry.secrets_mut().into_iter();
            secrets.map(move |(name, secret)| (format!("{key}: {name}"), secret))
        });
        secrets.filter(|(_, secret)| secret.unread().is_some()).collect()
    }
}

/// The entries that are right, and the values that were left as the example has them. What is wrong is noted.
fn entries(
    fields: Vec<Field>,
    reader: &mut Reader<'_>,
) -> (BTreeMap<String, ProviderEntry>, BTreeMap<String, Vec<Mistake>>) {
    let mut typed: Vec<(String, ProviderType, Node)> = Vec::new();
    let mut offloads = false;
    for Field { key, origin, mut node } in fields.into_iter().filter(|field| field.key != SCHEMA) {
        offloads |= node.get("copyoffload").is_some();
        if let Some(kind) = kind(&key, &origin, &node, reader) {
            if let Value::Object(fields) = &mut node.value {
                fields.retain(|field| field.key != TYPE);
            }
            overrides::lay_over(&mut node, reader);
            typed.push((key, kind, node));
        }
    }
    if offloads {
        reader.mistakes.extend(overrides::unknown(reader.environment));
    }
    let (mut entries, mut placeholders) = (BTreeMap::new(), BTreeMap::new());
    for (key, kind, node) in &typed {
        if let Some(entry) = ProviderEntry::read(*kind, node, key, reader) {
            entries.insert(key.clone(), entry);
        }
        placeholders.insert(key.clone(), rules::placeholders(key, node));
        reader.mistakes.extend(rules::check(&JudgedEntry {
            key,
            kind: *kind,
            node,
            entries: &typed,
        }));
    }
    (entries, placeholders)
}

fn kind(key: &str, origin: &Origin, node: &Node, reader: &mut Reader<'_>) -> Option<ProviderType> {
    let Value::Object(_) = node.value else {
        reader.wrong(key, origin, node.is_not("a provider: an object in braces"));
        return None;
    };
    let subject = format!("{key}: {TYPE}");
    match node.get(TYPE) {
        Some(field) => ProviderType::from_node(&field.node, &subject, reader),
        None => {
            let wrong = Wrong::new("the key is missing").remedy(format!("write what it is: {}", ProviderType::names()));
            reader.wrong(&subject, origin, wrong);
            None
        }
    }
}
