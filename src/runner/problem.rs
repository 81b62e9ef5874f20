//! What is wrong in a file, where, and what to do about it.

use std::fmt;

use super::lint::Rule;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file as it is shown: relative to the workspace root where possible.
    pub file: String,
    /// Line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// Column behind the culprit.
    pub end: Option<usize>,
    /// What kind of mistake in a feature file it is.
    pub rule: Option<Rule>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Text to paste, which would mend it.
    pub snippet: Option<String>,
    /// The line.
    pub source: Option<String>,
}

impl Problem {
    /// A mistake at a position.
    pub fn at(file: &str, line: usize, column: usize, what: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            column,
            end: None,
            rule: None,
            what: what.into(),
            hint: None,
            snippet: None,
            source: None,
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

    /// `features/a.feature:3:5`
    pub fn place(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}:{}", self.file, self.column),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.what)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n    {hint}")?;
        }
        Ok(())
    }
}
