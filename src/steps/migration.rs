//! The run of a plan, and how it ended.

use cucumber::{then, when};

use super::StepResult;
use crate::migration::PipelineStep;
use crate::world::MigrationWorld;

/// Starts the migration and waits for its end, whatever it is.
#[when("the migration runs")]
async fn the_migration_runs(world: &mut MigrationWorld) -> StepResult {
    world.outcome = Some(world.plan()?.run().await?);
    Ok(())
}

/// Starts the migration.
#[when("the migration starts")]
async fn the_migration_starts(world: &mut MigrationWorld) -> StepResult {
    world.running = Some(world.plan()?.start().await?);
    Ok(())
}

/// Waits for the end of the migration, whatever it is.
#[when("the migration finishes")]
async fn the_migration_finishes(world: &mut MigrationWorld) -> StepResult {
    world.outcome = Some(world.plan()?.finish(world.running()?).await?);
    Ok(())
}

/// Every VM arrived.
#[then("the migration succeeds")]
fn the_migration_succeeds(world: &mut MigrationWorld) -> StepResult {
    Ok(world.outcome()?.succeeded()?)
}

/// At least one VM did not arrive.
#[then("the migration fails")]
fn the_migration_fails(world: &mut MigrationWorld) -> StepResult {
    Ok(world.outcome()?.failed()?)
}

/// Every VM failed in this step.
#[then(expr = "the migration fails in the {string} step")]
fn the_migration_fails_in(world: &mut MigrationWorld, name: String) -> StepResult {
    let pipeline_step: PipelineStep = name.parse()?;
    Ok(world
        .outcome()?
        .failed_in(pipeline_step, &world.plan()?.source_names())?)
}

/// Each VM has its target VM.
#[then("every VM was migrated")]
async fn every_vm_was_migrated(world: &mut MigrationWorld) -> StepResult {
    Ok(world.plan()?.every_vm_was_migrated().await?)
}

/// No VM has a target VM.
#[then("no VM was migrated")]
async fn no_vm_was_migrated(world: &mut MigrationWorld) -> StepResult {
    Ok(world.plan()?.no_vm_was_migrated().await?)
}
