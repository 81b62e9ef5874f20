//! The story of a run, folded from its event log: run, features, scenarios, attempts, steps.
//!
//! It can be folded from a log that ends in the middle: what had not ended has no end.

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

/// What reports say before [what a scenario made go wrong](Attempt::arranged), so that nobody looks for the cause elsewhere.
pub const ARRANGED: &str = "made to go wrong by the scenario";

/// A run.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Its id.
    pub run: String,
    /// What it ran on.
    pub target: Option<Target>,
    /// Version of the suite.
    pub suite: String,
    /// What it migrated from.
    pub sources: Vec<Source>,
    /// How it was started.
    pub invocation: Option<Invocation>,
    /// Lines of the event log that could not be understood: a process that is killed leaves half a line.
    pub unread: usize,
    /// How many scenarios were selected.
    pub selected: usize,
    /// Why the target could not be used, so that nothing was run.
    pub unusable: Option<String>,
    /// Begin and end.
    pub span: Span,
    /// When its log last said something.
    pub last: Option<Timestamp>,
    /// Its features, in the order in which their first scenario began.
    pub features: Vec<Feature>,
    /// What was done for all scenarios.
    pub activities: Vec<Activity>,
    /// What could not be removed.
    pub leftovers: Vec<Leftover>,
    /// What was left for the user to look at.
    pub kept: Option<Kept>,
    /// Exit code, when it ended by itself.
    pub exit_code: Option<u8>,
    /// Whether a signal ended it.
    pub interrupted: bool,
    places: HashMap<ScenarioKey, Place>,
}

/// Where an attempt stands in the tree.
#[derive(Debug, Clone, Copy)]
struct Place {
    feature: usize,
    scenario: usize,
    attempt: usize,
}

/// When something began and ended.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    /// Begin.
    pub started: Option<Timestamp>,
    /// End.
    pub finished: Option<Timestamp>,
    /// The last that the log knows of a run that was killed, while there is no end.
    pub seen: Option<Timestamp>,
}

impl Span {
    /// How long it took, in words; without an end, as far as it is known.
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

    /// How long it has taken so far.
    pub fn until(&self, now: Timestamp) -> Duration {
        self.started
            .map_or(Duration::ZERO, |started| now.duration_since(started).unsigned_abs())
    }

    /// How long it took; without an end, until the last that is known of it.
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
    /// Its title.
    pub name: String,
    /// Its file.
    pub file: String,
    /// Its scenarios.
    pub scenarios: Vec<Scenario>,
}

/// A scenario, expanded.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its title.
    pub name: String,
    /// Title of its rule.
    pub rule: Option<String>,
    /// Key of its source provider.
    pub provider: Option<String>,
    /// Its tags, without `@`.
    pub tags: Vec<String>,
    /// Its line.
    pub line: usize,
    /// Its attempts; the last one counts.
    pub attempts: Vec<Attempt>,
}

/// One attempt of a scenario.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Its key.
    pub key: ScenarioKey,
    /// From 1.
    pub number: usize,
    /// Begin and end, teardown included.
    pub span: Span,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Why, when no step says so.
    pub message: Option<String>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// What was done outside its steps: setting up, tearing down.
    pub activities: Vec<Activity>,
    /// How far its VMs are.
    pub transfers: Vec<Transfer>,
    /// What was collected when it failed.
    pub evidence: Option<Evidence>,
}

/// What was collected about a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Folder of it, relative to the run's.
    pub folder: String,
    /// Names of the files in it.
    pub files: Vec<String>,
    /// What could not be collected, and why.
    pub problems: Vec<String>,
}

/// A step.
#[derive(Debug, Clone)]
pub struct Step {
    /// `Given`, `And`...
    pub keyword: String,
    /// The sentence.
    pub text: String,
    /// The rows of its table.
    pub table: Vec<Vec<String>>,
    /// Its doc string.
    pub doc_string: Option<String>,
    /// Whether it makes something go wrong on purpose.
    pub injects_failure: bool,
    /// Begin and end.
    pub span: Span,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Why.
    pub message: Option<String>,
    /// What was done in it.
    pub activities: Vec<Activity>,
    /// What the checks found in it.
    pub findings: Vec<Finding>,
}

/// A part of a step.
#[derive(Debug, Clone)]
pub struct Activity {
    /// Unique within the run.
    pub id: u64,
    /// In words.
    pub title: String,
    /// Begin and end.
    pub span: Span,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Why it failed.
    pub message: Option<String>,
}

/// What was left for the user to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// What they are.
    pub subjects: Vec<String>,
    /// The command that removes them.
    pub remove_with: String,
}

/// What could not be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// What.
    pub subject: String,
    /// Why.
    pub reason: String,
}

/// How many came out how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// As they should.
    pub passed: usize,
    /// Not as they should.
    pub failed: usize,
    /// Not run.
    pub skipped: usize,
    /// Cut off when the run was interrupted.
    pub interrupted: usize,
}

impl Tally {
    /// All of them.
    pub fn total(&self) -> usize {
        self.passed + self.failed + self.skipped + self.interrupted
    }
}

impl Run {
    /// Folds a whole log.
    pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut run = Self::default();
        for record in records {
            run.apply(record);
        }
        run.end_of_log();
        run
    }

    /// The attempt with a key.
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

    /// How many scenarios passed, but not on their first attempt.
    pub fn flaky(&self) -> usize {
        let scenarios = self.features.iter().flat_map(|feature| &feature.scenarios);
        let last = scenarios.filter_map(Scenario::last);
        last.filter(|attempt| attempt.number > 1 && attempt.outcome == Some(Outcome::Passed))
            .count()
    }

    /// How many scenarios failed as an issue lets expect; they count as skipped.
    pub fn known_issues(&self) -> usize {
        let scenarios = status::scenarios(self);
        scenarios
            .filter(|scenario| Status::of(scenario) == Status::KnownIssue)
            .count()
    }

    /// How the scenarios came out; one that has not ended counts as failed.
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

    /// How the comparisons of the last attempts came out.
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
    /// The attempt that counts.
    pub fn last(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// How it came out.
    pub fn outcome(&self) -> Option<Outcome> {
        self.last().and_then(|attempt| attempt.outcome)
    }

    /// How long all its attempts took.
    pub fn duration(&self) -> Duration {
        self.attempts.iter().map(|attempt| attempt.span.duration()).sum()
    }
}

impl Attempt {
    /// The step that failed, or in which it was cut off.
    pub fn failed_step(&self) -> Option<&Step> {
        let ended_badly = |step: &&Step| matches!(step.outcome, Some(Outcome::Failed | Outcome::Interrupted));
        self.steps.iter().find(ended_badly)
    }

    /// Why it did not pass.
    pub fn reason(&self) -> Option<&str> {
        let of_step = || self.failed_step().and_then(|step| step.message.as_deref());
        match self.outcome {
            // It may have failed as it was expected to.
            Some(Outcome::Skipped) => self.message.as_deref().or_else(of_step),
            _ => of_step().or(self.message.as_deref()),
        }
    }

    /// The sentences by which the scenario makes something go wrong in the simulated lab: a fault, a defect.
    pub fn arranged(&self) -> impl Iterator<Item = &str> {
        let arranging = self.steps.iter().filter(|step| step.injects_failure);
        arranging.map(|step| step.text.as_str())
    }

    /// The step that is running.
    pub fn current_step(&self) -> Option<&Step> {
        self.steps.last().filter(|step| step.outcome.is_none())
    }

    /// What is being done at the moment, in the order in which it began.
    pub fn current_activities(&self) -> impl Iterator<Item = &Activity> {
        let in_step = self.current_step().into_iter().flat_map(|step| &step.activities);
        in_step
            .chain(&self.activities)
            .filter(|activity| activity.outcome.is_none())
    }

    /// The VMs whose migration is going on.
    pub fn current_transfers(&self) -> impl Iterator<Item = &Transfer> {
        self.transfers
            .iter()
            .filter(|transfer| self.current_step().is_some() && transfer.is_running())
    }

    /// What the checks found.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.steps.iter().flat_map(|step| &step.findings)
    }
}

impl Step {
    /// Keyword and sentence.
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
    fn a_log_that_ends_in_the_middle_is_a_failed_run() {
        let records = story::two_scenarios();
        let run = Run::fold(&records[..8]);
        assert_eq!(run.exit_code, None);
        assert_eq!(run.scenarios().failed, 1);
    }

    #[test]
    fn what_an_interruption_left_open_is_interrupted_not_failed() {
        let mut records = story::two_scenarios();
        records.truncate(8);
        let event = crate::events::event::Event::RunFinished {
            exit_code: 130,
            interrupted: true,
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
    fn what_a_killed_run_left_open_lasted_until_the_last_event() {
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
    fn the_last_attempt_counts() {
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
