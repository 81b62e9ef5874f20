//! Statistics of a run of a plan: precopies per VM, VMs in flight, duration.

use std::time::Duration;

use forklift_api::forklift::Plan;
use thiserror::Error as ThisError;

use super::execution::RunningMigration;
use super::precopies::counted;
use crate::migration::Error;
use crate::migration::setup::MigrationPlan;
use crate::run::Clock;

/// The run was not as it was said to be.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub enum UnexpectedRunStats {
    /// Fewer precopies than expected.
    #[error("expected at least {} of each VM, but {}", counted(*expected), taken.join(", "))]
    Precopies {
        /// Expected number.
        expected: usize,
        /// Precopies of each VM with fewer: `"a" has 1`.
        taken: Vec<String>,
    },
    /// More VMs in flight than allowed.
    #[error("{} in flight at the same time, expected at most {limit}", if *most == 1 { "1 VM was".to_owned() } else { format!("{most} VMs were") })]
    InFlight {
        /// The most that were seen.
        most: usize,
        /// Maximum number.
        limit: usize,
    },
    /// Longer than expected.
    #[error("the migration took {took}, which is not less than {limit}")]
    TooSlow {
        /// Duration by the clock of the target.
        took: String,
        /// Upper limit.
        limit: String,
    },
    /// Not warm from begin to end.
    #[error("the migration succeeded, but not as a warm one should\n  {}", .0.join("\n  "))]
    NotWarm(
        /// Violations, one line each.
        Vec<String>,
    ),
    /// The duration is unknown.
    #[error("Forklift does not say when the migration started and ended; its plan says so in status.migration")]
    NoTimes,
}

impl RunningMigration {
    /// Checks the maximum number of VMs in flight, as far as the migration was observed.
    pub fn had_in_flight_at_most(&self, limit: usize) -> Result<(), UnexpectedRunStats> {
        match self.most_in_flight() {
            most if most > limit => Err(UnexpectedRunStats::InFlight { most, limit }),
            _ => Ok(()),
        }
    }
}

impl MigrationPlan {
    /// Checks that each VM was copied at least this many times while it was running.
    pub async fn has_precopies(&self, expected: usize) -> Result<Result<(), UnexpectedRunStats>, Error> {
        Ok(has_precopies(&self.observe(&self.name()).await?, expected))
    }

    /// Checks the duration of the latest run, by Forklift's timestamps.
    pub async fn took_less_than(&self, limit: Duration) -> Result<Result<(), UnexpectedRunStats>, Error> {
        let plan = self.observe(&self.name()).await?;
        Ok(took_less_than(&plan, limit, &self.scenario.session.clock))
    }
}

fn has_precopies(plan: &Plan, expected: usize) -> Result<(), UnexpectedRunStats> {
    let vms = plan.latest_vms();
    let fewer = vms.iter().filter(|vm| vm.copies_while_running() < expected);
    let taken: Vec<String> = fewer
        .map(|vm| format!("\"{}\" has {}", vm.source_name(), vm.copies_while_running()))
        .collect();
    if taken.is_empty() {
        Ok(())
    } else {
        Err(UnexpectedRunStats::Precopies { expected, taken })
    }
}

fn took_less_than(plan: &Plan, limit: Duration, clock: &Clock) -> Result<(), UnexpectedRunStats> {
    let run = plan.status.as_ref().and_then(|status| status.migration.as_ref());
    let times = run.and_then(|run| Some((run.started.as_ref()?, run.completed.as_ref()?)));
    let (started, completed) = times.ok_or(UnexpectedRunStats::NoTimes)?;
    let took = completed.0.duration_since(started.0).unsigned_abs();
    if took < clock.stated(limit) {
        return Ok(());
    }
    Err(UnexpectedRunStats::TooSlow {
        took: humantime::format_duration(clock.simulated(took)).to_string(),
        limit: humantime::format_duration(limit).to_string(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn plan(migration: Value) -> Plan {
        let mut plan = Plan::new("p1", Default::default());
        plan.status = Some(serde_json::from_value(json!({"migration": migration})).expect("a status"));
        plan
    }

    #[test]
    fn the_time_of_a_run_is_that_of_the_targets_clock() {
        let plan = plan(json!({"started": "2026-08-21T10:00:00Z", "completed": "2026-08-21T10:00:20Z"}));
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let lab = Clock::new("60".parse().expect("a speed"));
        assert_eq!(took_less_than(&plan, minutes(1), &Clock::real()), Ok(()));
        assert_eq!(took_less_than(&plan, minutes(21), &lab), Ok(()));
        insta::assert_snapshot!(
            took_less_than(&plan, minutes(20), &lab).expect_err("as long"),
            @"the migration took 20m, which is not less than 20m"
        );
    }

    #[test]
    fn fewer_precopies_are_named_by_vm() {
        let vm = |name: &str, successes: usize| {
            let warm = json!({"successes": successes, "failures": 0, "consecutiveFailures": 0});
            json!({"id": name, "name": name, "phase": "Completed", "pipeline": [], "warm": warm})
        };
        let plan = plan(json!({"vms": [vm("a", 2), vm("b", 1)]}));
        assert_eq!(has_precopies(&plan, 1), Ok(()));
        insta::assert_snapshot!(
            has_precopies(&plan, 2).expect_err("one"),
            @r#"expected at least 2 precopies of each VM, but "b" has 1"#
        );
    }
}
