//! KubeVirt of the simulated cluster: [`machines`] creates instances of VMs according to their run strategy,
//! [`instances`] creates launcher pods and boots the guests.

pub mod facts;
mod guest;
mod instances;
mod launcher;
mod machines;
mod seed;

use super::{Context, reconcile::Shared};

pub use seed::seed;

/// Creates the KubeVirt object, then runs KubeVirt's controllers until the context stops.
pub async fn run(context: Context) -> anyhow::Result<()> {
    seed(context.client.clone()).await?;
    let shared = Shared::new(context);
    futures::join!(machines::run(shared.clone()), instances::run(shared));
    Ok(())
}
