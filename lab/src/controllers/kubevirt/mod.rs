//! KubeVirt of the simulated cluster: virtual machines get instances when they shall run ([`machines`]), instances
//! get a launcher pod and boot ([`instances`]).

pub mod facts;
mod guest;
mod instances;
mod launcher;
mod machines;
mod seed;

use super::{Context, reconcile::Shared};

pub use seed::seed;

/// Makes the KubeVirt resource, then runs KubeVirt's controllers until the context stops.
pub async fn run(context: Context) -> anyhow::Result<()> {
    seed(context.client.clone()).await?;
    let shared = Shared::new(context);
    futures::join!(machines::run(shared.clone()), instances::run(shared));
    Ok(())
}
