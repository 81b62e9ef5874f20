//! The part of the simulated cluster that every Kubernetes cluster has: nodes, scheduler, kubelet, jobs, deployments,
//! volumes and service accounts. The API server does owner garbage collection and namespace termination.

pub mod accounts;
mod affinity;
pub mod deployments;
pub mod disks;
pub mod facts;
pub mod jobs;
pub mod kubelet;
pub mod scheduler;
pub mod seed;
pub mod volumes;

use super::{Context, reconcile::Shared};

pub use seed::seed;

/// Creates the nodes, namespaces and storage classes, then runs the controllers until the context stops.
pub async fn run(context: Context) -> anyhow::Result<()> {
    seed(context.client.clone()).await?;
    let shared = Shared::new(context.clone());
    futures::join!(
        scheduler::run(shared.clone()),
        kubelet::run(context),
        jobs::run(shared.clone()),
        deployments::run(shared.clone()),
        volumes::run(shared.clone()),
        accounts::run(shared),
    );
    Ok(())
}
