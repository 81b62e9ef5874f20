//! The settings of the controller that the ForkliftController can change; the operator puts them into force when it has
//! rolled the controller out.

use std::{
    sync::{PoisonError, RwLock},
    time::Duration,
};

use forklift_api::forklift::ForkliftControllerSpec;
use k8s_openapi::api::core::v1::EnvVar;

/// Minutes between precopies when nobody says otherwise (`controller_precopy_interval`).
const PRECOPY_INTERVAL: i32 = 60;
/// VMs that are migrated side by side from one host (`controller_max_vm_inflight`).
const MAX_VM_INFLIGHT: i32 = 20;

/// What the controller runs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values {
    /// Minutes.
    pub precopy_interval: i32,
    /// VMs of a host.
    pub max_vm_inflight: i32,
}

impl Values {
    /// What this specification asks for.
    pub fn of(spec: &ForkliftControllerSpec) -> Self {
        let wanted = &spec.controller;
        Self {
            precopy_interval: wanted.controller_precopy_interval.unwrap_or(PRECOPY_INTERVAL),
            max_vm_inflight: wanted.controller_max_vm_inflight.unwrap_or(MAX_VM_INFLIGHT),
        }
    }

    /// The environment of the controller's container that says so.
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

/// What is in force.
#[derive(Default)]
pub struct Settings(RwLock<Values>);

impl Settings {
    /// Puts other values into force.
    pub fn set(&self, values: Values) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = values;
    }

    fn get(&self) -> Values {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stated pause between two precopies of a VM; at least a minute.
    pub fn precopy_interval(&self) -> Duration {
        let minutes = u64::try_from(self.get().precopy_interval).unwrap_or_default();
        Duration::from_secs(60 * minutes.max(1))
    }

    /// How much may be migrated side by side from one host.
    pub fn max_vm_inflight(&self) -> usize {
        usize::try_from(self.get().max_vm_inflight).unwrap_or_default()
    }
}
