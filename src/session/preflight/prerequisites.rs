//! Objects of source and target that a scenario needs before it begins.

use std::collections::BTreeSet;

/// Names of things that exist before a scenario begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prerequisites {
    /// VMs and templates of the source.
    pub vms: BTreeSet<String>,
    /// Networks of the source.
    pub networks: BTreeSet<String>,
    /// Storages of the source.
    pub storages: BTreeSet<String>,
    /// Storage classes of the target.
    pub storage_classes: BTreeSet<String>,
    /// NetworkAttachmentDefinitions of the target: namespace and name.
    pub attachments: BTreeSet<(String, String)>,
}

impl Prerequisites {
    /// Adds those of another scenario.
    pub fn extend(&mut self, other: Self) {
        self.vms.extend(other.vms);
        self.networks.extend(other.networks);
        self.storages.extend(other.storages);
        self.storage_classes.extend(other.storage_classes);
        self.attachments.extend(other.attachments);
    }
}
