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

    fn is_hub(&self) -> bool {
        self.0 == HUB
    }

    /// Words for what is on this cluster. They name the cluster unless it is the hub: `Secret ns/x on the cluster remote`.
    pub fn locate(&self, what: &str) -> String {
        if self.is_hub() {
            what.to_owned()
        } else {
            format!("{what} on the cluster {}", self.0)
        }
    }

    /// A file name for what is on this cluster. It begins with the cluster's id unless that is the hub: `remote-pod-x.yaml`.
    pub fn file_name(&self, name: &str) -> String {
        if self.is_hub() {
            name.to_owned()
        } else {
            format!("{}-{name}", self.0)
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_file_names_tell_other_clusters_from_the_hub() {
        let (hub, remote) = (ClusterId::hub(), ClusterId::from("remote"));
        assert_eq!(hub.locate("Secret ns/x"), "Secret ns/x");
        assert_eq!(remote.locate("Secret ns/x"), "Secret ns/x on the cluster remote");
        assert_eq!(hub.file_name("pod-x.yaml"), "pod-x.yaml");
        assert_eq!(remote.file_name("pod-x.yaml"), "remote-pod-x.yaml");
    }
}
