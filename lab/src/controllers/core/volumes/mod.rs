//! Volumes: claims get them ([`claims`]) as their class says ([`classes`]), and what is left of them goes when its claim is gone ([`reclaim`]).

pub mod claims;
pub mod classes;
pub mod reclaim;

use std::sync::Arc;

use crate::controllers::reconcile::Shared;

/// Runs the volume controllers until the context stops.
pub async fn run(shared: Arc<Shared>) {
    futures::join!(claims::run(shared.clone()), reclaim::run(shared));
}
