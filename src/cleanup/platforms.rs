//! How cleanup reaches the source platforms.

use std::sync::Arc;

use async_trait::async_trait;

use crate::source::SourcePlatform;

/// Opens source platforms by the key of their provider.
#[async_trait]
pub trait Platforms: Send + Sync {
    /// The platform, connected.
    async fn platform(
        &self,
        provider: &str,
    ) -> Result<Arc<dyn SourcePlatform>, Box<dyn std::error::Error + Send + Sync>>;
}
