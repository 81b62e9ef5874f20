//! `mtv-bdd steps`: lists the sentences that feature files can use.

mod json;
mod search;
mod text;

use std::process::ExitCode;

use clap::Args;

use super::{paragraph, print};
use crate::runner::Exit;
use crate::steps::catalogue;

/// What `--help` shows below the options.
pub const EXAMPLES: &str = "\
Examples:
  mtv-bdd steps                        all sentences
  mtv-bdd steps --search disks         those that have to do with disks
  mtv-bdd steps --search 'power state'
  mtv-bdd steps --json                 for an editor";

/// Which sentences to show.
#[derive(Debug, Args)]
pub struct StepsOptions {
    /// Only sentences with these words, in themselves, their meaning or their options
    #[arg(long, value_name = "WORDS", num_args = 1..)]
    search: Vec<String>,

    /// The same as `--search`.
    #[arg(value_name = "WORDS", hide = true)]
    words: Vec<String>,

    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Prints the sentences.
pub fn run(options: &StepsOptions) -> ExitCode {
    let words = [options.search.as_slice(), &options.words].concat().join(" ");
    let found = search::search(&words);
    if options.json {
        let sentences = if words.is_empty() {
            catalogue::sentences().collect()
        } else {
            found.all()
        };
        print::out(format_args!("{:#}", json::sentences(&sentences)));
    } else {
        let width = paragraph::width();
        let text = if words.is_empty() {
            text::all(width)
        } else {
            text::found(&words, &found, width)
        };
        print::out(text.trim_end());
    }
    Exit::Passed.into()
}
