//! Objects of OpenShift and its operators: cluster version, installed operators, and MTV's Deployments.

pub mod facts;
mod mtv;
mod seed;

use super::Context;

pub use seed::seed;

/// Creates the objects, then waits until the context stops: they never change.
pub async fn run(context: Context) -> anyhow::Result<()> {
    seed(context.client).await?;
    context.stop.cancelled().await;
    Ok(())
}
