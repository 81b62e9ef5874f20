//! Where VMs come from and where they go to.

use std::sync::Arc;

use cucumber::given;

use super::StepResult;
use super::sentence::{Fact, Part, Sentence};
use crate::world::{MigrationWorld, Missing};

/// Sentences about providers and clusters.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Places, "a source provider")
        .means(
            "The provider that VMs come from: the one that the run has selected. MTV knows it and has its inventory; it is \
             made once per run.",
        )
        .example("Given a source provider")
        .giving(&[Fact::Source]),
    Sentence::new(Part::Places, "the destination is the local cluster")
        .means("VMs go to the cluster that MTV runs on. That is the default and may be left out.")
        .example("Given the destination is the local cluster")
        .before_plan(),
];

#[given("a source provider")]
async fn a_source_provider(world: &mut MigrationWorld) -> StepResult {
    let scenario = Arc::clone(world.scenario()?);
    let key = scenario.provider.as_deref().ok_or(Missing::Provider)?;
    world.source = Some(scenario.session.source(key).await?);
    Ok(())
}

#[given("the destination is the local cluster")]
async fn the_destination_is_the_local_cluster(world: &mut MigrationWorld) -> StepResult {
    world.scenario()?.session.destination().await?;
    Ok(())
}
