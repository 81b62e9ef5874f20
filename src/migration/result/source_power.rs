//! Power states of the source VMs before and after a migration.

use futures::future::try_join_all;
use thiserror::Error as ThisError;

use crate::{
    migration::{
        Error,
        setup::{MigrationPlan, PreparedVm},
    },
    source::Power,
};

/// Source VMs that are on and were off, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[error("{}", .0.join("\n"))]
pub struct UnexpectedPower(Vec<String>);

impl MigrationPlan {
    /// Checks that every source VM has the power state that it had before its migration.
    pub async fn sources_are_powered_as_before(&self) -> Result<(), Error> {
        let seen = try_join_all(self.vms.iter().map(|vm| self.compare(vm))).await?;
        Ok(powered_as_before(&seen)?)
    }

    async fn compare<'a>(&self, vm: &'a PreparedVm) -> Result<ComparedPower<'a>, Error> {
        let seen = self.source.platform.describe(&vm.source.id).await?;
        let seen = seen.ok_or_else(|| Error::Gone {
            vm: vm.source.name.clone(),
            provider: self.source.key.clone(),
        })?;
        Ok(ComparedPower {
            vm: &vm.source.name,
            before: vm.source.power,
            now: seen.power,
        })
    }
}

/// Power of a source VM.
struct ComparedPower<'a> {
    vm: &'a str,
    before: Power,
    now: Power,
}

fn powered_as_before(seen: &[ComparedPower<'_>]) -> Result<(), UnexpectedPower> {
    let changed = seen.iter().filter(|seen| seen.before != seen.now);
    let changed: Vec<String> = changed
        .map(|ComparedPower { vm, before, now }| {
            format!("the source VM \"{vm}\" was {before} before the migration and is {now} now")
        })
        .collect();
    if changed.is_empty() {
        Ok(())
    } else {
        Err(UnexpectedPower(changed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vm_that_was_switched_is_named() {
        let seen = |vm, before, now| ComparedPower { vm, before, now };
        let same = [seen("a", Power::On, Power::On), seen("b", Power::Off, Power::Off)];
        assert_eq!(powered_as_before(&same), Ok(()));
        let [a, _] = same;
        let switched = [
            a,
            seen("b", Power::On, Power::Off),
            seen("c", Power::Suspended, Power::On),
        ];
        insta::assert_snapshot!(powered_as_before(&switched).expect_err("two"), @r#"
        the source VM "b" was on before the migration and is off now
        the source VM "c" was suspended before the migration and is on now
        "#);
    }
}
