//! The settings of MTV's controller that scenarios may change for everybody: fields of the ForkliftController
//! (Forklift, `operator/roles/forkliftcontroller/templates/controller/deployment-controller.yml.j2`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A setting of MTV's controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControllerSetting {
    /// VMs that are migrated at a time.
    MaxVmInflight,
    /// Minutes between two precopies of a VM.
    PrecopyInterval,
}

impl ControllerSetting {
    /// All of them, in the order in which a scenario takes them: two that want both never wait for each other.
    pub const ALL: [Self; 2] = [Self::MaxVmInflight, Self::PrecopyInterval];

    /// The field of the ForkliftController.
    pub fn field(self) -> &'static str {
        match self {
            Self::MaxVmInflight => "controller_max_vm_inflight",
            Self::PrecopyInterval => "controller_precopy_interval",
        }
    }
}

impl fmt::Display for ControllerSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field())
    }
}
