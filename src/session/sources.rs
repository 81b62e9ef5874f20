//! The providers that a run migrates from.

use crate::{
    settings::{ProviderType, ProvidersFile, Settings},
    source::Platforms,
};

/// The providers that a run migrates from.
pub struct Sources {
    /// The providers file.
    pub file: ProvidersFile,
    /// Keys of the providers that the run logs in to at once.
    pub selected: Vec<String>,
    /// The platforms that are known.
    pub platforms: Platforms,
}

impl Sources {
    /// These providers of the file, of the platforms that this version knows.
    pub fn new(file: ProvidersFile, selected: Vec<String>) -> Self {
        Self {
            file,
            selected,
            platforms: Platforms::default(),
        }
    }
}

/// Keys of the providers that a run migrates from: those that the settings name, else all that this version can use.
pub fn selected(settings: &Settings, providers: &ProvidersFile) -> Vec<String> {
    if settings.run.providers.is_empty() {
        let known = Platforms::default();
        let usable = providers.iter().filter(|(_, entry)| known.know(entry));
        return usable.map(|(key, _)| key.to_owned()).collect();
    }
    settings.run.providers.clone()
}

/// The type of a provider, if this version cannot migrate from it.
pub fn not_yet(providers: &ProvidersFile, key: &str) -> Option<ProviderType> {
    let entry = providers.get(key).ok()?;
    (!Platforms::default().know(entry)).then(|| entry.platform())
}
