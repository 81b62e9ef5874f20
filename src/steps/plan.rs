//! The plan sentence, which acts on everything that was said before.

use std::sync::Arc;

use cucumber::gherkin::Step;
use cucumber::given;

use super::plan_options::{PLAN, plan_options};
use super::sentence::{Argument, Fact, Part, Sentence};
use super::{StepResult, table};
use crate::migration::{Expectation, MigrationPlan, PlanKind};
use crate::world::{MigrationWorld, Missing};

const NEEDS: &[Fact] = &[Fact::Source, Fact::Vms, Fact::Networks, Fact::Storage];

/// Sentences about plans.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Plan, "a cold migration plan")
        .means(
            "Everything that was said so far is done: VMs are cloned, maps and plan are made, and the plan becomes ready. VMs \
             are off while their disks are copied.",
        )
        .argument(Argument::Options(PLAN))
        .example("Given a cold migration plan\n  | target power state | on |")
        .after(NEEDS)
        .giving(&[Fact::Plan, Fact::Settled])
        .before_plan(),
    Sentence::new(Part::Plan, "a cold migration plan that is refused")
        .means("The same, but MTV must find something that keeps the plan from being ready; becoming ready is a failure.")
        .argument(Argument::Options(PLAN))
        .example("Given a cold migration plan that is refused")
        .after(NEEDS)
        .giving(&[Fact::Plan, Fact::Settled])
        .before_plan(),
];

#[given("a cold migration plan")]
async fn a_cold_plan(world: &mut MigrationWorld, step: &Step) -> StepResult {
    make(world, step, PlanKind::Cold, Expectation::Ready).await
}

#[given("a cold migration plan that is refused")]
async fn a_cold_plan_that_is_refused(world: &mut MigrationWorld, step: &Step) -> StepResult {
    make(world, step, PlanKind::Cold, Expectation::Refused).await
}

async fn make(world: &mut MigrationWorld, step: &Step, kind: PlanKind, expectation: Expectation) -> StepResult {
    let options = plan_options(&table::options(step.table.as_ref(), PLAN)?)?;
    if world.plan.is_some() {
        return Err(Missing::PlanExists.into());
    }
    let (scenario, source) = (Arc::clone(world.scenario()?), Arc::clone(world.source()?));
    let plan = MigrationPlan::prepare(&scenario, &source, &world.intent, kind, options, expectation).await?;
    world.plan = Some(plan);
    Ok(())
}
