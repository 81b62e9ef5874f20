//! Which VMs are migrated.

use std::num::NonZeroUsize;

use cucumber::gherkin::Step;
use cucumber::given;

use super::catalogue;
use super::field::Field;
use super::mistake::Error;
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
        .before_plan(),
    Sentence::new(Part::Vms, "{int} clone(s) of the VM {string}")
        .means("The same, so many times; all of them have the same options.")
        .words(&[Field::of::<NonZeroUsize>("number", "how many"), VM.field])
        .argument(Argument::Options(CLONE))
        .example("Given 2 clones of the VM \"mtv-tests-rhel8\"")
        .after(&[Fact::Source])
        .giving(&[Fact::Vms])
        .before_plan(),
    Sentence::new(Part::Vms, "clones of these VMs:")
        .means("A clone of each VM of the table, each with its own options.")
        .argument(Argument::Rows(CLONES))
        .example(
            "Given clones of these VMs:\n  | VM                 | power |\n  | mtv-tests-rhel8    | on    |\n  | \
             mtv-win2019-3disks | off   |",
        )
        .after(&[Fact::Source])
        .giving(&[Fact::Vms])
        .before_plan(),
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

/// The VMs of the source that a step names.
pub fn originals(step: &Step) -> Vec<String> {
    let of_part = |sentence: &&Sentence| sentence.part == Part::Vms;
    let Some(sentence) = catalogue::find(step).into_iter().find(of_part) else {
        return Vec::new();
    };
    let words = catalogue::words(sentence, &step.value).into_iter().zip(sentence.words);
    let named = words.filter(|(_, field)| field.name == VM.field.name);
    let named = named.filter_map(|(range, _)| step.value.get(range).map(str::to_owned));
    // A table of another sentence is none of clones, and has no VMs.
    let rows = table::rows(step.table.as_ref(), CLONES).unwrap_or_default();
    named.chain(rows.iter().filter_map(|row| row.need(VM).ok())).collect()
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::catalogue::tests::step;

    #[test]
    fn a_step_names_its_vms_in_words_or_in_a_table() {
        for (lines, expected) in [
            (
                "Given a clone of the VM 'a'\n  | power | on |\n  | name | b |",
                ["a"].as_slice(),
            ),
            ("Given 2 clones of the VM \"a\"", &["a"]),
            (
                "Given clones of these VMs:\n  | power | VM |\n  | on | a |\n  | off | b |",
                &["a", "b"],
            ),
            ("Given every clone gets these disks:\n  | size |\n  | 1 GB |", &[]),
            ("When the migration of the VM \"a\" is cancelled", &[]),
        ] {
            assert_eq!(originals(&step(lines)), expected, "{lines}");
        }
    }
}
