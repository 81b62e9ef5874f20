//! What is wrong in a feature file, where, and what to do about it.

use std::fmt;

/// One mistake in a feature file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file as it is shown: relative to the workspace root where possible.
    pub file: String,
    /// Line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// A mistake at a position.
    pub fn at(file: &str, line: usize, column: usize, what: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            column,
            what: what.into(),
            hint: None,
        }
    }

    /// A mistake of the file as a whole.
    pub fn of(file: &str, what: impl Into<String>) -> Self {
        Self::at(file, 0, 0, what)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.what)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n    {hint}")?;
        }
        Ok(())
    }
}
