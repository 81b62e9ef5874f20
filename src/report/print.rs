//! Lines for the terminal. One that is gone, or a closed pipe, does not end the command that writes them.

use std::{fmt::Display, io::Write as _};

/// A line on standard output.
pub fn out(line: impl Display) {
    let _ = writeln!(anstream::stdout(), "{line}");
}

/// A line on standard error.
pub fn err(line: impl Display) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Lines on standard output, each with its line break.
pub fn text(lines: impl Display) {
    let _ = write!(anstream::stdout(), "{lines}");
}
