//! Where VMs come from and where they go to.

use std::sync::Arc;

use cucumber::given;

use super::StepResult;
use crate::world::{MigrationWorld, Missing};

/// The run's selected provider: Secret and Provider, ready, with its inventory loaded; made once per run.
#[given("a source provider")]
async fn a_source_provider(world: &mut MigrationWorld) -> StepResult {
    let scenario = Arc::clone(world.scenario()?);
    let key = scenario.provider.as_deref().ok_or(Missing::Provider)?;
    world.source = Some(scenario.session.source(key).await?);
    Ok(())
}

/// The default; may be left out.
#[given("the destination is the local cluster")]
async fn the_destination_is_the_local_cluster(world: &mut MigrationWorld) -> StepResult {
    world.scenario()?.session.destination().await?;
    Ok(())
}
