//! The model of a run, folded from its event log: run, features, scenarios, attempts, steps.
//!
//! A log that ends early can be folded, too: whatever had not ended has no end.

mod fold;
mod stage;
mod transfer;

use serde::Serialize;
use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

pub use self::{
    stage::{DiskCopy, Stage},
    transfer::{Precopy, Transfer},
};
use super::status::{self, Status};
use crate::{
    events::{
        event::{Invocation, Outcome, Record, Source, Target},
        finding::{Finding, Verdict},
        words,
    },
    run::ScenarioKey,
};

/// Introduces [the failures that a scenario injected](Attempt::arranged), so that readers do not look for another
/// cause.
pub const ARRANGED: &str = "made to go wrong by the scenario";

/// A run of the suite.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Run id.
    pub run: String,
    /// The target cluster or lab; `None` before the log names it.
    pub target: Option<Target>,
    /// Version of the suite.
    pub suite: String,
    /// Source providers of the run.
    pub sources: Vec<Source>,
    /// Command line and options of the run.
    pub invocation: Option<Box<Invocation>>,
    /// Number of lines of the event log that could not be parsed: a process that is killed leaves an incomplete line.
    pub unread: usize,
    /// Number of scenarios that were selected.
    pub selected: usize,
    /// Reason why the target could not be used, so that no scenario was run.
    pub unusable: Option<String>,
    /// Begin and end of the run.
    pub span: Span,
    /// Real time that the run took; `None`: that of the span.
    pub real: Option<Duration>,
    /// Time of the last event in its log.
    pub last: Option<Timestamp>,
    /// Features of the run, in the order in which their first scenario began.
    pub features: Vec<Feature>,
    /// Activities of the run itself, outside of scenarios.
    pub activities: Vec<Activity>,
    /// Objects that could not be removed.
    pub leftovers: Vec<Leftover>,
    /// Objects that were kept for the user to inspect.
    pub kept: Option<Kept>,
    /// Exit code; `None` if the process did not end by itself.
    pub exit_code: Option<u8>,
    /// Whether the run was ended by a signal.
    pub interrupted: bool,
    places: HashMap<ScenarioKey, Place>,
}

/// Indices of an attempt in the tree of features, scenarios and attempts.
#[derive(Debug, Clone, Copy)]
struct Place {
    feature: usize,
    scenario: usize,
    attempt: usize,
}

/// Begin and end of a part of a run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    /// Time of the begin.
    pub started: Option<Timestamp>,
    /// Time of the end; `None` while it goes on, or if the run was killed.
    pub finished: Option<Timestamp>,
    /// Time of the last event of a run that was killed, for a span without an end.
    pub seen: Option<Timestamp>,
}

impl Span {
    /// Duration as text; without an end, the known part of it.
    pub fn took(self) -> String {
        match (self.finished, self.seen) {
            (None, Some(_)) => format!("at least {}", words::duration(self.duration())),
            _ => words::duration(self.duration()),
        }
    }

    fn begin(at: Timestamp) -> Self {
        Self {
            started: Some(at),
            finished: None,
            seen: None,
        }
    }

    /// Time from the begin to the end, or to `now` without an end.
    pub fn until(&self, now: Timestamp) -> Duration {
        self.started
            .map_or(Duration::ZERO, |started| now.duration_since(started).unsigned_abs())
    }

    /// Time from the begin to the end; without an end, to the last known event.
    pub fn duration(&self) -> Duration {
        match (self.started, self.finished.or(self.seen)) {
            (Some(started), Some(finished)) => finished.duration_since(started).unsigned_abs(),
            _ => Duration::ZERO,
        }
    }
}

/// A feature.
#[derive(Debug, Clone)]
pub struct Feature {
    /// Title of the feature.
    pub name: String,
    /// Path of the feature file.
    pub file: String,
    /// Scenarios of the feature.
    pub scenarios: Vec<Scenario>,
}

/// A scenario with the values of its Examples row filled in.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Title of the scenario.
    pub name: String,
    /// Title of the rule that contains the scenario.
    pub rule: Option<String>,
    /// Key of the source provider.
    pub provider: Option<String>,
    /// Tags of the scenario, without `@`.
    pub tags: Vec<String>,
    /// Line of the scenario in the feature file.
    pub line: usize,
    /// Attempts in order; the last one decides.
    pub attempts: Vec<Attempt>,
}

/// One attempt of a scenario.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Key of the attempt.
    pub key: ScenarioKey,
    /// Number of the attempt, from 1.
    pub number: usize,
    /// Begin and end, teardown included.
    pub span: Span,
    /// Outcome; `None` while the attempt runs.
    pub outcome: Option<Outcome>,
    /// Reason of the outcome, if no step has it.
    pub message: Option<String>,
    /// Steps of the attempt that have begun.
    pub steps: Vec<Step>,
    /// Activities outside the steps: setting up, tearing down.
    pub activities: Vec<Activity>,
    /// Progress of the migration of each VM.
    pub transfers: Vec<Transfer>,
    /// Evidence that was collected when the attempt failed.
    pub evidence: Option<Evidence>,
}

/// Files that were collected about a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Folder of the files, relative to the run's.
    pub folder: String,
    /// Names of the files in the folder.
    pub files: Vec<String>,
    /// Objects that could not be collected, with the reason.
    pub problems: Vec<String>,
}

/// A step of an attempt.
#[derive(Debug, Clone)]
pub struct Step {
    /// Keyword: `Given`, `And`...
    pub keyword: String,
    /// Text of the step, without the keyword.
    pub text: String,
    /// Rows of the step's table; empty without a table.
    pub table: Vec<Vec<String>>,
    /// Doc string of the step.
    pub doc_string: Option<String>,
    /// Whether the step injects a failure into the simulated lab.
    pub injects_failure: bool,
    /// Begin and end.
    pub span: Span,
    /// Outcome; `None` while the step runs.
    pub outcome: Option<Outcome>,
    /// Reason of the outcome.
    pub message: Option<String>,
    /// Activities of the step.
    pub activities: Vec<Activity>,
    /// Comparisons of the checks in the step.
    pub findings: Vec<Finding>,
}

/// A part of a step.
#[derive(Debug, Clone)]
pub struct Activity {
    /// Number of the activity, unique within the run.
    pub id: u64,
    /// Title of the activity.
    pub title: String,
    /// Begin and end.
    pub span: Span,
    /// Outcome; `None` while the activity runs.
    pub outcome: Option<Outcome>,
    /// Reason of a failure.
    pub message: Option<String>,
}

/// Objects that were kept for the user to inspect.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// Kinds and names of the objects.
    pub subjects: Vec<String>,
    /// The command that removes them.
    pub remove_with: String,
}

/// An object that could not be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// Kind and name of the object.
    pub subject: String,
    /// Reason why it could not be removed.
    pub reason: String,
}

/// Counts of outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Number of passed ones.
    pub passed: usize,
    /// Number of failed ones.
    pub failed: usize,
    /// Number of those that were not run.
    pub skipped: usize,
    /// Number of those that an interruption of the run cut off.
    pub interrupted: usize,
}

impl Tally {
    /// Sum of all counts.
    pub fn total(&self) -> usize {
        self.passed + self.failed + self.skipped + self.interrupted
    }
}

impl Run {
    /// Time that the run took, as text; with virtual time, the real one first.
    pub fn took(&self) -> String {
        match self.real {
            Some(real) => format!("{} ({} in the lab)", words::duration(real), self.span.took()),
            None => self.span.took(),
        }
    }

    /// Folds all records of a log.
    pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut run = Self::default();
        for record in records {
            run.apply(record);
        }
        run.end_of_log();
        run
    }

    /// The attempt with a key, with its feature and scenario.
    pub fn attempt(&self, key: &ScenarioKey) -> Option<(&Feature, &Scenario, &Attempt)> {
        let place = self.places.get(key)?;
        let feature = self.features.get(place.feature)?;
        let scenario = feature.scenarios.get(place.scenario)?;
        Some((feature, scenario, scenario.attempts.get(place.attempt)?))
    }

    /// The attempts that are running.
    pub fn running(&self) -> impl Iterator<Item = (&Feature, &Scenario, &Attempt)> {
        self.features.iter().flat_map(|feature| {
            feature.scenarios.iter().filter_map(move |scenario| {
                let attempt = scenario.last().filter(|attempt| attempt.outcome.is_none())?;
                Some((feature, scenario, attempt))
            })
        })
    }

    /// Number of scenarios that passed, but not on their first attempt.
    pub fn flaky(&self) -> usize {
        let scenarios = self.features.iter().flat_map(|feature| &feature.scenarios);
        let last = scenarios.filter_map(Scenario::last);
        last.filter(|attempt| attempt.number > 1 && attempt.outcome == Some(Outcome::Passed))
            .count()
    }

    /// Number of scenarios that failed because of a known issue; they count as skipped.
    pub fn known_issues(&self) -> usize {
        let scenarios = status::scenarios(self);
        scenarios
            .filter(|scenario| Status::from_scenario(scenario) == Status::KnownIssue)
            .count()
    }

    /// Counts of the scenarios by outcome; one that has not ended counts as failed.
    pub fn scenarios(&self) -> Tally {
        let mut tally = Tally::default();
        for scenario in self.features.iter().flat_map(|feature| &feature.scenarios) {
            match scenario.outcome() {
                Some(Outcome::Passed) => tally.passed += 1,
                Some(Outcome::Skipped) => tally.skipped += 1,
                Some(Outcome::Interrupted) => tally.interrupted += 1,
                Some(Outcome::Failed) | None => tally.failed += 1,
            }
        }
        tally
    }

    /// Counts of the comparisons in the last attempts.
    pub fn checks(&self) -> Tally {
        let mut tally = Tally::default();
        let attempts = self
            .features
            .iter()
            .flat_map(|feature| &feature.scenarios)
            .filter_map(Scenario::last);
        for finding in attempts.flat_map(Attempt::findings) {
            match finding.verdict {
                Verdict::Passed => tally.passed += 1,
                Verdict::Failed => tally.failed += 1,
                Verdict::Skipped => tally.skipped += 1,
            }
        }
        tally
    }
}

impl Scenario {
    /// The last attempt, whose outcome is that of the scenario.
    pub fn last(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// Outcome of the last attempt.
    pub fn outcome(&self) -> Option<Outcome> {
        self.last().and_then(|attempt| attempt.outcome)
    }

    /// Sum of the durations of all attempts.
    pub fn duration(&self) -> Duration {
        self.attempts.iter().map(|attempt| attempt.span.duration()).sum()
    }
}

impl Attempt {
    /// The step that failed or was cut off.
    pub fn failed_step(&self) -> Option<&Step> {
        let ended_badly = |step: &&Step| matches!(step.outcome, Some(Outcome::Failed | Outcome::Interrupted));
        self.steps.iter().find(ended_badly)
    }

    /// Reason why the attempt did not pass.
    pub fn reason(&self) -> Option<&str> {
        let of_step = || self.failed_step().and_then(|step| step.message.as_deref());
        match self.outcome {
            // A scenario with a known issue is skipped when a step fails.
            Some(Outcome::Skipped) => self.message.as_deref().or_else(of_step),
            _ => of_step().or(self.message.as_deref()),
        }
    }

    /// The sentences with which the scenario injects a fault or a defect into the simulated lab.
    pub fn arranged(&self) -> impl Iterator<Item = &str> {
        let arranging = self.steps.iter().filter(|step| step.injects_failure);
        arranging.map(|step| step.text.as_str())
    }

    /// The step that is running.
    pub fn current_step(&self) -> Option<&Step> {
        self.steps.last().filter(|step| step.outcome.is_none())
    }

    /// The activities that are running, in the order in which they began.
    pub fn current_activities(&self) -> impl Iterator<Item = &Activity> {
        let in_step = self.current_step().into_iter().flat_map(|step| &step.activities);
        in_step
            .chain(&self.activities)
            .filter(|activity| activity.outcome.is_none())
    }

    /// The transfers of the VMs whose migration is running.
    pub fn current_transfers(&self) -> impl Iterator<Item = &Transfer> {
        self.transfers
            .iter()
            .filter(|transfer| self.current_step().is_some() && transfer.is_running())
    }

    /// The comparisons of all steps.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.steps.iter().flat_map(|step| &step.findings)
    }
}

impl Step {
    /// Keyword and text of the step.
    pub fn sentence(&self) -> String {
        format!("{} {}", self.keyword.trim(), self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story;

    #[test]
    fn a_log_becomes_a_tree() {
        let run = Run::fold(&story::two_scenarios());
        assert_eq!(run.features.len(), 1);
        assert_eq!(
            run.scenarios(),
            Tally {
                passed: 1,
                failed: 1,
                skipped: 1,
                interrupted: 0
            }
        );
        assert_eq!(
            run.checks(),
            Tally {
                passed: 2,
                failed: 1,
                skipped: 1,
                interrupted: 0
            }
        );
        let failed = run.features[0].scenarios[1].last().unwrap();
        assert_eq!(
            failed.failed_step().unwrap().sentence(),
            "Then every VM passes all applicable checks"
        );
        assert_eq!(failed.steps[1].activities[0].title, "waiting for the migration");
        assert_eq!(failed.activities[0].title, "deleting the plan");
        assert_eq!(run.span.duration(), Duration::from_secs(20));
        assert_eq!(run.exit_code, Some(1));
    }

    #[test]
    fn a_log_without_an_end_is_a_failed_run() {
        let records = story::two_scenarios();
        let run = Run::fold(&records[..8]);
        assert_eq!(run.exit_code, None);
        assert_eq!(run.scenarios().failed, 1);
    }

    #[test]
    fn running_scenarios_of_an_interrupted_run_are_interrupted() {
        let mut records = story::two_scenarios();
        records.truncate(8);
        let event = crate::events::event::Event::RunFinished {
            exit_code: 130,
            interrupted: true,
            real_milliseconds: None,
        };
        records.push(Record {
            at: records[7].at + jiff::SignedDuration::from_secs(5),
            event,
        });
        let run = Run::fold(&records);
        let cut_off = run.features[0].scenarios[1].last().unwrap();
        assert_eq!((run.scenarios().failed, run.scenarios().interrupted), (0, 1));
        assert_eq!(cut_off.reason(), Some("it had not ended when the run was left"));
        assert_eq!(cut_off.span.duration(), Duration::from_secs(7));
    }

    #[test]
    fn spans_of_a_killed_run_last_until_the_last_event() {
        let mut records = story::two_scenarios();
        records.truncate(8);
        let run = Run::fold(&records);
        let open = &run.features[0].scenarios[1];
        assert_eq!(open.outcome(), None);
        assert_eq!(open.duration(), Duration::from_secs(2));
        assert_eq!(run.span.finished, None);
        let last = records[7].at.duration_since(records[0].at).unsigned_abs();
        assert_eq!(run.span.duration(), last);
    }

    #[test]
    fn the_last_attempt_decides() {
        let run = Run::fold(&story::retried());
        assert_eq!(
            run.scenarios(),
            Tally {
                passed: 1,
                failed: 0,
                skipped: 0,
                interrupted: 0
            }
        );
        let scenario = &run.features[0].scenarios[0];
        assert_eq!(scenario.attempts.len(), 2);
        assert_eq!(scenario.attempts[0].reason(), Some("no luck"));
    }
}
