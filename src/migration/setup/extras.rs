//! Disks and snapshots that are added to clones before their migration.

use super::intent::Extras;
use super::prepare::switch;
use crate::migration::Error;
use crate::{
    session::{Scenario, SourceProvider},
    source::{Power, SourceVm},
};

/// Adds it to a new clone, which is off and stays so. Snapshots are of a guest that has booted: before its first boot it
/// has not made itself at home yet.
pub(in crate::migration) async fn add(
    scenario: &Scenario,
    source: &SourceProvider,
    vm: &SourceVm,
    extras: &Extras,
) -> Result<(), Error> {
    let platform = &source.platform;
    if !extras.disks.is_empty() {
        let title = format!("adding {} disks to \"{}\"", extras.disks.len(), vm.name);
        scenario
            .log
            .activity(title, platform.add_disks(&vm.id, &extras.disks))
            .await?;
    }
    if extras.snapshots == 0 {
        return Ok(());
    }
    switch(scenario, source, vm, Power::On).await?;
    for number in 1..=extras.snapshots {
        let name = format!("{}-snapshot-{number}", vm.name);
        let title = format!("making the snapshot \"{name}\"");
        scenario
            .log
            .activity(title, platform.create_snapshot(&vm.id, &name))
            .await?;
    }
    switch(scenario, source, vm, Power::Off).await
}
