//! What can be said about a step before anything runs: whether its table and its words are understood.

use cucumber::gherkin::Step;

use super::{StepError, catalogue};

/// Reads the table and the closed words of a step whose sentence is defined, as the step itself is going to.
///
/// # Errors
///
/// What the step would fail with.
pub fn lint(step: &Step) -> Result<(), StepError> {
    catalogue::find(step)
        .into_iter()
        .try_for_each(|sentence| sentence.read(step))
}
