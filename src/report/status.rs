//! Status of a scenario in the reports: more detailed than its outcome.

use super::model::{Run, Scenario};
use crate::events::{event::Outcome, words};

/// Status of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The scenario did not pass.
    Failed,
    /// The scenario has no end: the run was killed, or is in progress.
    Unfinished,
    /// The scenario was cut off when the run was interrupted.
    Interrupted,
    /// The scenario passed, on a later attempt.
    Flaky,
    /// The scenario failed because of a known issue.
    KnownIssue,
    /// The scenario was not run.
    NotRun,
    /// The scenario passed.
    Passed,
}

/// All statuses, those that need attention first.
pub const ALL: &[Status] = &[
    Status::Failed,
    Status::Unfinished,
    Status::Interrupted,
    Status::Flaky,
    Status::KnownIssue,
    Status::NotRun,
    Status::Passed,
];

impl Status {
    /// Status of a scenario.
    pub fn from_scenario(scenario: &Scenario) -> Self {
        let Some(last) = scenario.last() else {
            return Self::NotRun;
        };
        match last.outcome {
            Some(Outcome::Passed) if last.number > 1 => Self::Flaky,
            Some(Outcome::Passed) => Self::Passed,
            Some(Outcome::Skipped) if last.failed_step().is_some() => Self::KnownIssue,
            Some(Outcome::Skipped) => Self::NotRun,
            Some(Outcome::Interrupted) => Self::Interrupted,
            Some(Outcome::Failed) => Self::Failed,
            None => Self::Unfinished,
        }
    }

    /// The status as text.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Unfinished => "not finished",
            Self::Interrupted => "interrupted",
            Self::Flaky => "flaky",
            Self::KnownIssue => "known issue",
            Self::NotRun => "not run",
            Self::Passed => "passed",
        }
    }

    /// Name of the status in addresses and style sheets.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Unfinished => "unfinished",
            Self::KnownIssue => "known",
            Self::NotRun => "notrun",
            other => other.word(),
        }
    }

    /// Whether the status makes the run red.
    pub fn is_red(self) -> bool {
        matches!(self, Self::Failed | Self::Unfinished)
    }
}

/// Number of scenarios with each status, without those that do not occur.
pub fn counts<'a>(scenarios: impl IntoIterator<Item = &'a Scenario>) -> Vec<(usize, Status)> {
    let found: Vec<Status> = scenarios.into_iter().map(Status::from_scenario).collect();
    let count = |status: &Status| (found.iter().filter(|found| *found == status).count(), *status);
    ALL.iter().map(count).filter(|(number, _)| *number > 0).collect()
}

/// `10 passed, 2 not run`.
pub fn outcomes(counts: &[(usize, Status)]) -> String {
    let mut counts: Vec<_> = counts.iter().map(|(number, status)| (*number, status.word())).collect();
    counts.reverse();
    words::parts(&counts)
}

/// All scenarios of a run.
pub fn scenarios(run: &Run) -> impl Iterator<Item = &Scenario> {
    run.features.iter().flat_map(|feature| &feature.scenarios)
}
