//! Sentences about cancelling, resuming, archiving and deleting plans, and about upgrades of MTV.

use cucumber::{then, when};

use super::StepResult;
use super::field::Field;
use super::sentence::{Fact, Part, Sentence};
use super::vm_options::PLAN_VM;
use crate::{session::preflight::Permission, world::MigrationWorld};

const PLAN_NAME: Field = Field::new::<String>("plan", "what the scenario calls the plan");

const VOLUMES_AWAITED: &[Permission] = &[
    Permission::new("watch", "cdi.kubevirt.io", "datavolumes"),
    Permission::new("watch", "", "persistentvolumeclaims"),
];

/// Sentences about the life of a plan.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::When, "the migration is cancelled")
        .means("All VMs of the running migration are cancelled, and that they are is awaited.")
        .example("When the migration is cancelled")
        .after(&[Fact::Running])
        .giving(&[Fact::Outcome]),
    Sentence::new(Part::When, "the migration of the VM {string} is cancelled")
        .means(
            "This VM of the running migration, or all clones of it, is cancelled, and that it is is awaited; the others go on.",
        )
        .words(&[PLAN_VM.field])
        .example("When the migration of the VM \"mtv-tests-rhel8\" is cancelled")
        .after(&[Fact::Running]),
    Sentence::new(Part::When, "the migration is started again")
        .means(
            "The same plan is started once more, when it is ready to; VMs that succeeded stay as they are. Its end is awaited by \
             `the migration finishes`, or by the first sentence that asks for it.",
        )
        .example("When the migration is started again")
        .after(&[Fact::Plan])
        .giving(&[Fact::Running, Fact::Outcome]),
    Sentence::new(Part::When, "the conversion is killed")
        .means("Everything that runs in the conversion pod is killed, after the disks have been copied.")
        .example("When the conversion is killed")
        .after(&[Fact::Running])
        .later(),
    Sentence::new(Part::When, "the migration is resumed from its conversion")
        .means("The same plan is run once more without copying disks again: only the conversion is repeated.")
        .example("When the migration is resumed from its conversion")
        .after(&[Fact::Plan])
        .giving(&[Fact::Running, Fact::Outcome])
        .later(),
    Sentence::new(Part::When, "the plans {string} and {string} run at the same time")
        .means("Both plans are started together, and the end of both is awaited, whatever it is.")
        .words(&[PLAN_NAME, PLAN_NAME])
        .example("When the plans \"xcopy\" and \"vddk\" run at the same time")
        .after(&[Fact::Plan])
        .giving(&[Fact::Outcome])
        .later(),
    Sentence::new(Part::When, "the plan is archived")
        .means("The plan is archived, and that MTV has done so is awaited.")
        .example("When the plan is archived")
        .after(&[Fact::Plan]),
    Sentence::new(Part::When, "the plan is deleted")
        .means("The plan is deleted, and that it and its migrations are gone is awaited.")
        .example("When the plan is deleted")
        .after(&[Fact::Plan]),
    Sentence::new(Part::When, "MTV is upgraded")
        .means("The upgrade script of the settings is run, and that MTV works again is awaited.")
        .example("When MTV is upgraded")
        .later(),
    Sentence::new(Part::Then, "the first attempt's volumes are reused")
        .means("The volumes are those that the first run of the plan made and filled.")
        .example("Then the first attempt's volumes are reused")
        .after(&[Fact::Plan])
        .later(),
    Sentence::new(Part::Then, "no volume of the plan remains")
        .means(
            "A VM that MTV left on the target is deleted first; then the plan's volumes must go, those that were only there to \
             fill others too.",
        )
        .example("Then no volume of the plan remains")
        .after(&[Fact::Plan])
        .permissions(VOLUMES_AWAITED),
    Sentence::new(Part::Then, "every source VM is powered as it was")
        .means("Each VM of the plan is on or off on the source as it was when the plan was made.")
        .example("Then every source VM is powered as it was")
        .after(&[Fact::Plan]),
];

#[when("the migration is cancelled")]
async fn the_migration_is_cancelled(world: &mut MigrationWorld) -> StepResult {
    world.outcome = Some(world.plan()?.cancel(world.running()?).await?);
    Ok(())
}

#[when(expr = "the migration of the VM {string} is cancelled")]
async fn the_migration_of_the_vm_is_cancelled(world: &mut MigrationWorld, name: String) -> StepResult {
    Ok(world.plan()?.cancel_vm(world.running()?, &name).await?)
}

#[when("the migration is started again")]
async fn the_migration_is_started_again(world: &mut MigrationWorld) -> StepResult {
    world.running = Some(world.plan()?.start_again().await?);
    world.outcome = None;
    Ok(())
}

#[when("the plan is archived")]
async fn the_plan_is_archived(world: &mut MigrationWorld) -> StepResult {
    Ok(world.plan()?.archive().await?)
}

#[when("the plan is deleted")]
async fn the_plan_is_deleted(world: &mut MigrationWorld) -> StepResult {
    Ok(world.plan()?.delete().await?)
}

#[then("no volume of the plan remains")]
async fn no_volume_of_the_plan_remains(world: &mut MigrationWorld) -> StepResult {
    Ok(world.plan()?.no_volume_remains().await?)
}

#[then("every source VM is powered as it was")]
async fn every_source_vm_is_powered_as_it_was(world: &mut MigrationWorld) -> StepResult {
    Ok(world.plan()?.sources_are_powered_as_before().await?)
}
