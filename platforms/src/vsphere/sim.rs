//! The simulated vCenter as a [`SourceSim`].

use loopback_https::Authority;
use serde_json::{Value, json};
use sim_clock::Clock;

use super::{Options, Vcenter};
use crate::{Platform, SourceSim, Starting};

/// Image with the Virtual Disk Development Kit. The image is never pulled, but its name is validated.
const VDDK_IMAGE: &str = "registry.mtv-bdd.io/mtv-lab/vddk:8.0.3";

/// The platform vSphere.
pub const PLATFORM: Platform = Platform {
    key: "vsphere",
    kind: "vsphere",
    product: "vCenter",
    start,
};

fn start(authority: &Authority, clock: Clock) -> Starting<'_> {
    Box::pin(async move {
        let vcenter = Vcenter::start(authority, clock, Options::default()).await?;
        Ok(Box::new(vcenter) as Box<dyn SourceSim>)
    })
}

impl SourceSim for Vcenter {
    fn platform(&self) -> Platform {
        PLATFORM
    }

    fn address(&self) -> String {
        self.url()
    }

    fn user(&self) -> &str {
        Self::user(self)
    }

    fn entry(&self) -> Value {
        json!({
            "type": PLATFORM.kind,
            "version": "8.0.3",
            "fqdn": "127.0.0.1",
            "api_url": self.url(),
            "username": Self::user(self),
            "password": self.password(),
            "vddk_init_image": VDDK_IMAGE,
        })
    }

    fn stop(&self) {
        Self::stop(self);
    }
}
