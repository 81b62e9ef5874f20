//! The Containerized Data Importer of the simulated cluster: storage [`profiles`], DataVolumes and their claims
//! ([`data_volumes`]), the [`populator`] that fills claims with an importer pod, and [`multi_stage`] imports.

pub mod data_volumes;
pub mod facts;
mod importer;
mod multi_stage;
pub mod populator;
pub mod profiles;

use super::{Context, reconcile::Shared};

/// Runs CDI's controllers until the context stops.
pub async fn run(context: Context) -> anyhow::Result<()> {
    let shared = Shared::new(context);
    futures::join!(
        profiles::run(shared.clone()),
        data_volumes::run(shared.clone()),
        populator::run(shared),
    );
    Ok(())
}
