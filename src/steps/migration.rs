//! The run of a plan.

use cucumber::when;

use super::StepResult;
use super::sentence::{Fact, Part, Sentence};
use crate::world::MigrationWorld;

/// Sentences about running a plan.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::When, "the migration runs")
        .means("The plan is started, and the migration's end is awaited, whatever it is.")
        .example("When the migration runs")
        .after(&[Fact::Plan])
        .giving(&[Fact::Outcome]),
    Sentence::new(Part::When, "the migration starts")
        .means("The plan is started, for what is to happen while the migration goes on.")
        .example("When the migration starts")
        .after(&[Fact::Plan])
        .giving(&[Fact::Running]),
    Sentence::new(Part::When, "the migration finishes")
        .means("The end of a migration that was started is awaited, whatever it is.")
        .example("When the migration finishes")
        .after(&[Fact::Running])
        .giving(&[Fact::Outcome]),
];

#[when("the migration runs")]
async fn the_migration_runs(world: &mut MigrationWorld) -> StepResult {
    world.outcome = Some(world.plan()?.run().await?);
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
