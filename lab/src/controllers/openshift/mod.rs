//! What OpenShift and its operators leave in the cluster: which version it is, which operators are installed, and
//! MTV's Deployments.

pub mod facts;
mod mtv;
mod seed;

use super::Context;

pub use seed::seed;

/// Makes the facts, then waits until the context stops: nothing of this part changes by itself.
pub async fn run(context: Context) -> anyhow::Result<()> {
    seed(context.client).await?;
    context.stop.cancelled().await;
    Ok(())
}
