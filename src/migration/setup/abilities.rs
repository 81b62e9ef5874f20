//! Refuses what the platform of the source is not able to do, before anything is cloned.

use super::intent::{Intent, WantedVm};
use super::options::PlanKind;
use crate::{
    session::SourceProvider,
    source::{Capabilities, Error},
};

/// That the platform can do what the scenario wants of its VMs.
///
/// # Errors
/// The first thing that it cannot do.
pub fn suffice(source: &SourceProvider, kind: PlanKind, intent: &Intent) -> Result<(), Error> {
    let Capabilities {
        warm,
        disk_types,
        more_disks,
        snapshots,
    } = source.platform.descriptor().capabilities();
    let other_disks = |vm: &WantedVm| vm.clone && vm.options.disk_type.is_some();
    let wanted = [
        (
            kind == PlanKind::Warm,
            warm,
            "have the disks of running VMs copied (warm migrations)",
        ),
        (
            intent.vms.iter().any(other_disks),
            disk_types,
            "make clones with disks of another type than the original's",
        ),
        (!intent.every_clone.disks.is_empty(), more_disks, "add disks to clones"),
        (intent.every_clone.snapshots > 0, snapshots, "make snapshots of clones"),
    ];
    match wanted.into_iter().find(|(wanted, can, _)| *wanted && !can) {
        None => Ok(()),
        Some((_, _, action)) => Err(Error::Unsupported {
            platform: format!("{} ({})", source.key, source.entry.platform()),
            action: action.to_owned(),
        }),
    }
}
