//! Suggestions for an unknown sentence: checks, options and sentences with the same words.

use super::catalogue;
use super::sentence::Argument;
use crate::checks;

/// Maximum number of suggestions in a message.
const MOST: usize = 3;

/// Minimum share of equal words, from 0 to 1.
const ALIKE: f64 = 0.4;

/// An option of several sentences is shown with the first of them.
const OF: &str = " of `";

/// Words that do not say what a sentence is about.
const COMMON: [&str; 28] = [
    "a",
    "an",
    "and",
    "are",
    "as",
    "at",
    "be",
    "been",
    "by",
    "every",
    "for",
    "from",
    "has",
    "have",
    "in",
    "is",
    "it",
    "migration",
    "not",
    "of",
    "on",
    "that",
    "the",
    "to",
    "vm",
    "was",
    "were",
    "with",
];

/// Checks, options and sentences of this version that have words of this text, best first.
pub fn related(text: &str) -> Vec<String> {
    let words = telling(text);
    let mut found: Vec<(f64, String)> = Vec::new();
    let mut consider = |said: &str, shown: String| {
        let likeness = likeness(&words, &telling(said));
        let known = found
            .iter()
            .any(|(_, other)| other.split(OF).next() == shown.split(OF).next());
        if likeness >= ALIKE && !known {
            found.push((likeness, shown));
        }
    };
    for check in checks::described().iter().filter(|check| check.available) {
        consider(check.name, format!("Then every VM passes the \"{}\" check", check.name));
    }
    for sentence in catalogue::sentences().filter(|sentence| sentence.available()) {
        let now = sentence.argument.fields().iter().filter(|field| !field.later);
        for field in now.filter(|_| matches!(sentence.argument, Argument::Options(_))) {
            consider(
                field.name,
                format!("the option \"{}\"{OF}{}`", field.name, sentence.expression),
            );
        }
    }
    for sentence in catalogue::sentences().filter(|sentence| sentence.available()) {
        consider(sentence.expression, sentence.to_string());
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(MOST).map(|(_, shown)| shown).collect()
}

/// The words that say what a text is about; values, placeholders and plurals left out.
fn telling(text: &str) -> Vec<String> {
    let unquoted: String = text.split('"').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
    let words = unquoted.split(|c: char| !(c.is_alphanumeric() || matches!(c, '{' | '}')));
    let words = words.filter(|word| !word.is_empty() && !word.starts_with('{') && !COMMON.contains(word));
    let mut words: Vec<String> = words.map(|word| word.trim_end_matches('s').to_owned()).collect();
    words.sort();
    words.dedup();
    words
}

/// Share of words that two texts have in common: Dice's coefficient.
fn likeness(a: &[String], b: &[String]) -> f64 {
    let shared = a.iter().filter(|word| b.contains(word)).count();
    let all = u32::try_from(a.len() + b.len()).unwrap_or(u32::MAX).max(1);
    2.0 * f64::from(u32::try_from(shared).unwrap_or(u32::MAX)) / f64::from(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_to_checks_options_and_sentences() {
        insta::assert_snapshot!(related("the VM has the same power state").join("\n"), @r#"
        the option "target power state" of `a cold migration plan`
        Then every VM passes the "power" check
        the option "power" of `a clone of the VM {string}`
        "#);
        insta::assert_snapshot!(related("every VM has the labels \"team=mtv\"").join("\n"), @r#"
        Then every VM passes the "labels" check
        the option "target labels" of `a cold migration plan`
        "#);
        insta::assert_snapshot!(related("the migration is a success of all checks").join("\n"), @"
        Then every VM passes all applicable checks
        Then every VM passes the {string} check
        ");
    }

    #[test]
    fn what_is_about_nothing_of_ours_finds_nothing() {
        assert!(related("the moon is full").is_empty());
        assert!(related("it is the VM").is_empty());
    }
}
