//! Lines for the terminal. A closed terminal or pipe does not end the command that writes to it.

use std::{fmt::Display, io::Write as _};

/// Writes a line to standard output.
pub fn out(line: impl Display) {
    let _ = writeln!(anstream::stdout(), "{line}");
}

/// Writes a line to standard error.
pub fn err(line: impl Display) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Writes lines, which end with their line breaks, to standard output.
pub fn text(lines: impl Display) {
    let _ = write!(anstream::stdout(), "{lines}");
}
