//! A condition that blocks an executing plan: the run fails if the condition lasts longer than a grace period
//! (`pkg/controller/plan/controller.go`).

use std::time::Duration;

use forklift_api::forklift::{Condition, PlanMigration, condition_types};
use jiff::{SignedDuration, Timestamp};
use sim_clock::{Clock, Instant};

use super::{
    phase::Phase,
    pipeline::{Timed, complete_started},
};
use crate::controllers::forklift::{
    conditions::{ADVISORY, Staging, With, condition, delete, has_any, now, set},
    release::BLOCKER_GRACE_PERIOD,
};

/// Conditions of a VM that has ended.
const ENDS: &[&str] = &[
    condition_types::CANCELED,
    condition_types::FAILED,
    condition_types::SUCCEEDED,
];

/// Fails the run if a condition has blocked it longer than the grace period. Cleans up nothing.
pub fn fail_after_grace_period(clock: &Clock, state: &mut PlanMigration, staging: &mut Staging) {
    let grace = clock.unstated(BLOCKER_GRACE_PERIOD);
    // A blocker is not older than now, and its transition time not more than a second before it.
    sim_clock::changes_at(Instant::now() + grace);
    let blockers = staging.blockers();
    if !staging.has(condition_types::EXECUTING)
        || !blockers
            .iter()
            .any(|blocker| has_lasted(blocker, grace, sim_clock::now()))
    {
        return;
    }
    let messages: Vec<&str> = blockers
        .iter()
        .filter_map(|blocker| blocker.message.as_deref())
        .collect();
    let text = format!(
        "The migration has FAILED due to a validation blocker: {}",
        messages.join("; ")
    );
    let failed = condition(condition_types::FAILED, ADVISORY, &text).durable();
    for vm in state.vms.iter_mut().flatten() {
        if !vm.is_completed() && !has_any(&vm.conditions, ENDS) {
            vm.add_error(&text);
            set(&mut vm.conditions, failed.clone());
            vm.phase = Phase::Completed.name().into();
            complete_started(vm);
            vm.mark_completed();
        }
    }
    if let Some(snapshot) = state.history.as_mut().and_then(|history| history.last_mut()) {
        delete(&mut snapshot.conditions, &[condition_types::EXECUTING]);
        set(&mut snapshot.conditions, failed.clone());
    }
    state.completed = Some(now());
    staging.delete(&[condition_types::EXECUTING]);
    staging.set(failed);
}

fn has_lasted(blocker: &Condition, grace: Duration, now: Timestamp) -> bool {
    let grace = SignedDuration::try_from(grace).unwrap_or(SignedDuration::MAX);
    now.duration_since(blocker.last_transition_time.0) >= grace
}

#[cfg(test)]
mod tests {
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

    use super::*;

    #[test]
    fn a_blocker_fails_the_run_after_the_grace_period() {
        let since = Timestamp::from_second(1_000).unwrap();
        let blocker = Condition {
            last_transition_time: Time(since),
            ..condition("NetworkMapRefNotValid", "Critical", "Map.Network is not valid.")
        };
        let lasted = |seconds| {
            let now = since + SignedDuration::from_secs(seconds);
            has_lasted(&blocker, BLOCKER_GRACE_PERIOD, now)
        };
        assert!(!lasted(299));
        assert!(lasted(300));
    }
}
