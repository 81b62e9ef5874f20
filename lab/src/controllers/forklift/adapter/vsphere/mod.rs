//! vSphere: vCenters and ESXi hosts.

mod admission;
mod builder;
mod client;
mod credentials;
mod deep_inspection;
mod inventory;
mod scheduler;
mod side_car;
mod source;
mod validator;

use std::sync::Arc;

use async_trait::async_trait;
use forklift_api::forklift::ConversionSpec;
use serde_json::Value;

use super::base::{Adapter, Collector, Inspector, LogInFailure, Platform, SideCar};
use crate::controllers::forklift::{
    provider::Credentials,
    webhooks::{Changes, Denial},
};

/// The setting of a Provider with the image of VMware's disk library.
const LIBRARY_IMAGE: &str = "vddkInitImage";

/// The provider type `vsphere`.
pub struct Vsphere;

#[async_trait]
impl Platform for Vsphere {
    fn admit(&self, spec: &Value) -> Result<(), Denial> {
        admission::admit(spec)
    }

    fn complete(&self, spec: &Value) -> Changes {
        admission::complete(spec)
    }

    fn missing_keys(&self, credentials: &Credentials) -> Vec<String> {
        credentials::missing(credentials)
    }

    async fn log_in(&self, credentials: &Credentials) -> Result<(), LogInFailure> {
        credentials::log_in(credentials).await
    }

    fn connect(&self, credentials: &Credentials, collector: Collector) -> Arc<dyn Adapter> {
        Arc::new(source::Source::connect(credentials, collector))
    }

    fn side_car(&self, spec: &ConversionSpec) -> Option<SideCar> {
        spec.vddk_image.as_deref().map(side_car::side_car)
    }

    fn inspector(&self) -> Option<&dyn Inspector> {
        Some(&deep_inspection::DeepInspection)
    }
}
