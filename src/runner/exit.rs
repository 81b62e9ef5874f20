//! Exit codes of a run.

use std::process::ExitCode;

/// Result of a run, as an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All scenarios passed.
    Passed,
    /// A scenario failed, or the suite itself did.
    Failed,
    /// Arguments, settings or features are wrong; nothing was created.
    Usage,
    /// The target is not usable; nothing was created.
    Unusable,
    /// An object that the run created is still there.
    Leftovers,
    /// No scenario was selected.
    Nothing,
    /// A signal ended the run; its teardown finished.
    Interrupted,
}

impl Exit {
    /// The exit code as a number.
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Unusable => 3,
            Self::Leftovers => 4,
            Self::Nothing => 5,
            Self::Interrupted => 130,
        }
    }

    /// The result of two parts of a run: a failure counts more than what is left behind.
    pub(super) fn worse(self, other: Self) -> Self {
        let rank = |exit| match exit {
            Self::Passed | Self::Nothing => 0,
            Self::Leftovers => 1,
            Self::Unusable | Self::Usage => 2,
            Self::Failed => 3,
            Self::Interrupted => 4,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
