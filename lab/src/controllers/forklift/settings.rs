//! Controller settings of the ForkliftController; they take effect after the operator has rolled out the controller.

use std::{
    sync::{PoisonError, RwLock},
    time::Duration,
};

use forklift_api::forklift::ForkliftControllerSpec;
use k8s_openapi::api::core::v1::EnvVar;

/// Default minutes between precopies (`controller_precopy_interval`).
const PRECOPY_INTERVAL: i32 = 60;
/// Default number of concurrent VM migrations per host (`controller_max_vm_inflight`).
const MAX_VM_INFLIGHT: i32 = 20;

/// Values of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values {
    /// Minutes between precopies.
    pub precopy_interval: i32,
    /// Maximum number of concurrent VM migrations per host.
    pub max_vm_inflight: i32,
}

impl Values {
    /// Reads the settings of this specification.
    pub fn from_spec(spec: &ForkliftControllerSpec) -> Self {
        let wanted = &spec.controller;
        Self {
            precopy_interval: wanted.controller_precopy_interval.unwrap_or(PRECOPY_INTERVAL),
            max_vm_inflight: wanted.controller_max_vm_inflight.unwrap_or(MAX_VM_INFLIGHT),
        }
    }

    /// Environment variables of the controller's container with these values.
    pub fn variables(self) -> Vec<EnvVar> {
        let variable = |name: &str, value: i32| EnvVar {
            name: name.into(),
            value: Some(value.to_string()),
            value_from: None,
        };
        vec![
            variable("MAX_VM_INFLIGHT", self.max_vm_inflight),
            variable("PRECOPY_INTERVAL", self.precopy_interval),
        ]
    }
}

impl Default for Values {
    fn default() -> Self {
        Self {
            precopy_interval: PRECOPY_INTERVAL,
            max_vm_inflight: MAX_VM_INFLIGHT,
        }
    }
}

/// Settings that are in effect.
#[derive(Default)]
pub struct Settings(RwLock<Values>);

impl Settings {
    /// Applies new values.
    pub fn set(&self, values: Values) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = values;
    }

    fn get(&self) -> Values {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Pause between two precopies of a VM in simulated time; at least a minute.
    pub fn precopy_interval(&self) -> Duration {
        let minutes = u64::try_from(self.get().precopy_interval).unwrap_or_default();
        Duration::from_secs(60 * minutes.max(1))
    }

    /// Maximum cost of concurrent VM migrations per host.
    pub fn max_vm_inflight(&self) -> usize {
        usize::try_from(self.get().max_vm_inflight).unwrap_or_default()
    }
}
