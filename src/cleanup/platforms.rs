//! How cleanup reaches the source platforms.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use tokio::sync::Mutex;

use crate::{
    settings::ProvidersFile,
    source::{self, SourcePlatform},
};

/// Opens source platforms by the key of their provider.
#[async_trait]
pub trait Platforms: Send + Sync {
    /// The platform, connected.
    async fn platform(
        &self,
        provider: &str,
    ) -> Result<Arc<dyn SourcePlatform>, Box<dyn std::error::Error + Send + Sync>>;
}

/// Connections to the platforms of a providers file, made when they are first needed.
pub struct Connections {
    providers: ProvidersFile,
    made: Mutex<BTreeMap<String, Arc<dyn SourcePlatform>>>,
}

impl Connections {
    /// No connection yet.
    pub fn new(providers: ProvidersFile) -> Self {
        Self {
            providers,
            made: Mutex::default(),
        }
    }

    /// Logs out.
    pub async fn close(self) {
        for platform in self.made.into_inner().into_values() {
            platform.disconnect().await;
        }
    }
}

#[async_trait]
impl Platforms for Connections {
    async fn platform(
        &self,
        provider: &str,
    ) -> Result<Arc<dyn SourcePlatform>, Box<dyn std::error::Error + Send + Sync>> {
        let mut made = self.made.lock().await;
        if let Some(platform) = made.get(provider) {
            return Ok(Arc::clone(platform));
        }
        let platform = source::connect(self.providers.get(provider)?, provider).await?;
        made.insert(provider.to_owned(), Arc::clone(&platform));
        Ok(platform)
    }
}
