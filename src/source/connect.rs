//! Opens the connection to the platform of an entry of the providers file.

use std::sync::Arc;

use super::{
    Error, SourcePlatform,
    vsphere::{Options, Vsphere},
};
use crate::settings::ProviderEntry;

/// Connects and logs in. `key` names the provider in messages.
pub async fn connect(entry: &ProviderEntry, key: &str) -> Result<Arc<dyn SourcePlatform>, Error> {
    match entry {
        ProviderEntry::Vsphere(entry) => {
            let options = Options {
                key: key.to_owned(),
                url: entry.api_url.clone(),
                user: entry.username.clone(),
                password: entry.password.value()?.clone(),
                // Source platforms of test labs sign their certificates themselves, and the providers file names no
                // authority. What Forklift trusts is a matter of its own: the Secret of the Provider.
                trust: vim25::Trust::Insecure,
            };
            Ok(Arc::new(Vsphere::connect(options).await?))
        }
        other => Err(Error::Unsupported {
            platform: format!("{key} ({})", other.api_url()),
            action: format!("be used: this version does not know the platform {}", other.platform()),
        }),
    }
}
