//! A mistake in a file: its place, what is wrong, and how to correct it.

use std::fmt;

use super::lint::Rule;

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path of the file as it is displayed: relative to the workspace root if possible.
    pub file: String,
    /// Line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// First column, from 1.
    pub column: usize,
    /// Column after the last one.
    pub end: Option<usize>,
    /// Kind of the mistake.
    pub rule: Rule,
    /// Description of the mistake.
    pub what: String,
    /// How to correct it.
    pub hint: Option<String>,
    /// Corrected text to paste; for programs.
    pub snippet: Option<String>,
    /// Text of the line.
    pub source: Option<String>,
}

impl Problem {
    /// A mistake of the file as a whole.
    pub fn new(rule: Rule, file: &str, what: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            end: None,
            rule,
            what: what.into(),
            hint: None,
            snippet: None,
            source: None,
        }
    }

    /// Adds a hint how to correct the mistake.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Position as `features/a.feature:3:5`.
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
        for line in self.hint.iter().flat_map(|hint| hint.lines()) {
            write!(f, "\n    {line}")?;
        }
        Ok(())
    }
}
