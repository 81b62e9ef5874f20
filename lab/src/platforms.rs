//! The simulated source platforms of the lab. To add a platform, add it to [`PLATFORMS`].

use std::any::Any;

use loopback_https::Authority;
use serde_json::Value;
use sim_clock::Clock;
use source_sim::{Platform, SourceSim, vsphere};

use crate::Error;

/// The platforms that the lab simulates, in the order of its providers file.
pub const PLATFORMS: &[Platform] = &[vsphere::PLATFORM];

/// Running simulators of the source platforms.
pub struct Platforms {
    running: Vec<Box<dyn SourceSim>>,
}

impl Platforms {
    /// Starts all simulators.
    pub(crate) async fn start(authority: &Authority, clock: Clock) -> Result<Self, Error> {
        let mut running = Vec::new();
        for platform in PLATFORMS {
            let started = (platform.start)(authority, clock).await;
            running.push(started.map_err(|source| Error::Platform {
                product: platform.product,
                source,
            })?);
        }
        Ok(Self { running })
    }

    /// The simulator of this type, if the lab has one: `platforms.get::<Vcenter>()`.
    pub fn get<S: SourceSim>(&self) -> Option<&S> {
        self.iter().find_map(|simulator| (simulator as &dyn Any).downcast_ref())
    }

    /// All simulators in the order of [`PLATFORMS`].
    pub fn iter(&self) -> impl Iterator<Item = &dyn SourceSim> {
        self.running.iter().map(AsRef::as_ref)
    }

    /// Content of the providers file for these simulators.
    pub(crate) fn providers(&self) -> Value {
        self.iter()
            .map(|simulator| (simulator.platform().key.to_owned(), simulator.entry()))
            .collect()
    }

    /// Stops all simulators.
    pub(crate) fn stop(&self) {
        self.iter().for_each(SourceSim::stop);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use source_sim::vsphere::Vcenter;

    use super::*;

    #[tokio::test]
    async fn every_platform_has_an_entry_of_its_type_in_the_providers_file() {
        let authority = Authority::new("test CA").unwrap();
        let platforms = Platforms::start(&authority, Clock::default()).await.unwrap();
        let providers = platforms.providers();
        let keys: BTreeSet<&str> = PLATFORMS.iter().map(|platform| platform.key).collect();
        assert_eq!(keys.len(), PLATFORMS.len(), "keys are unique");
        for platform in PLATFORMS {
            assert_eq!(providers[platform.key]["type"], platform.kind);
        }
        assert!(platforms.get::<Vcenter>().is_some());
        platforms.stop();
    }
}
