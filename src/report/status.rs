//! How a scenario came out, as a word: finer than its outcome.

use super::model::{Run, Scenario};
use crate::events::{event::Outcome, words};

/// How a scenario came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It did not pass.
    Failed,
    /// It has no end: the run was killed, or still goes on.
    Unfinished,
    /// It was cut off when the run was interrupted.
    Interrupted,
    /// It passed, on a later attempt.
    Flaky,
    /// It failed as an issue lets expect.
    KnownIssue,
    /// It was not run.
    NotRun,
    /// It passed.
    Passed,
}

/// All of them, those first that want attention.
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
    /// That of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
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

    /// In words.
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

    /// As a name in addresses and style sheets.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Unfinished => "unfinished",
            Self::KnownIssue => "known",
            Self::NotRun => "notrun",
            other => other.word(),
        }
    }

    /// Whether it is a reason for the run to be red.
    pub fn is_red(self) -> bool {
        matches!(self, Self::Failed | Self::Unfinished)
    }
}

/// How many of the scenarios came out how, without those that are none.
pub fn counts<'a>(scenarios: impl IntoIterator<Item = &'a Scenario>) -> Vec<(usize, Status)> {
    let found: Vec<Status> = scenarios.into_iter().map(Status::of).collect();
    let count = |status: &Status| (found.iter().filter(|found| *found == status).count(), *status);
    ALL.iter().map(count).filter(|(number, _)| *number > 0).collect()
}

/// `10 passed, 2 not run`.
pub fn outcomes(counts: &[(usize, Status)]) -> String {
    let mut counts: Vec<_> = counts.iter().map(|(number, status)| (*number, status.word())).collect();
    counts.reverse();
    words::parts(&counts)
}

/// The scenarios of a run, each with how it came out.
pub fn scenarios(run: &Run) -> impl Iterator<Item = &Scenario> {
    run.features.iter().flat_map(|feature| &feature.scenarios)
}
