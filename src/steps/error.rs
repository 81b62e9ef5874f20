//! Errors of steps.

use std::fmt;

use crate::events::explain;

/// Why a step failed, with all causes. cucumber shows an error by its `Display`, which for `anyhow` is the outermost
/// message alone.
#[derive(Debug)]
pub struct StepError(anyhow::Error);

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&explain(self.0.as_ref()))
    }
}

impl<E: Into<anyhow::Error>> From<E> for StepError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// Result of a step.
pub type StepResult = Result<(), StepError>;

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn all_causes_are_shown() {
        let error: StepError = Err::<(), _>(std::io::Error::other("root cause"))
            .context("middle")
            .context("outermost")
            .map_err(StepError::from)
            .expect_err("an error");
        assert_eq!(error.to_string(), "outermost: middle: root cause");
    }
}
