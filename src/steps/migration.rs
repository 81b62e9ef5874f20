//! The run of a plan.

use std::num::NonZeroUsize;
use std::time::Duration;

use cucumber::when;

use super::StepResult;
use super::duration::StatedDuration;
use super::field::Field;
use super::platform_limit::WARM;
use super::sentence::{Fact, Part, Sentence};
use crate::migration::PipelineStep;
use crate::world::MigrationWorld;

const CUTOVER: Field = Field::new::<StatedDuration>("cutover", "time from now to the cutover");
const STEP: Field = Field::new::<PipelineStep>(
    "step",
    "a step of the migration; `disk transfer` is whichever of DiskTransfer and DiskTransferV2v the platform has",
);

/// Sentences about running a plan.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::When, "the migration runs")
        .means("The plan is started, and the migration's end is awaited, whatever it is.")
        .example("When the migration runs")
        .after(&[Fact::Plan])
        .giving(&[Fact::Outcome])
        .first_run(),
    Sentence::new(Part::When, "the migration runs with cutover in {duration}")
        .means("The same for a warm plan, with its cutover so long after the start.")
        .words(&[CUTOVER])
        .example("When the migration runs with cutover in 5 minutes")
        .after(&[Fact::Plan])
        .giving(&[Fact::Outcome])
        .limited(&WARM)
        .warm_only("cutover")
        .first_run(),
    Sentence::new(Part::When, "the migration starts")
        .means("The plan is started, for what is to happen while the migration goes on. A warm one has no cutover yet.")
        .example("When the migration starts")
        .after(&[Fact::Plan])
        .giving(&[Fact::Running])
        .first_run(),
    Sentence::new(Part::When, "the migration finishes")
        .means("The end of a migration that was started is awaited, whatever it is.")
        .example("When the migration finishes")
        .after(&[Fact::Running])
        .giving(&[Fact::Outcome]),
    Sentence::new(Part::When, "{int} precopy/precopies has/have completed")
        .means("That so many copies of the running VMs have been made is awaited. Warm migrations have them.")
        .words(&[Field::new::<NonZeroUsize>("number", "how many")])
        .example("When 2 precopies have completed")
        .after(&[Fact::Running])
        .limited(&WARM)
        .warm_only("precopies"),
    Sentence::new(Part::When, "the {string} step has completed")
        .means("That every VM has left this step of the migration behind is awaited.")
        .words(&[STEP])
        .example("When the \"disk transfer\" step has completed")
        .after(&[Fact::Running]),
    Sentence::new(Part::When, "the {string} step is running")
        .means("That a VM is in this step of the migration is awaited.")
        .words(&[STEP])
        .example("When the \"ImageConversion\" step is running")
        .after(&[Fact::Running]),
    Sentence::new(Part::When, "the cutover is scheduled in {duration}")
        .means("The running VMs of a warm migration are to be switched off so long from now, and copied for the last time.")
        .words(&[CUTOVER])
        .example("When the cutover is scheduled in 2 minutes")
        .after(&[Fact::Running])
        .limited(&WARM)
        .warm_only("cutover"),
    Sentence::new(Part::When, "the cutover is scheduled now")
        .means("The running VMs of a warm migration are to be switched off at once, and copied for the last time.")
        .example("When the cutover is scheduled now")
        .after(&[Fact::Running])
        .limited(&WARM)
        .warm_only("cutover"),
];

#[when("the migration runs")]
async fn the_migration_runs(world: &mut MigrationWorld) -> StepResult {
    run(world, None).await
}

#[when(expr = "the migration runs with cutover in {duration}")]
async fn the_migration_runs_with_cutover(world: &mut MigrationWorld, cutover: StatedDuration) -> StepResult {
    run(world, Some(cutover.0)).await
}

async fn run(world: &mut MigrationWorld, cutover: Option<Duration>) -> StepResult {
    let (running, outcome) = world.plan()?.run(cutover).await?;
    world.running = Some(running);
    world.outcome = Some(outcome);
    Ok(())
}

#[when("the migration starts")]
async fn the_migration_starts(world: &mut MigrationWorld) -> StepResult {
    world.running = Some(world.plan()?.start().await?);
    Ok(())
}

#[when("the migration finishes")]
async fn the_migration_finishes(world: &mut MigrationWorld) -> StepResult {
    world.outcome = Some(world.plan()?.finish(world.running()?).await?);
    Ok(())
}

#[when(expr = "{int} precopy/precopies has/have completed")]
async fn precopies_have_completed(world: &mut MigrationWorld, number: usize) -> StepResult {
    Ok(world.plan()?.precopies_completed(world.running()?, number).await?)
}

#[when(expr = "the {string} step has completed")]
async fn the_step_has_completed(world: &mut MigrationWorld, name: String) -> StepResult {
    let pipeline_step: PipelineStep = name.parse()?;
    Ok(world.plan()?.step_completed(world.running()?, pipeline_step).await?)
}

#[when(expr = "the {string} step is running")]
async fn the_step_is_running(world: &mut MigrationWorld, name: String) -> StepResult {
    let pipeline_step: PipelineStep = name.parse()?;
    Ok(world.plan()?.step_running(world.running()?, pipeline_step).await?)
}

#[when(expr = "the cutover is scheduled in {duration}")]
async fn the_cutover_is_scheduled_in(world: &mut MigrationWorld, after: StatedDuration) -> StepResult {
    Ok(world.plan()?.schedule_cutover(world.running()?, Some(after.0)).await?)
}

#[when("the cutover is scheduled now")]
async fn the_cutover_is_scheduled_now(world: &mut MigrationWorld) -> StepResult {
    Ok(world.plan()?.schedule_cutover(world.running()?, None).await?)
}
