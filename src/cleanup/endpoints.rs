//! Connections of cleanup: the clusters and source platforms of a run.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use tokio::sync::Mutex;

use crate::{
    cluster::Clusters,
    settings::ProvidersFile,
    source::{Platforms, SourcePlatform},
};

/// The clusters of a run and, by the key of their provider, its source platforms.
#[async_trait]
pub trait Endpoints: Send + Sync {
    /// The clusters that are connected now.
    fn clusters(&self) -> Clusters;

    /// The source platform, connected.
    async fn platform(
        &self,
        provider: &str,
    ) -> Result<Arc<dyn SourcePlatform>, Box<dyn std::error::Error + Send + Sync>>;
}

/// Connected clusters, and connections to the platforms of a providers file, made when they are first needed.
pub struct Connections {
    clusters: Clusters,
    providers: ProvidersFile,
    made: Mutex<BTreeMap<String, Arc<dyn SourcePlatform>>>,
}

impl Connections {
    /// No connection to a platform yet.
    pub fn new(clusters: Clusters, providers: ProvidersFile) -> Self {
        Self {
            clusters,
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
impl Endpoints for Connections {
    fn clusters(&self) -> Clusters {
        self.clusters.clone()
    }

    async fn platform(
        &self,
        provider: &str,
    ) -> Result<Arc<dyn SourcePlatform>, Box<dyn std::error::Error + Send + Sync>> {
        let mut made = self.made.lock().await;
        if let Some(platform) = made.get(provider) {
            return Ok(Arc::clone(platform));
        }
        let platform = Platforms::default()
            .connect(self.providers.get(provider)?, provider)
            .await?;
        made.insert(provider.to_owned(), Arc::clone(&platform));
        Ok(platform)
    }
}
