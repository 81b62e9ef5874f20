//! Which VMs are migrated.

use cucumber::gherkin::Step;
use cucumber::given;

use super::table::{self, Row};
use super::vm_options::{AS_IT_IS, CLONE, CLONES, VM, vm_options};
use super::{StepError, StepResult};
use crate::migration::intent::{VmOptions, WantedVm};
use crate::world::MigrationWorld;

/// A clone of a VM, with an optional table of options.
#[given(expr = "a clone of the VM {string}")]
async fn a_clone(world: &mut MigrationWorld, step: &Step, original: String) -> StepResult {
    want(world, 1, wanted(original, true, clone_options(step)?)).await
}

/// Several clones of one VM.
#[given(expr = "{int} clone(s) of the VM {string}")]
async fn several_clones(world: &mut MigrationWorld, step: &Step, count: usize, original: String) -> StepResult {
    want(world, count, wanted(original, true, clone_options(step)?)).await
}

/// Clones of several VMs, each with its options.
#[given("clones of these VMs:")]
async fn clones(world: &mut MigrationWorld, step: &Step) -> StepResult {
    for vm in clone_rows(step)? {
        want(world, 1, vm).await?;
    }
    Ok(())
}

/// A VM itself, without a clone.
#[given(expr = "the VM {string} as it is")]
async fn as_it_is(world: &mut MigrationWorld, step: &Step, original: String) -> StepResult {
    want(world, 1, wanted(original, false, as_it_is_options(step)?)).await
}

pub(super) fn clone_options(step: &Step) -> Result<VmOptions, table::Error> {
    vm_options(&table::options(step.table.as_ref(), CLONE)?)
}

pub(super) fn as_it_is_options(step: &Step) -> Result<VmOptions, table::Error> {
    vm_options(&table::options(step.table.as_ref(), AS_IT_IS)?)
}

pub(super) fn clone_rows(step: &Step) -> Result<Vec<WantedVm>, table::Error> {
    let vm = |row: &Row| {
        let name = row.iter().find(|(key, _)| key == VM).map(|(_, name)| name.clone());
        Ok(wanted(name.unwrap_or_default(), true, vm_options(row)?))
    };
    table::rows(step.table.as_ref(), &[VM], CLONES)?
        .iter()
        .map(vm)
        .collect()
}

fn wanted(original: String, clone: bool, options: VmOptions) -> WantedVm {
    WantedVm {
        original,
        clone,
        options,
    }
}

/// Notes the wish. A VM that does not exist is told at once, not when the plan is made.
async fn want(world: &mut MigrationWorld, count: usize, vm: WantedVm) -> Result<(), StepError> {
    world.source()?.platform.find(&vm.original).await?;
    world.intent()?.vms.extend(std::iter::repeat_n(vm, count));
    Ok(())
}
