//! Opens the connection to the platform of an entry of the providers file.

use std::sync::Arc;

use super::{Error, SourcePlatform};
use crate::settings::ProviderEntry;

/// Connects and logs in. `key` names the provider in messages.
pub async fn connect(entry: &ProviderEntry, key: &str) -> Result<Arc<dyn SourcePlatform>, Error> {
    Err(Error::Unsupported {
        platform: format!("{key} ({})", entry.api_url()),
        action: format!(
            "be migrated from: this version does not know the type {}",
            entry.platform()
        ),
    })
}
