//! The order in which things are removed: what uses goes before what is used.

use std::collections::BTreeMap;

use crate::journal::{Entry, Subject};

/// When something of this kind is removed; lower goes first, equal ranks go side by side.
///
/// Migrations run Plans; Plans name maps, hooks and providers; providers name Secrets; VMs hold disks and networks;
/// everything is in a namespace. Source clones go last: a migration that is still being stopped reads their disks.
pub fn rank(kind: &str) -> u8 {
    match kind {
        // What the simulated lab holds would not end.
        "Migration" | "Hold" => 0,
        "Plan" => 10,
        "Conversion" => 20,
        "NetworkMap" | "StorageMap" => 30,
        "Hook" | "Host" => 40,
        "Provider" => 50,
        "Secret" | "ConfigMap" => 60,
        "VirtualMachine" => 70,
        "DataVolume" => 80,
        "PersistentVolumeClaim" | "Pod" | "Job" => 90,
        "Namespace" => 110,
        // NADs, bindings, accounts: used by what went before, in a namespace that goes after.
        _ => 100,
    }
}

/// Removed when nothing runs there any more.
pub const NODE_LABEL: u8 = 115;

/// Removed after everything on the cluster.
pub const SOURCE_VM: u8 = 120;

/// Restored last: what is being stopped still runs by it.
pub const SETTING: u8 = 130;

/// [`rank`] of a subject.
pub fn of(subject: &Subject) -> u8 {
    match subject {
        Subject::Object(object) => rank(&object.kind),
        Subject::SourceVm { .. } | Subject::Snapshots { .. } => SOURCE_VM,
        Subject::Setting(_) => SETTING,
        Subject::NodeLabel(_) => NODE_LABEL,
    }
}

/// Entries by the stage of a teardown in which they go, in order.
pub fn stages(entries: &[Entry]) -> BTreeMap<u8, Vec<&Entry>> {
    let mut stages: BTreeMap<u8, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        stages.entry(of(&entry.subject)).or_default().push(entry);
    }
    stages
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        journal::{EntryId, ObjectSubject, Proof},
        run::ClusterId,
    };

    /// What stands first uses what stands second, and must be gone before it. `""` is a VM on a source platform.
    const USES: &[(&str, &str)] = &[
        ("Migration", "Plan"),
        ("Plan", "NetworkMap"),
        ("Plan", "StorageMap"),
        ("Plan", "Hook"),
        ("Plan", "Provider"),
        ("Conversion", "Provider"),
        ("NetworkMap", "Provider"),
        ("StorageMap", "Provider"),
        ("NetworkMap", "NetworkAttachmentDefinition"),
        ("Host", "Provider"),
        ("Host", "Secret"),
        ("Provider", "Secret"),
        ("VirtualMachine", "DataVolume"),
        ("VirtualMachine", "NetworkAttachmentDefinition"),
        ("DataVolume", "PersistentVolumeClaim"),
        ("PersistentVolumeClaim", "Namespace"),
        ("NetworkAttachmentDefinition", "Namespace"),
        ("Secret", "Namespace"),
        ("RoleBinding", "Namespace"),
        ("Migration", ""),
        ("Namespace", ""),
    ];

    fn subject(kind: &str, number: usize) -> Subject {
        let name = format!("x{number}");
        if kind.is_empty() {
            let provider = "vsphere".to_owned();
            return Subject::SourceVm { provider, name };
        }
        Subject::Object(ObjectSubject {
            cluster: ClusterId::hub(),
            api_version: "v1".to_owned(),
            kind: kind.to_owned(),
            plural: kind.to_lowercase(),
            namespace: None,
            name,
            proof: Proof::RunLabel,
        })
    }

    fn kind(subject: &Subject) -> &str {
        match subject {
            Subject::Object(object) => &object.kind,
            Subject::SourceVm { .. } | Subject::Snapshots { .. } | Subject::Setting(_) | Subject::NodeLabel(_) => "",
        }
    }

    proptest! {
        #[test]
        fn users_go_before_what_they_use_and_nothing_is_forgotten(
            picks in proptest::collection::vec((0..USES.len(), any::<bool>()), 0..40)
        ) {
            let kinds = picks.iter().map(|(pair, first)| if *first { USES[*pair].0 } else { USES[*pair].1 });
            let entries: Vec<Entry> = kinds
                .enumerate()
                .map(|(number, kind)| Entry {
                    id: EntryId::from(number as u64),
                    scenario: None,
                    subject: subject(kind, number),
                    uid: None,
                    gone: false,
                })
                .collect();
            let stages: Vec<Vec<&Entry>> = stages(&entries).into_values().collect();
            prop_assert_eq!(stages.iter().map(Vec::len).sum::<usize>(), entries.len());
            let stage_of = |wanted: &str| {
                stages.iter().position(|stage| stage.iter().any(|entry| kind(&entry.subject) == wanted))
            };
            for (user, used) in USES {
                if let (Some(user_stage), Some(used_stage)) = (stage_of(user), stage_of(used)) {
                    prop_assert!(user_stage < used_stage, "{} goes in stage {}, {} in {}", user, user_stage, used, used_stage);
                }
            }
        }
    }
}
