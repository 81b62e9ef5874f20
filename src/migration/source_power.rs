//! Whether the source VMs run as they did before their migration.

use futures::future::try_join_all;
use thiserror::Error as ThisError;

use super::Error;
use super::plan::MigrationPlan;
use super::prepare::PreparedVm;
use crate::source::Power;

/// Source VMs that are on and were off, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[error("{}", .0.join("\n"))]
pub struct UnexpectedPower(Vec<String>);

impl MigrationPlan {
    /// That every source VM has the power state that it had before its migration.
    pub async fn sources_are_powered_as_before(&self) -> Result<(), Error> {
        let now = try_join_all(self.vms.iter().map(|vm| self.power_now(vm))).await?;
        let changed = self.vms.iter().zip(now).filter(|(vm, now)| vm.source.power != *now);
        let changed: Vec<String> = changed
            .map(|(vm, now)| {
                let (name, before, now) = (&vm.source.name, word(vm.source.power), word(now));
                format!("the source VM \"{name}\" was {before} before the migration and is {now} now")
            })
            .collect();
        match changed.is_empty() {
            true => Ok(()),
            false => Err(UnexpectedPower(changed).into()),
        }
    }

    async fn power_now(&self, vm: &PreparedVm) -> Result<Power, Error> {
        let seen = self.source.platform.describe(&vm.source.id).await?;
        let seen = seen.ok_or_else(|| Error::Gone {
            vm: vm.source.name.clone(),
            provider: self.source.key.clone(),
        })?;
        Ok(seen.power)
    }
}

fn word(power: Power) -> &'static str {
    match power {
        Power::On => "on",
        Power::Off => "off",
        Power::Suspended => "suspended",
    }
}
