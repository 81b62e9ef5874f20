//! One change of a setting of MTV's controller that is shared with everybody on the cluster.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ControllerSetting;

/// One loan of a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Loan {
    /// Namespace of the ForkliftController.
    pub namespace: String,
    /// The setting.
    pub setting: ControllerSetting,
    /// Who has it: run and scenario.
    pub holder: String,
}

impl fmt::Display for Loan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "change of {} in ForkliftController {}/forklift-controller",
            self.setting, self.namespace
        )
    }
}
