//! Volumes: provisioning and binding of [`claims`], binding modes of storage [`classes`], and [`reclaim`] of volumes
//! whose claim is gone.

pub mod claims;
pub mod classes;
pub mod reclaim;

use std::sync::Arc;

use crate::controllers::reconcile::Shared;

/// Runs the volume controllers until the context stops.
pub async fn run(shared: Arc<Shared>) {
    futures::join!(claims::run(shared.clone()), reclaim::run(shared));
}
