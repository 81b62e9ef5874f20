//! Reconciles a Plan.

use std::{sync::Arc, time::Duration};

use forklift_api::forklift::{Conditions as _, Plan, condition_types};
use kube::{ResourceExt, runtime::controller::Action};

use super::{
    archive, blocker,
    execute::{Next, execute},
    validation,
};
use crate::controllers::forklift::{
    conditions::{ADVISORY, REQUIRED, Staging, With, condition},
    error::Result,
    shared::Shared,
};

/// Delay before the next pending migration begins.
const NEXT_MIGRATION: Duration = Duration::from_millis(500);

/// Validates and executes a Plan and writes its status. After an error the status does not change.
pub async fn reconcile(shared: Arc<Shared>, seen: Arc<Plan>) -> Result<Action> {
    let namespace = seen.namespace().unwrap_or_default();
    let Some(plan) = shared.find::<Plan>(&namespace, &seen.name_any()).await? else {
        return Ok(Action::await_change());
    };
    let is_archived = plan.spec.archived == Some(true);
    // A succeeded plan is not reconciled, and an archived one only after it is unarchived.
    let is_frozen = if is_archived {
        plan.status.is_true(condition_types::ARCHIVED)
    } else {
        plan.status.is_true(condition_types::SUCCEEDED)
    };
    if is_frozen || plan.metadata.deletion_timestamp.is_some() {
        return Ok(Action::await_change());
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
        Next::Idle
    } else if staging.is_blocked() || is_validating {
        if let Some(state) = &mut status.migration {
            blocker::fail_after_grace_period(&shared.context.clock, state, &mut staging);
        }
        Next::Again
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
    shared.events.record("plan", &plan, &changes).await;
    shared.write_status(&plan, before.as_ref(), &status).await?;
    Ok(match next {
        Next::Idle => Action::await_change(),
        Next::Again => Action::requeue(shared.requeue()),
        Next::Another => Action::requeue(shared.context.clock.requeue(NEXT_MIGRATION)),
    })
}
