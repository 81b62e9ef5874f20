//! Sentences that inject failures into the simulated lab.

use cucumber::{given, when};
use forklift_api::lab::{DefectName, FaultName, HoldName};

use super::StepResult;
use super::field::{Key, Value as _};
use super::sentence::{Fact, Part, Sentence};
use super::words::Words;
use crate::migration::{self, Injection};
use crate::world::MigrationWorld;

const FAULT: Key<FaultName> = Key::new("fault", "what fails");
const DEFECT: Key<DefectName> = Key::new("defect", "what comes out wrong");
const HOLD: Key<HoldName> = Key::new("hold", "the step of the migration that does not end");

impl Words for FaultName {
    const WORDS: &'static [(&'static str, Self)] = Self::ALL;
}

impl Words for DefectName {
    const WORDS: &'static [(&'static str, Self)] = Self::ALL;
}

impl Words for HoldName {
    const WORDS: &'static [(&'static str, Self)] = Self::ALL;
}

/// Sentences that only the simulated lab can carry out.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Lab, "the lab fails {string}")
        .means("With the VMs of this scenario, this fails, and says so as it would in a real data centre.")
        .words(&[FAULT.field])
        .example("Given the lab fails \"conversion fails while copying\"")
        .giving(&[Fact::Failing])
        .of_the_lab()
        .injects_failure(),
    Sentence::new(Part::Lab, "the lab has the defect {string}")
        .means("With the VMs of this scenario, this comes out wrong, and nobody says so.")
        .words(&[DEFECT.field])
        .example("Given the lab has the defect \"wrong memory\"")
        .of_the_lab()
        .injects_failure(),
    Sentence::new(Part::Lab, "the lab holds {string}")
        .means("With the VMs of this scenario, this step of the migration does not end before it is let go on.")
        .words(&[HOLD.field])
        .example("Given the lab holds \"disk transfer\"")
        .giving(&[Fact::Held])
        .of_the_lab(),
    Sentence::new(Part::When, "the lab lets {string} go on")
        .means("The step of the migration that was held may end.")
        .words(&[HOLD.field])
        .example("When the lab lets \"disk transfer\" go on")
        .after(&[Fact::Held, Fact::Running])
        .of_the_lab(),
    Sentence::new(Part::When, "the lab no longer fails {string}")
        .means("What failed with the VMs of this scenario works from now on, as if somebody had repaired it.")
        .words(&[FAULT.field])
        .example("When the lab no longer fails \"conversion fails while copying\"")
        .after(&[Fact::Failing])
        .of_the_lab(),
];

#[given(expr = "the lab fails {string}")]
async fn fails(world: &mut MigrationWorld, name: String) -> StepResult {
    let name = FaultName::read(FAULT.field.name, &name)?;
    inject(world, Injection::Fault(name)).await
}

#[given(expr = "the lab has the defect {string}")]
async fn has_the_defect(world: &mut MigrationWorld, name: String) -> StepResult {
    let name = DefectName::read(DEFECT.field.name, &name)?;
    inject(world, Injection::Defect(name)).await
}

#[given(expr = "the lab holds {string}")]
async fn holds(world: &mut MigrationWorld, name: String) -> StepResult {
    let name = HoldName::read(HOLD.field.name, &name)?;
    inject(world, Injection::Hold(name)).await
}

#[when(expr = "the lab lets {string} go on")]
async fn lets_go_on(world: &mut MigrationWorld, words: String) -> StepResult {
    let name = HoldName::read(HOLD.field.name, &words)?;
    Ok(migration::release(world.scenario()?, name, words).await?)
}

#[when(expr = "the lab no longer fails {string}")]
async fn no_longer_fails(world: &mut MigrationWorld, words: String) -> StepResult {
    let name = FaultName::read(FAULT.field.name, &words)?;
    Ok(migration::repair(world.scenario()?, name, words).await?)
}

/// At once where the VMs are known, else before they are cloned.
async fn inject(world: &mut MigrationWorld, injection: Injection) -> StepResult {
    match &world.plan {
        Some(plan) => plan.inject(injection).await?,
        None => world.intent.injections.push(injection),
    }
    Ok(())
}
