//! Finds sentences by words.

use crate::steps::catalogue::{nearest_to, sentences};
use crate::steps::field::Field;
use crate::steps::sentence::Sentence;

/// Number of similar sentences that are shown if none matches.
const NEAREST: usize = 3;

/// Result of a search: sentences of this version first.
#[derive(Debug)]
pub struct Found {
    /// Sentences that contain the words themselves.
    pub named: Vec<&'static Sentence>,
    /// Sentences whose meaning or options contain the words, with those options.
    pub related: Vec<(&'static Sentence, Vec<&'static Field>)>,
    /// Sentences that are similar to the words, if no other was found.
    pub nearest: Vec<&'static Sentence>,
}

impl Found {
    /// All sentences of the result.
    pub fn all(&self) -> Vec<&'static Sentence> {
        let related = self.related.iter().map(|(sentence, _)| sentence);
        self.named.iter().chain(related).chain(&self.nearest).copied().collect()
    }
}

/// Finds the sentences with all of the words, in any order.
pub fn search(words: &str) -> Found {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let has = |text: &str| {
        let text = text.replace("(s)", "s").to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let said = |field: &&Field| has(&format!("{} {} {}", field.name, field.takes(), field.meaning));
    let mut found = Found {
        named: Vec::new(),
        related: Vec::new(),
        nearest: Vec::new(),
    };
    for sentence in sentences() {
        let fields: Vec<&Field> = sentence.argument.fields().iter().filter(said).collect();
        if has(&sentence.to_string()) {
            found.named.push(sentence);
        } else if has(sentence.meaning) || !fields.is_empty() {
            found.related.push((sentence, fields));
        }
    }
    found.named.sort_by_key(|sentence| !sentence.available());
    found.related.sort_by_key(|(sentence, _)| !sentence.available());
    if found.named.is_empty() && found.related.is_empty() {
        found.nearest = nearest_to(&words.join(" "), NEAREST);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sentences: &[&Sentence]) -> Vec<&'static str> {
        sentences.iter().map(|sentence| sentence.expression).collect()
    }

    #[test]
    fn words_match_in_any_order() {
        let found = search("Passes CHECKS");
        assert_eq!(
            names(&found.named),
            ["every VM passes all applicable checks", "every VM passes these checks:"]
        );
    }

    #[test]
    fn options_are_found_with_their_sentences() {
        let found = search("nested virtualization");
        assert!(found.named.is_empty());
        let plan = found
            .related
            .iter()
            .find(|(sentence, _)| sentence.expression == "a cold migration plan");
        let options = plan.map(|(_, fields)| fields.iter().map(|field| field.name).collect());
        assert_eq!(options, Some(vec!["nested virtualization"]));
    }

    #[test]
    fn the_most_similar_sentences_are_found_if_none_has_the_words() {
        let found = search("migration runns");
        assert_eq!(names(&found.all()).first(), Some(&"the migration runs"));
    }
}
