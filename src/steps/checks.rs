//! Comparisons between what left and what arrived.

use cucumber::gherkin::Step;
use cucumber::then;

use super::{StepError, StepResult, table};
use crate::checks::{self, Check, Selection};
use crate::world::MigrationWorld;

/// The whole registry.
#[then("every VM passes all applicable checks")]
async fn all_applicable(world: &mut MigrationWorld) -> StepResult {
    validate(world, Selection::Applicable).await
}

/// One check, by its name.
#[then(expr = "every VM passes the {string} check")]
async fn one_check(world: &mut MigrationWorld, name: String) -> StepResult {
    validate(world, Selection::Named(vec![checks::find(&name)?])).await
}

/// Several checks, one name in each row.
#[then("every VM passes these checks:")]
async fn these_checks(world: &mut MigrationWorld, step: &Step) -> StepResult {
    validate(world, Selection::Named(named(step)?)).await
}

/// So many disks arrived.
#[then(expr = "every VM has {int} disk(s)")]
async fn disk_count(world: &mut MigrationWorld, count: usize) -> StepResult {
    Ok(checks::disk_count(world.scenario()?, world.plan()?, count).await?)
}

pub(super) fn named(step: &Step) -> Result<Vec<&'static dyn Check>, StepError> {
    let names = table::names(step.table.as_ref())?;
    names.iter().map(|name| Ok(checks::find(name)?)).collect()
}

async fn validate(world: &MigrationWorld, selection: Selection) -> StepResult {
    Ok(checks::validate(world.scenario()?, world.plan()?, &selection).await?)
}
