//! Which VMs are migrated.

use std::num::NonZeroUsize;

use cucumber::gherkin::Step;
use cucumber::given;

use super::field::{Field, Role};
use super::mistake::Error;
use super::platform_limit::CLONES as CLONES_LIMIT;
use super::sentence::{Argument, Fact, Part, Sentence};
use super::table::{self, Row};
use super::vm_options::{AS_IT_IS, CLONE, CLONES, VM, vm_options};
use super::{StepError, StepResult};
use crate::migration::intent::{VmOptions, WantedVm};
use crate::world::MigrationWorld;

/// Sentences about VMs.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Vms, "a clone of the VM {string}")
        .means(
            "A copy of a VM or template of the source is migrated, the original is left alone. That the original exists is \
             checked at once; the copy is made when it is needed and removed in the end.",
        )
        .words(&[VM.field])
        .argument(Argument::Options(CLONE))
        .example("Given a clone of the VM \"mtv-tests-rhel8\"\n  | power | on |")
        .after(&[Fact::Source])
        .giving(&[Fact::Vms])
        .before_plan()
        .limited(&CLONES_LIMIT),
    Sentence::new(Part::Vms, "{int} clone(s) of the VM {string}")
        .means("The same, so many times; all of them have the same options.")
        .words(&[Field::new::<NonZeroUsize>("number", "how many").role(Role::VmCount), VM.field])
        .argument(Argument::Options(CLONE))
        .example("Given 2 clones of the VM \"mtv-tests-rhel8\"")
        .after(&[Fact::Source])
        .giving(&[Fact::Vms])
        .before_plan()
        .limited(&CLONES_LIMIT),
    Sentence::new(Part::Vms, "clones of these VMs:")
        .means("A clone of each VM of the table, each with its own options.")
        .argument(Argument::Rows(CLONES))
        .example(
            "Given clones of these VMs:\n  | VM                 | power |\n  | mtv-tests-rhel8    | on    |\n  | \
             mtv-win2019-3disks | off   |",
        )
        .after(&[Fact::Source])
        .giving(&[Fact::Vms])
        .before_plan()
        .limited(&CLONES_LIMIT),
    Sentence::new(Part::Vms, "the VM {string} as it is")
        .means(
            "The VM itself is migrated, without a clone: for sources that cannot clone, and for plans that never run. Only \
             options that leave the source alone are taken.",
        )
        .words(&[VM.field])
        .argument(Argument::Options(AS_IT_IS))
        .example("Given the VM \"mtv-tests-rhel8\" as it is\n  | target name | web-1 |")
        .after(&[Fact::Source])
        .giving(&[Fact::Vms])
        .before_plan(),
];

#[given(expr = "a clone of the VM {string}")]
async fn a_clone(world: &mut MigrationWorld, step: &Step, original: String) -> StepResult {
    let options = vm_options(&table::options(step.table.as_ref(), CLONE)?)?;
    want(world, 1, wanted(original, true, options)).await
}

#[given(expr = "{int} clone(s) of the VM {string}")]
async fn several_clones(world: &mut MigrationWorld, step: &Step, count: usize, original: String) -> StepResult {
    let options = vm_options(&table::options(step.table.as_ref(), CLONE)?)?;
    want(world, count, wanted(original, true, options)).await
}

#[given("clones of these VMs:")]
async fn clones(world: &mut MigrationWorld, step: &Step) -> StepResult {
    let vm = |row: &Row| Ok::<_, Error>(wanted(row.need(VM)?, true, vm_options(row)?));
    for row in table::rows(step.table.as_ref(), CLONES)? {
        want(world, 1, vm(&row)?).await?;
    }
    Ok(())
}

#[given(expr = "the VM {string} as it is")]
async fn as_it_is(world: &mut MigrationWorld, step: &Step, original: String) -> StepResult {
    let options = vm_options(&table::options(step.table.as_ref(), AS_IT_IS)?)?;
    want(world, 1, wanted(original, false, options)).await
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
