//! Sentences about the outcome of a migration and the conditions of its plan.

use std::num::NonZeroUsize;

use cucumber::then;

use super::duration::StatedDuration;
use super::field::Field;
use super::platform_limit::WARM;
use super::sentence::{Fact, Part, Sentence};
use super::vm_options::PLAN_VM;
use super::{StepError, StepResult};
use crate::migration::{ConditionType, MigrationOutcome, PipelineStep};
use crate::world::MigrationWorld;

const CONDITION: Field = Field::new::<ConditionType>(
    "condition",
    "type of a condition of the plan or of its maps, such as VMNetworksNotMapped",
);
const STEP: Field = Field::new::<PipelineStep>(
    "step",
    "a step of the migration; `disk transfer` is whichever of DiskTransfer and DiskTransferV2v the platform has",
);

/// Sentences about the end of a migration and the state of a plan.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Then, "the migration succeeds")
        .means(
            "MTV reports that every VM was migrated. A warm migration switched its VMs off at their cutover, not earlier, and \
             copied them once more then.",
        )
        .example("Then the migration succeeds")
        .after(&[Fact::Outcome]),
    Sentence::new(Part::Then, "the migration fails")
        .means("MTV reports that at least one VM could not be migrated.")
        .example("Then the migration fails")
        .after(&[Fact::Outcome]),
    Sentence::new(Part::Then, "the migration fails in the {string} step")
        .means("MTV reports that every VM failed, each of them in this step. A migration that does not end is none.")
        .words(&[STEP])
        .example("Then the migration fails in the \"disk transfer\" step")
        .after(&[Fact::Outcome]),
    Sentence::new(Part::Then, "the migration is reported as cancelled")
        .means("MTV reports that the migration was cancelled, and the snapshots that it took of the source VMs go.")
        .example("Then the migration is reported as cancelled")
        .after(&[Fact::Outcome]),
    Sentence::new(Part::Then, "the migration took less than {duration}")
        .means("From the migration's start to its end it was less than that, by MTV's own times.")
        .words(&[Field::new::<StatedDuration>("limit", "more than it may take")])
        .example("Then the migration took less than 30 minutes")
        .after(&[Fact::Outcome]),
    Sentence::new(Part::Then, "at least {int} precopy/precopies was/were taken")
        .means("Each VM was copied successfully so many times before the cutover; the last copy does not count.")
        .words(&[Field::new::<NonZeroUsize>("number", "how many")])
        .example("Then at least 2 precopies were taken")
        .after(&[Fact::Plan])
        .limited(&WARM),
    Sentence::new(Part::Then, "at most {int} VM(s) was/were in flight at a time")
        .means("MTV never migrated more VMs at the same time.")
        .words(&[Field::new::<NonZeroUsize>("number", "how many")])
        .example("Then at most 1 VM was in flight at a time")
        .after(&[Fact::Outcome]),
    Sentence::new(Part::Then, "the plan is ready")
        .means("MTV reports that the plan can be run.")
        .example("Then the plan is ready")
        .after(&[Fact::Plan]),
    Sentence::new(Part::Then, "the plan is not ready because of {string}")
        .means(
            "The plan has a condition of this type, and it keeps the plan from being ready. Where one of its maps is not \
             ready, a condition of the map counts too.",
        )
        .words(&[CONDITION])
        .example("Then the plan is not ready because of \"VMNetworksNotMapped\"")
        .after(&[Fact::Plan]),
    Sentence::new(Part::Then, "the plan reports {string}")
        .means("The plan has a condition of this type. It may be one that only warns.")
        .words(&[CONDITION])
        .example("Then the plan reports \"VMMissingGuestIPs\"")
        .after(&[Fact::Plan]),
    Sentence::new(Part::Then, "the plan does not report {string}")
        .means("The plan has no condition of this type, neither one that blocks nor one that warns.")
        .words(&[CONDITION])
        .example("Then the plan does not report \"VMStorageNotMapped\"")
        .after(&[Fact::Plan]),
    Sentence::new(Part::Then, "every VM was migrated")
        .means("Each VM of the plan has a VM on the target.")
        .example("Then every VM was migrated")
        .after(&[Fact::Plan]),
    Sentence::new(Part::Then, "no VM was migrated")
        .means("No VM of the plan has a VM on the target.")
        .example("Then no VM was migrated")
        .after(&[Fact::Plan]),
    Sentence::new(Part::Then, "the VM {string} was migrated")
        .means("This VM of the plan, or each clone of it, has a VM on the target.")
        .words(&[PLAN_VM.field])
        .example("Then the VM \"mtv-tests-rhel8\" was migrated")
        .after(&[Fact::Plan]),
    Sentence::new(Part::Then, "the VM {string} was not migrated")
        .means("This VM of the plan, or each clone of it, has no VM on the target.")
        .words(&[PLAN_VM.field])
        .example("Then the VM \"mtv-tests-rhel8\" was not migrated")
        .after(&[Fact::Plan]),
    Sentence::new(Part::Then, "the target VM is named {string}")
        .means("The plan's VM has this name on the target; of several VMs, one of them.")
        .words(&[Field::new::<String>("name", "name of a VM on the target")])
        .example("Then the target VM is named \"web-1\"")
        .after(&[Fact::Plan]),
];

/// Outcome of the migration; waits for the end of a running one.
async fn end(world: &mut MigrationWorld) -> Result<&MigrationOutcome, StepError> {
    if let (None, Some(running)) = (&world.outcome, &world.running) {
        world.outcome = Some(world.plan()?.finish(running).await?);
    }
    Ok(world.outcome()?)
}

#[then("the migration succeeds")]
async fn the_migration_succeeds(world: &mut MigrationWorld) -> StepResult {
    end(world).await?.succeeded()?;
    Ok(world.running()?.was_as_warm_as_planned()?)
}

#[then("the migration fails")]
async fn the_migration_fails(world: &mut MigrationWorld) -> StepResult {
    Ok(end(world).await?.failed()?)
}

#[then("the migration is reported as cancelled")]
async fn the_migration_is_reported_as_cancelled(world: &mut MigrationWorld) -> StepResult {
    end(world).await?.canceled()?;
    Ok(world.plan()?.snapshots_go().await?)
}

#[then(expr = "the migration fails in the {string} step")]
async fn the_migration_fails_in(world: &mut MigrationWorld, name: String) -> StepResult {
    let pipeline_step: PipelineStep = name.parse()?;
    let vms = world.plan()?.source_names();
    Ok(end(world).await?.failed_in(pipeline_step, &vms)?)
}

#[then("the plan is ready")]
async fn the_plan_is_ready(world: &mut MigrationWorld) -> StepResult {
    Ok(world.plan()?.now().await?.is_ready()?)
}

#[then(expr = "the plan is not ready because of {string}")]
async fn the_plan_is_not_ready(world: &mut MigrationWorld, condition: String) -> StepResult {
    let condition: ConditionType = condition.parse()?;
    Ok(world.plan()?.now().await?.is_refused_because_of(condition.as_str())?)
}

#[then(expr = "the plan reports {string}")]
async fn the_plan_reports(world: &mut MigrationWorld, condition: String) -> StepResult {
    let condition: ConditionType = condition.parse()?;
    Ok(world.plan()?.now().await?.reports(condition.as_str())?)
}

#[then(expr = "the plan does not report {string}")]
async fn the_plan_does_not_report(world: &mut MigrationWorld, condition: String) -> StepResult {
    let condition: ConditionType = condition.parse()?;
    Ok(world.plan()?.now().await?.does_not_report(condition.as_str())?)
}

#[then("every VM was migrated")]
async fn every_vm_was_migrated(world: &mut MigrationWorld) -> StepResult {
    Ok(world.plan()?.every_vm_was_migrated().await?)
}

#[then(expr = "the target VM is named {string}")]
async fn the_target_vm_is_named(world: &mut MigrationWorld, name: String) -> StepResult {
    Ok(world.plan()?.target_is_named(&name).await?)
}

#[then("no VM was migrated")]
async fn no_vm_was_migrated(world: &mut MigrationWorld) -> StepResult {
    Ok(world.plan()?.no_vm_was_migrated().await?)
}

#[then(expr = "the VM {string} was migrated")]
async fn the_vm_was_migrated(world: &mut MigrationWorld, name: String) -> StepResult {
    Ok(world.plan()?.vm_was_migrated(&name).await?)
}

#[then(expr = "the VM {string} was not migrated")]
async fn the_vm_was_not_migrated(world: &mut MigrationWorld, name: String) -> StepResult {
    Ok(world.plan()?.vm_was_not_migrated(&name).await?)
}

#[then(expr = "the migration took less than {duration}")]
async fn the_migration_took_less_than(world: &mut MigrationWorld, limit: StatedDuration) -> StepResult {
    world.outcome()?;
    Ok(world.plan()?.took_less_than(limit.0).await??)
}

#[then(expr = "at least {int} precopy/precopies was/were taken")]
async fn precopies_were_taken(world: &mut MigrationWorld, number: usize) -> StepResult {
    Ok(world.plan()?.has_precopies(number).await??)
}

#[then(expr = "at most {int} VM(s) was/were in flight at a time")]
fn vms_were_in_flight(world: &mut MigrationWorld, limit: usize) -> StepResult {
    world.outcome()?;
    Ok(world.running()?.had_in_flight_at_most(limit)?)
}
