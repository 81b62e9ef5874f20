//! Reconciles a Plan.

use std::sync::Arc;

use forklift_api::forklift::{Conditions as _, Plan, condition_types};

use super::{archive, blocker, execute::execute, validation};
use crate::controllers::{
    controller::Next,
    forklift::{
        conditions::{ADVISORY, REQUIRED, Staging, With, condition},
        error::Result,
        shared::{REQUEUE, Shared},
    },
};

/// Validates and executes a Plan and writes its status. After an error the status does not change.
pub async fn reconcile(shared: Arc<Shared>, plan: Arc<Plan>) -> Result<Next> {
    let is_archived = plan.spec.archived == Some(true);
    // A succeeded plan is not reconciled, and an archived one only after it is unarchived.
    let is_frozen = if is_archived {
        plan.status.is_true(condition_types::ARCHIVED)
    } else {
        plan.status.is_true(condition_types::SUCCEEDED)
    };
    if is_frozen || plan.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Change);
    }
    let before = plan.status.clone();
    let mut status = before.clone().unwrap_or_default();
    let mut staging = Staging::begin(status.conditions.take());
    status.migration.get_or_insert_default();
    let is_validating = validation::validate(&shared, &plan, &status, &mut staging).await?;
    let next = if is_archived {
        archive::archive(&shared, &plan, &status).await;
        let message = "The migration plan has been archived.";
        staging.set(condition(condition_types::ARCHIVED, ADVISORY, message).reason("UserRequested"));
        Next::Change
    } else if staging.is_blocked() || is_validating {
        if let Some(state) = &mut status.migration {
            blocker::fail_after_grace_period(&shared.context.clock, state, &mut staging);
        }
        Next::Poll(REQUEUE)
    } else {
        staging.set(condition(
            condition_types::READY,
            REQUIRED,
            "The migration plan is ready.",
        ));
        execute(&shared, &plan, &mut status, &mut staging).await?
    };
    status.observed_generation = plan.metadata.generation;
    let (conditions, changes) = staging.end();
    status.conditions = conditions;
    shared.events.record("plan", &*plan, &changes).await;
    shared.write_status(&*plan, before.as_ref(), &status).await?;
    Ok(next)
}
