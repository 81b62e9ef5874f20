//! The plan sentence, which acts on everything that was said before.

use std::sync::Arc;

use cucumber::gherkin::Step;
use cucumber::given;
use k8s_openapi::api::core::v1::Affinity;

use super::field::{Field, Key, Value as _};
use super::plan_options::{PLAN, plan_options};
use super::platform_limit::WARM;
use super::sentence::{Argument, Fact, Part, Sentence};
use super::vm_options::PLAN_VM;
use super::{StepResult, table};
use crate::migration::{Expectation, MigrationPlan, PlanKind};
use crate::world::{MigrationWorld, Missing};

const NEEDS: &[Fact] = &[Fact::Source, Fact::Vms, Fact::Networks, Fact::Storage];

const PLAN_NAME: Field = Field::new::<String>("plan", "what the scenario calls the plan");

const AFFINITY: Key<Affinity> = Key::new("target affinity", "the affinity of the target VMs");

/// Sentences about plans.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Plan, "the target affinity is:")
        .means("The affinity that the target VMs get, in YAML as in a Pod.")
        .argument(Argument::DocString(AFFINITY.field))
        .example(
            "\
Given the target affinity is:
  \"\"\"
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
        - matchExpressions:
            - key: kubernetes.io/arch
              operator: In
              values: [amd64]
  \"\"\"",
        )
        .before_plan(),
    Sentence::new(Part::Plan, "a cold migration plan")
        .means(
            "Everything that was said so far is done: VMs are cloned, maps and plan are made, and the plan becomes ready. VMs \
             are off while their disks are copied.",
        )
        .argument(Argument::Options(PLAN))
        .example("Given a cold migration plan\n  | target power state | on |")
        .after(NEEDS)
        .giving(&[Fact::Plan, Fact::Settled])
        .before_plan()
        .plan(PlanKind::Cold),
    Sentence::new(Part::Plan, "a cold migration plan that is refused")
        .means("The same, but MTV must find something that keeps the plan from being ready; becoming ready is a failure.")
        .argument(Argument::Options(PLAN))
        .example("Given a cold migration plan that is refused")
        .after(NEEDS)
        .giving(&[Fact::Plan, Fact::Settled])
        .before_plan()
        .plan(PlanKind::Cold)
        .refused(),
    Sentence::new(Part::Plan, "a warm migration plan")
        .means(
            "A plan whose VMs go on running while their disks are copied, again and again, until the cutover. Otherwise like `a \
             cold migration plan`.",
        )
        .argument(Argument::Options(PLAN))
        .example("Given a warm migration plan\n  | preserve static IPs | yes |")
        .after(NEEDS)
        .giving(&[Fact::Plan, Fact::Settled])
        .before_plan()
        .limited(&WARM)
        .plan(PlanKind::Warm),
    Sentence::new(Part::Plan, "a warm migration plan that is refused")
        .means("The same, but MTV must find something that keeps the plan from being ready; becoming ready is a failure.")
        .argument(Argument::Options(PLAN))
        .example("Given a warm migration plan that is refused")
        .after(NEEDS)
        .giving(&[Fact::Plan, Fact::Settled])
        .before_plan()
        .plan(PlanKind::Warm)
        .refused(),
    Sentence::new(Part::Plan, "the plan {string} is a cold migration of the VM {string}")
        .means("A cold plan with a name, for scenarios that have several.")
        .words(&[PLAN_NAME, PLAN_VM.field])
        .argument(Argument::Options(PLAN))
        .example("Given the plan \"xcopy\" is a cold migration of the VM \"xcopy-template-test\"")
        .after(&[Fact::Source])
        .giving(&[Fact::Plan])
        .later()
        .plan(PlanKind::Cold),
    Sentence::new(Part::Plan, "the plan {string} is a warm migration of the VM {string}")
        .means("A warm plan with a name, for scenarios that have several.")
        .words(&[PLAN_NAME, PLAN_VM.field])
        .argument(Argument::Options(PLAN))
        .example("Given the plan \"vddk\" is a warm migration of the VM \"mtv-tests-rhel8\"")
        .after(&[Fact::Source])
        .giving(&[Fact::Plan])
        .later()
        .limited(&WARM)
        .plan(PlanKind::Warm),
];

#[given("the target affinity is:")]
fn the_target_affinity(world: &mut MigrationWorld, step: &Step) -> StepResult {
    let text = step.docstring.as_deref().unwrap_or_default();
    world.intent()?.affinity = Some(Affinity::read(AFFINITY.field.name, text)?);
    Ok(())
}

#[given("a cold migration plan")]
async fn a_cold_plan(world: &mut MigrationWorld, step: &Step) -> StepResult {
    make(world, step, PlanKind::Cold, Expectation::Ready).await
}

#[given("a cold migration plan that is refused")]
async fn a_cold_plan_that_is_refused(world: &mut MigrationWorld, step: &Step) -> StepResult {
    make(world, step, PlanKind::Cold, Expectation::Refused).await
}

#[given("a warm migration plan")]
async fn a_warm_plan(world: &mut MigrationWorld, step: &Step) -> StepResult {
    make(world, step, PlanKind::Warm, Expectation::Ready).await
}

#[given("a warm migration plan that is refused")]
async fn a_warm_plan_that_is_refused(world: &mut MigrationWorld, step: &Step) -> StepResult {
    make(world, step, PlanKind::Warm, Expectation::Refused).await
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
