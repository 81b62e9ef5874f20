//! One comparison: what should be beside what is.

use std::fmt::Display;

use crate::events::finding::{Finding, Verdict};

/// One comparison of a check, before it is known of which VM and check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    subject: String,
    expected: String,
    observed: String,
    verdict: Verdict,
    note: Option<String>,
}

impl Comparison {
    /// Compares for equality.
    pub fn equal<T: PartialEq + Display>(subject: impl Into<String>, expected: T, observed: T) -> Self {
        let holds = expected == observed;
        Self::holds(subject, expected, observed, holds)
    }

    /// Compares by a rule other than equality.
    pub fn holds(subject: impl Into<String>, expected: impl Display, observed: impl Display, holds: bool) -> Self {
        Self {
            subject: subject.into(),
            expected: expected.to_string(),
            observed: observed.to_string(),
            verdict: if holds { Verdict::Passed } else { Verdict::Failed },
            note: None,
        }
    }

    /// Not compared, and why.
    pub fn skipped(subject: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            expected: String::new(),
            observed: String::new(),
            verdict: Verdict::Skipped,
            note: Some(reason.into()),
        }
    }

    /// Adds what to look at.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The finding of this check about this VM.
    pub fn of(self, vm: &str, check: &str) -> Finding {
        Finding {
            vm: vm.to_owned(),
            check: check.to_owned(),
            subject: self.subject,
            expected: self.expected,
            observed: self.observed,
            verdict: self.verdict,
            note: self.note,
        }
    }
}
