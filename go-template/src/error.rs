//! Errors of templates, with their position.

/// Error of parsing or rendering a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("character {}: {message}", .position + 1)]
pub struct Error {
    /// Offset in the template in characters, from 0.
    pub position: usize,
    /// Description of the error.
    pub message: String,
}

impl Error {
    /// Creates an error at this position.
    pub(crate) fn at(position: usize, message: impl Into<String>) -> Self {
        Self {
            position,
            message: message.into(),
        }
    }
}
