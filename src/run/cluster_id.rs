//! Which of a run's clusters something is on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Id of the hub in journals and reports.
const HUB: &str = "hub";

/// The hub, where MTV runs, or a destination that VMs are migrated to. Unique within a run.
///
/// Journals that name no cluster speak of the hub, which is the default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClusterId(String);

impl ClusterId {
    /// The cluster that MTV runs on.
    pub fn hub() -> Self {
        Self(HUB.to_owned())
    }

    /// Whether it is the cluster that MTV runs on.
    pub fn is_hub(&self) -> bool {
        self.0 == HUB
    }
}

impl Default for ClusterId {
    fn default() -> Self {
        Self::hub()
    }
}

impl From<&str> for ClusterId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for ClusterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
