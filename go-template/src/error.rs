//! What is wrong with a template, and where.

/// A template cannot be read, or what it asks for cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("character {}: {message}", .position + 1)]
pub struct Error {
    /// Where: so many characters stand before it.
    pub position: usize,
    /// What is wrong there.
    pub message: String,
}

impl Error {
    /// That something is wrong at this position.
    pub(crate) fn at(position: usize, message: impl Into<String>) -> Self {
        Self {
            position,
            message: message.into(),
        }
    }
}
