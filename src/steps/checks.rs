//! Comparisons between what left and what arrived.

use cucumber::gherkin::Step;
use cucumber::then;

use super::field::{Field, Key};
use super::platform_limit::INSPECTION;
use super::sentence::{Argument, Fact, Part, Sentence};
use super::{StepResult, table};
use crate::checks::{self, Check, Selection};
use crate::session::preflight::Permission;
use crate::world::MigrationWorld;

const CHECK: Key<&'static dyn Check> = Key::new("check", "what is compared");

/// Checks look into the provider's Secret, for what MTV left behind, and into guests.
const CHECKS: &[Permission] = &[
    Permission::new("get", "", "secrets"),
    Permission::new("list", "", "secrets"),
    Permission::new("list", "", "configmaps"),
    Permission::new("list", "", "pods"),
    Permission::new("list", "batch", "jobs"),
    Permission::new("list", "cdi.kubevirt.io", "datavolumes"),
    Permission::new("list", "forklift.konveyor.io", "conversions"),
    Permission::new("patch", "kubevirt.io", "virtualmachines"),
    Permission::new("watch", "kubevirt.io", "virtualmachineinstances"),
];

/// Sentences about checks.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Then, "every VM passes all applicable checks")
        .means(
            "Each VM that arrived is compared with what left, in every respect that can be judged of it; what cannot be judged \
             is reported as skipped, with the reason.",
        )
        .example("Then every VM passes all applicable checks")
        .after(&[Fact::Plan])
        .permissions(CHECKS),
    Sentence::new(Part::Then, "every VM passes the {string} check")
        .means("Each VM that arrived is compared with what left, in this respect.")
        .words(&[CHECK.field])
        .example("Then every VM passes the \"memory\" check")
        .after(&[Fact::Plan])
        .permissions(CHECKS),
    Sentence::new(Part::Then, "every VM passes these checks:")
        .means("Each VM that arrived is compared with what left, in these respects. The table has no header.")
        .argument(Argument::Names(CHECK.field))
        .example("Then every VM passes these checks:\n  | memory  |\n  | network |")
        .after(&[Fact::Plan])
        .permissions(CHECKS),
    Sentence::new(Part::Then, "every VM has {int} disk(s)")
        .means("Each VM that arrived has so many disks.")
        .words(&[Field::new::<usize>("number", "how many")])
        .example("Then every VM has 2 disks")
        .after(&[Fact::Plan]),
    Sentence::new(Part::Then, "the marker file is intact in every guest")
        .means(
            "Each guest has the file that `a marker file is written inside every guest` put there, with what was written to it.",
        )
        .example("Then the marker file is intact in every guest")
        .after(&[Fact::Plan])
        .later(),
    Sentence::new(
        Part::Then,
        "inspection reports the operating system and all file systems",
    )
    .means("What MTV found out by looking into the disks of each VM has its operating system and all its file systems.")
    .example("Then inspection reports the operating system and all file systems")
    .after(&[Fact::Plan])
    .later()
        .limited(&INSPECTION),
];

#[then("every VM passes all applicable checks")]
async fn all_applicable(world: &mut MigrationWorld) -> StepResult {
    validate(world, Selection::Applicable).await
}

#[then(expr = "every VM passes the {string} check")]
async fn one_check(world: &mut MigrationWorld, name: String) -> StepResult {
    validate(world, Selection::Named(vec![checks::find(&name)?])).await
}

#[then("every VM passes these checks:")]
async fn these_checks(world: &mut MigrationWorld, step: &Step) -> StepResult {
    let named = table::names(step.table.as_ref(), CHECK)?;
    validate(world, Selection::Named(named)).await
}

#[then(expr = "every VM has {int} disk(s)")]
async fn disk_count(world: &mut MigrationWorld, count: usize) -> StepResult {
    Ok(checks::disk_count(world.scenario()?, world.plan()?, count).await?)
}

async fn validate(world: &MigrationWorld, selection: Selection) -> StepResult {
    Ok(checks::validate(world.scenario()?, world.plan()?, &selection).await?)
}
