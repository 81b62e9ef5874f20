//! All sentences of the vocabulary, and how a step finds its own.
//!
//! Steps are matched as cucumber matches them, by the same expressions; the tests here hold the two together.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use cucumber::Parameter as _;
use cucumber::codegen::{Expression, Regex};
use cucumber::gherkin::Step;

use super::duration::StatedDuration;
use super::sentence::Sentence;
use super::{
    checks, copy_offload, disks, forklift, hooks, lab, lifecycle, maps, migration, outcome, plan, providers, vms,
};
use crate::settings::nearest::nearest_texts;

pub use super::correction::correction;
pub use super::related::related;
pub use super::snippet::snippet;

const FILES: &[&[Sentence]] = &[
    providers::SENTENCES,
    forklift::SENTENCES,
    vms::SENTENCES,
    disks::SENTENCES,
    maps::SENTENCES,
    copy_offload::SENTENCES,
    hooks::SENTENCES,
    lab::SENTENCES,
    plan::SENTENCES,
    migration::SENTENCES,
    lifecycle::SENTENCES,
    outcome::SENTENCES,
    checks::SENTENCES,
];

/// A sentence, with its expression compiled when the first step begins like it.
struct Entry {
    sentence: &'static Sentence,
    begins: &'static str,
    regex: OnceLock<Option<Regex>>,
}

impl Entry {
    fn new(sentence: &'static Sentence) -> Self {
        let expression = sentence.expression;
        let literal = expression.split(['{', '(', '/', '\\']).next().unwrap_or_default();
        // The word before a slash is one of several.
        let begins = match expression.get(literal.len()..) {
            Some(rest) if rest.starts_with('/') => literal.rsplit_once(' ').map_or("", |(before, _)| before),
            _ => literal,
        };
        Self {
            sentence,
            begins,
            regex: OnceLock::new(),
        }
    }

    /// None of the expressions is wrong: a test compiles all of them.
    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| compile(self.sentence.expression)).as_ref()
    }

    fn matches(&self, text: &str) -> bool {
        text.starts_with(self.begins) && self.regex().is_some_and(|regex| regex.is_match(text))
    }
}

/// As cucumber compiles it; nothing for an expression that is none.
pub(super) fn compile(expression: &str) -> Option<Regex> {
    let parameters = HashMap::from([(StatedDuration::NAME, StatedDuration::REGEX)]);
    Expression::regex_with_parameters(expression, &parameters).ok()
}

/// In the order of a scenario.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries: Vec<Entry> = FILES.iter().copied().flatten().map(Entry::new).collect();
    entries.sort_by_key(|entry| entry.sentence.part);
    entries
});

/// All sentences: those of this version and those of later ones.
pub fn sentences() -> impl Iterator<Item = &'static Sentence> {
    ENTRIES.iter().map(|entry| entry.sentence)
}

/// The sentence of a step, by its keyword and text. More than one: it is ambiguous.
pub fn find(step: &Step) -> Vec<&'static Sentence> {
    matching(&step.value, |sentence| sentence.keyword() == step.ty)
}

/// The sentences that have the step's text, whatever their keyword.
pub fn find_any_keyword(step: &Step) -> Vec<&'static Sentence> {
    matching_text(&step.value)
}

/// The sentences that have this text.
pub fn matching_text(text: &str) -> Vec<&'static Sentence> {
    matching(text, |_| true)
}

fn matching(text: &str, wanted: impl Fn(&Sentence) -> bool) -> Vec<&'static Sentence> {
    let of_kind = ENTRIES.iter().filter(|entry| wanted(entry.sentence));
    of_kind
        .filter(|entry| entry.matches(text))
        .map(|entry| entry.sentence)
        .collect()
}

/// Ranges of the values of the sentence's placeholders in a step's text, without quotes.
pub(super) fn words(sentence: &Sentence, text: &str) -> Vec<Range<usize>> {
    let own = |entry: &&Entry| entry.sentence.expression == sentence.expression && entry.sentence.part == sentence.part;
    let regex = ENTRIES.iter().find(own).and_then(Entry::regex);
    // A placeholder has one group, `{string}` has one for each kind of quote; only what matched is there.
    let captures = regex.and_then(|regex| regex.captures(text));
    captures.map_or_else(Vec::new, |captures| {
        let groups = captures.iter().skip(1).flatten();
        groups.map(|group| group.range()).collect()
    })
}

/// The sentence whose words are most like those of the step.
pub fn nearest(step: &Step) -> Option<&'static Sentence> {
    nearest_to(&step.value, 1).into_iter().next()
}

/// The sentences whose words are most like these, best first, at most so many.
pub fn nearest_to(text: &str, most: usize) -> Vec<&'static Sentence> {
    let candidates = sentences().map(|sentence| (bare(sentence.expression), sentence));
    nearest_texts(&bare(text), candidates, most)
}

/// Only the words: neither values nor placeholders, nor what else an expression has.
fn bare(text: &str) -> String {
    static VALUES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(&format!(
            r#""[^"]*"|'[^']*'|\{{\w+\}}|/\w+|{}|\d+"#,
            StatedDuration::REGEX
        ))
        .ok()
    });
    let text = text.to_lowercase().replace(['(', ')'], "");
    match &*VALUES {
        Some(values) => values.replace_all(&text, "").into_owned(),
        None => text,
    }
}

#[cfg(test)]
pub(super) mod tests;
#[cfg(test)]
mod vocabulary;
