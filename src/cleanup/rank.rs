//! The order in which things are removed: what uses goes before what is used.

use super::Subject;

/// When something of this kind is removed; lower goes first, equal ranks go side by side.
///
/// Migrations run Plans; Plans name maps, hooks and providers; providers name Secrets; VMs hold disks and networks;
/// everything is in a namespace. Source clones go last: a migration that is still being stopped reads their disks.
pub fn rank(kind: &str) -> u8 {
    match kind {
        "Migration" => 0,
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

/// Removed after everything on the cluster.
pub const SOURCE_VM: u8 = 120;

/// [`rank`] of a subject.
pub fn of(subject: &Subject) -> u8 {
    match subject {
        Subject::Object(object) => rank(&object.kind),
        Subject::SourceVm { .. } => SOURCE_VM,
    }
}
