//! Wraps paragraphs to the width of the terminal.

use terminal_size::{Width, terminal_size_of};
use textwrap::Options;

/// Width in columns without a terminal.
const PIPED: usize = 100;

/// Minimum width in columns.
const LEAST: usize = 50;

/// Width of standard output in columns.
pub fn width() -> usize {
    let size = terminal_size_of(std::io::stdout());
    size.map_or(PIPED, |(Width(columns), _)| usize::from(columns).max(LEAST))
}

/// A text in lines of at most `width` columns, indented by `indent`, after a `head` in the first line. Later lines are
/// aligned with the text.
pub fn hanging(head: &str, text: &str, indent: usize, width: usize) -> String {
    let first = format!("{:indent$}{head}", "");
    let next = " ".repeat(textwrap::core::display_width(&first));
    let options = Options::new(width).initial_indent(&first).subsequent_indent(&next);
    textwrap::fill(text, options.break_words(false)) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_lines_are_aligned_with_the_text() {
        insta::assert_snapshot!(hanging("power  ", "on, off; power state when the migration starts", 2, 30), @r"
          power  on, off; power state
                 when the migration
                 starts
        ");
    }
}
