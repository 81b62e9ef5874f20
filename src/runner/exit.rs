//! Exit codes: what a run says to whoever started it.

use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything passed.
    Passed,
    /// A scenario failed, or the suite itself did.
    Failed,
    /// Arguments, settings or features are wrong; nothing was created.
    Usage,
    /// The target is not usable; nothing was created.
    Unusable,
    /// Something that the run created is still there.
    Leftovers,
    /// Nothing was selected.
    Nothing,
    /// A signal ended the run; its teardown finished.
    Interrupted,
}

impl Exit {
    /// The code.
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
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
