//! The sentence catalogue as text, in the width of the terminal.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anstyle::Style;

use super::search::Found;
use crate::cli::paragraph::hanging;
use crate::steps::catalogue;
use crate::steps::field::{Field, Takes};
use crate::steps::sentence::{Argument, Part, Sentence};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// All sentences, by part of a scenario.
pub fn all(width: usize) -> String {
    let mut writer = Writer::new(width);
    for part in Part::ALL {
        writer.headline(part.title());
        let of_part = catalogue::sentences().filter(|sentence| sentence.part == part);
        of_part.for_each(|sentence| writer.sentence(sentence));
    }
    writer.text
}

/// The result of a search for these words.
pub fn found(words: &str, found: &Found, width: usize) -> String {
    let mut writer = Writer::new(width);
    if !found.nearest.is_empty() {
        writer.headline(&format!("No sentence says \"{words}\"; the nearest:"));
    } else if found.all().is_empty() {
        writer.headline(&format!("No sentence says \"{words}\"; `mtv-bdd steps` shows all."));
    }
    for sentence in found.named.iter().chain(&found.nearest) {
        writer.sentence(sentence);
    }
    if !found.related.is_empty() {
        let more = if found.named.is_empty() { "" } else { "also " };
        writer.headline(&format!(
            "In the meaning or the options of these, \"{words}\" {more}occurs:"
        ));
        let mut mentioned = BTreeSet::new();
        for (sentence, fields) in &found.related {
            let title = table(&sentence.argument).filter(|_| !fields.is_empty());
            if title.is_none_or(|title| mentioned.insert(title)) {
                writer.mention(sentence, fields, found.named.is_empty());
            }
        }
    }
    writer.text
}

struct Writer {
    text: String,
    width: usize,
    /// Titles of the tables that were already written in full.
    written: BTreeSet<&'static str>,
}

impl Writer {
    fn new(width: usize) -> Self {
        Self {
            text: String::new(),
            width,
            written: BTreeSet::new(),
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn headline(&mut self, headline: &str) {
        self.line(format_args!("{BOLD}{headline}{BOLD:#}\n"));
    }

    fn mention(&mut self, sentence: &Sentence, fields: &[&Field], in_full: bool) {
        let later = later(!sentence.available());
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        let options = match names.as_slice() {
            names if names.is_empty() || in_full => String::new(),
            names => format!(" ({})", names.join(", ")),
        };
        let text = format!("{sentence}{options}{later}");
        self.text.push_str(&hanging("", &text, 2, self.width));
        if in_full {
            self.fields(fields.iter().copied());
        }
    }

    fn sentence(&mut self, sentence: &Sentence) {
        let later = later(!sentence.available());
        self.line(format_args!("  {BOLD}{sentence}{BOLD:#}{later}"));
        self.text.push_str(&hanging("", sentence.meaning, 6, self.width));
        for (placeholder, field) in sentence.placeholders() {
            let text = match placeholder.as_str() {
                "{int}" => field.meaning.to_owned(),
                _ => described(field),
            };
            self.text
                .push_str(&hanging(&format!("{placeholder}  "), &text, 6, self.width));
        }
        self.argument(&sentence.argument);
        if sentence.example_says_more() {
            for (number, line) in sentence.example.lines().enumerate() {
                let head = if number == 0 { "e.g." } else { "" };
                self.line(format_args!("      {head:4} {DIM}{line}{DIM:#}"));
            }
        }
        self.line(format_args!(""));
    }

    fn argument(&mut self, argument: &Argument) {
        let Some(kind) = argument.describe() else { return };
        if let Some(title) = table(argument)
            && !self.written.insert(title)
        {
            self.text
                .push_str(&hanging("", &format!("{kind}: {title}, as above"), 6, self.width));
            return;
        }
        self.line(format_args!("      {kind}:"));
        self.fields(argument.fields().iter());
    }

    fn fields<'a>(&mut self, fields: impl Iterator<Item = &'a Field> + Clone) {
        let longest = fields.clone().map(|field| field.name.len()).max().unwrap_or(0);
        for field in fields {
            let head = format!("{:longest$}  ", field.name);
            let text = format!("{}{}", described(field), later(field.later));
            self.text.push_str(&hanging(&head, &text, 8, self.width));
        }
    }
}

/// The title of the table of an argument.
fn table(argument: &Argument) -> Option<&'static str> {
    match argument {
        Argument::Options(fields) | Argument::Rows(fields) => Some(fields.title),
        Argument::None | Argument::Names(_) | Argument::DocString(_) => None,
    }
}

fn later(later: bool) -> &'static str {
    if later { " (not implemented yet)" } else { "" }
}

fn described(field: &Field) -> String {
    let required = if field.required { " (required)" } else { "" };
    match field.takes() {
        Takes::Text("text") => format!("{}{required}", field.meaning),
        takes => format!("{takes}; {}{required}", field.meaning),
    }
}

#[cfg(test)]
mod tests {
    use super::super::search::search;
    use super::*;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn search_results_are_printed() {
        insta::assert_snapshot!(plain(&found("hook runs", &search("hook runs"), 80)), @r#"
          Given a {word} hook that runs:
              For each VM of the plan, MTV runs this Ansible playbook. Modules may have
              their full names.
              {word}  pre-migration, post-migration; before the disks are copied, or
                      after the VM has been created
              doc string:
                playbook  an Ansible playbook: a YAML list of plays; what MTV runs
              e.g. Given a pre-migration hook that runs:
                     """
                     - hosts: localhost
                       tasks:
                         - ansible.builtin.debug:
                             msg: before the migration
                     """
        "#);
    }

    #[test]
    fn matching_options_show_one_sentence_per_table() {
        let text = found("XFS", &search("XFS"), 80);
        insta::assert_snapshot!(plain(&text), @r#"
        In the meaning or the options of these, "XFS" occurs:

          Given a cold migration plan
                XFS compatibility  yes, no; whether the conversion image that knows XFS
                                   version 4 is used
        "#);
    }

    #[test]
    fn a_search_without_matches_shows_similar_sentences() {
        insta::assert_snapshot!(plain(&found("plan is redy", &search("plan is redy"), 80)), @r#"
        No sentence says "plan is redy"; the nearest:

          Then the plan is ready
              MTV reports that the plan can be run.

          When the plan is deleted
              The plan is deleted, and that it and its migrations are gone is awaited.
        "#);
        insta::assert_snapshot!(plain(&found("zzz", &search("zzz"), 80)), @r#"No sentence says "zzz"; `mtv-bdd steps` shows all."#);
    }

    #[test]
    fn lines_other_than_examples_and_sentences_fit_the_terminal() {
        let text = plain(&all(60));
        let examples: Vec<&str> = catalogue::sentences()
            .flat_map(|sentence| sentence.example.lines())
            .collect();
        let expressions: Vec<String> = catalogue::sentences().map(ToString::to_string).collect();
        for line in text.lines().filter(|line| line.chars().count() > 60) {
            let example = line.get(11..).is_some_and(|line| examples.contains(&line));
            let own = example || expressions.iter().any(|text| line.trim().starts_with(text.as_str()));
            assert!(own, "{line}");
        }
    }

    #[test]
    fn options_of_a_table_are_printed_once() {
        let text = plain(&all(100));
        assert_eq!(text.matches("target power state  ").count(), 1);
        assert!(text.contains("plan options, as above"));
    }
}
