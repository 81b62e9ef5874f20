//! The platforms that the suite can migrate from, and the descriptor of each provider of a providers file.

use std::sync::Arc;

use super::{Access, Descriptor, Error, SourcePlatform, vsphere};
use crate::settings::ProviderEntry;

/// The platforms that this version knows.
static KNOWN: [&dyn Descriptor; 1] = [&vsphere::DESCRIPTOR];

/// A choice of platforms.
#[derive(Debug, Clone, Copy)]
pub struct Platforms(&'static [&'static dyn Descriptor]);

impl Default for Platforms {
    fn default() -> Self {
        Self(&KNOWN)
    }
}

impl Platforms {
    /// These platforms instead of those that this version knows.
    pub const fn only(platforms: &'static [&'static dyn Descriptor]) -> Self {
        Self(platforms)
    }

    /// Types of providers that can be used.
    pub fn types(self) -> Vec<String> {
        self.0.iter().map(|known| known.provider_type().to_string()).collect()
    }

    /// Whether a provider can be used.
    pub fn know(self, entry: &ProviderEntry) -> bool {
        self.0.iter().any(|known| known.provider_type() == entry.platform())
    }

    /// The tag by which scenarios choose a provider; that of its type where it cannot be used.
    pub fn tag(self, entry: &ProviderEntry) -> &'static str {
        match self.access(entry) {
            Some(access) => access.tag(),
            None => entry.platform().as_str(),
        }
    }

    /// Access to a provider; `None` where its platform is not known.
    pub fn access(self, entry: &ProviderEntry) -> Option<Box<dyn Access>> {
        self.0.iter().find_map(|known| known.access(entry))
    }

    /// Connects to a provider and logs in. `key` names it in messages.
    ///
    /// # Errors
    /// The platform is not known, does not answer or refuses the log-in.
    pub async fn connect(self, entry: &ProviderEntry, key: &str) -> Result<Arc<dyn SourcePlatform>, Error> {
        match self.access(entry) {
            Some(access) => access.connect(key).await,
            None => Err(Error::Unsupported {
                platform: format!("{key} ({})", entry.api_url()),
                action: format!("be used: this version does not know the platform {}", entry.platform()),
            }),
        }
    }
}
