//! A lease of a setting of MTV's controller, which all users of the cluster share.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ControllerSetting;

/// A lease of one setting by one holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingLease {
    /// Namespace of the ForkliftController.
    pub namespace: String,
    /// The setting.
    pub setting: ControllerSetting,
    /// Run and scenario that hold it.
    pub holder: String,
}

impl fmt::Display for SettingLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "change of {} in ForkliftController {}/forklift-controller",
            self.setting, self.namespace
        )
    }
}
