//! The plan sentence, which acts on everything that was said before, and what Forklift says about the plan.

use std::sync::Arc;

use cucumber::gherkin::Step;
use cucumber::{given, then};

use super::plan_options::{PLAN, plan_options};
use super::{StepResult, table};
use crate::migration::{Expectation, MigrationPlan, PlanKind, PlanOptions};
use crate::world::{MigrationWorld, Missing};

/// Prepares VMs, networks and maps, creates the plan, and waits until it is ready.
#[given("a cold migration plan")]
async fn a_cold_plan(world: &mut MigrationWorld, step: &Step) -> StepResult {
    make(world, PlanKind::Cold, options(step)?, Expectation::Ready).await
}

/// The same, but waits for a condition that blocks it.
#[given("a cold migration plan that is refused")]
async fn a_cold_plan_that_is_refused(world: &mut MigrationWorld, step: &Step) -> StepResult {
    make(world, PlanKind::Cold, options(step)?, Expectation::Refused).await
}

/// The plan can run.
#[then("the plan is ready")]
async fn the_plan_is_ready(world: &mut MigrationWorld) -> StepResult {
    Ok(world.plan()?.now().await?.is_ready()?)
}

/// A condition of this type keeps the plan from running.
#[then(expr = "the plan is not ready because of {string}")]
async fn the_plan_is_not_ready(world: &mut MigrationWorld, condition: String) -> StepResult {
    Ok(world.plan()?.now().await?.is_refused_because_of(&condition)?)
}

/// The plan has no condition of this type.
#[then(expr = "the plan does not report {string}")]
async fn the_plan_does_not_report(world: &mut MigrationWorld, condition: String) -> StepResult {
    Ok(world.plan()?.now().await?.does_not_report(&condition)?)
}

pub(super) fn options(step: &Step) -> Result<PlanOptions, table::Error> {
    plan_options(&table::options(step.table.as_ref(), PLAN)?)
}

async fn make(
    world: &mut MigrationWorld,
    kind: PlanKind,
    options: PlanOptions,
    expectation: Expectation,
) -> StepResult {
    if world.plan.is_some() {
        return Err(Missing::PlanExists.into());
    }
    let (scenario, source) = (Arc::clone(world.scenario()?), Arc::clone(world.source()?));
    let plan = MigrationPlan::prepare(&scenario, &source, &world.intent, kind, options, expectation).await?;
    world.plan = Some(plan);
    Ok(())
}
