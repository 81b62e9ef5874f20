//! Paragraphs that fit the terminal.

use terminal_size::{Width, terminal_size_of};
use textwrap::Options;

/// Columns where there is no terminal.
const PIPED: usize = 100;

/// Columns that lines are still readable in.
const LEAST: usize = 50;

/// How many columns standard output has.
pub fn width() -> usize {
    let size = terminal_size_of(std::io::stdout());
    size.map_or(PIPED, |(Width(columns), _)| usize::from(columns).max(LEAST))
}

/// A text in lines of at most `width` columns, indented by `indent`, after a `head` in the first line. Lines after it
/// begin below the text.
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
    fn lines_begin_below_the_text() {
        insta::assert_snapshot!(hanging("power  ", "on, off; power state when the migration starts", 2, 30), @r"
          power  on, off; power state
                 when the migration
                 starts
        ");
    }
}
