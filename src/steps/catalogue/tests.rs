//! The catalogue and the step functions agree; every sentence is found, explained and read.

use cucumber::codegen::{StepConstructor, WorldInventory, inventory};
use cucumber::gherkin::{Feature, GherkinEnv};

use super::*;
use crate::steps::mistake::{Error, Mistake};
use crate::steps::sentence::Argument;
use crate::world::MigrationWorld;

/// The step of a line such as `Given a source provider`.
pub fn step(lines: &str) -> Step {
    let feature = format!("Feature: f\n  Scenario: s\n{lines}\n");
    let feature = Feature::parse(&feature, GherkinEnv::default()).unwrap_or_else(|error| panic!("{error}\n{feature}"));
    assert_eq!(feature.scenarios[0].steps.len(), 1, "{lines}");
    feature.scenarios[0].steps[0].clone()
}

/// What the reader says, `fine` if nothing.
fn said(line: &str) -> String {
    let step = step(line);
    let found = find(&step);
    assert_eq!(found.len(), 1, "{line}");
    match found[0].read(&step) {
        Ok(()) => "fine".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Sample texts of an expression, with each of its alternatives and with values for its placeholders.
fn samples(sentence: &Sentence) -> Vec<String> {
    let optional = Regex::new(r"\((\w+)\)").unwrap();
    let alternative = Regex::new(r"([\w-]+)/([\w-]+)").unwrap();
    let word = sentence.words.first().map(|field| field.takes());
    let word = match word {
        Some(crate::steps::field::Takes::Words(words)) => words[0],
        _ => "word",
    };
    [("", "$1"), ("$1", "$2")]
        .into_iter()
        .map(|(option, choice)| {
            let text = optional.replace_all(sentence.expression, option);
            let text = alternative.replace_all(&text, choice);
            text.replace("{string}", "\"a name\"")
                .replace("{int}", "3")
                .replace("{duration}", "2 minutes")
                .replace("{word}", word)
        })
        .collect()
}

/// Keyword and regular expression of every step function.
fn bound() -> Vec<(String, String)> {
    fn of<C: StepConstructor<MigrationWorld>>(keyword: &'static str) -> impl Fn(&C) -> (String, String) {
        move |constructor| {
            let (_, regex, _) = constructor.inner();
            (keyword.to_owned(), plain(&regex()))
        }
    }
    let given = inventory::iter::<<MigrationWorld as WorldInventory>::Given>.into_iter();
    let when = inventory::iter::<<MigrationWorld as WorldInventory>::When>.into_iter();
    let then = inventory::iter::<<MigrationWorld as WorldInventory>::Then>.into_iter();
    let given = given.map(of("Given"));
    let mut bound: Vec<_> = given.chain(when.map(of("When"))).chain(then.map(of("Then"))).collect();
    bound.sort();
    bound
}

/// Literal sentences escape their hyphens, expressions do not.
fn plain(regex: &Regex) -> String {
    regex.as_str().replace(r"\-", "-")
}

#[test]
fn every_expression_compiles_and_names_its_placeholders() {
    assert!(ENTRIES.iter().all(|entry| entry.regex().is_some()));
    for sentence in sentences() {
        for text in samples(sentence) {
            assert_eq!(
                words(sentence, &text).len(),
                sentence.words.len(),
                "{}",
                sentence.expression
            );
        }
    }
}

#[test]
fn the_sentences_of_this_version_are_those_with_a_step() {
    let available = ENTRIES.iter().filter(|entry| entry.sentence.available());
    let regex = |entry: &Entry| entry.regex().map(plain).expect("an expression");
    let mut available: Vec<_> = available
        .map(|entry| (format!("{:?}", entry.sentence.keyword()), regex(entry)))
        .collect();
    available.sort();
    assert_eq!(bound(), available);
}

#[test]
fn no_two_sentences_match_the_same_text() {
    for sentence in sentences() {
        let texts = samples(sentence)
            .into_iter()
            .map(|text| format!("{:?} {text}", sentence.keyword()));
        for text in texts.chain([sentence.example.to_owned()]) {
            let found: Vec<_> = find_any_keyword(&step(&text))
                .iter()
                .map(|found| found.expression)
                .collect();
            assert_eq!(found, [sentence.expression], "{text}");
        }
    }
}

#[test]
fn every_sentence_is_explained_by_an_example_that_can_be_read() {
    for sentence in sentences() {
        assert!(sentence.meaning.ends_with('.'), "{}", sentence.expression);
        let step = step(sentence.example);
        assert_eq!(
            step.keyword.trim(),
            format!("{:?}", sentence.keyword()),
            "{}",
            sentence.example
        );
        let wrong: Vec<Mistake> = sentence.mistakes(&step);
        let only_later = wrong.iter().all(|mistake| {
            matches!(
                mistake.error,
                Error::Later { .. } | Error::Check(crate::checks::UnknownCheck::Later { .. })
            )
        });
        assert!(only_later, "{}: {wrong:?}", sentence.example);
        let explained = match sentence.argument {
            Argument::None => step.table.is_none() && step.docstring.is_none(),
            Argument::Options(_) => true,
            Argument::Rows(_) | Argument::Names(_) => step.table.is_some(),
            Argument::DocString(_) => step.docstring.is_some(),
        };
        assert!(explained, "{}", sentence.example);
    }
}

#[test]
fn what_steps_understand_is_fine() {
    for line in [
        "Given a source provider",
        "Given a clone of the VM \"a\"\n      | power | on |",
        "Given 2 clones of the VM \"a\"",
        "Given the VM 'a' as it is\n      | target name | b |",
        "Given clones of these VMs:\n      | VM | power |\n      | a | on |",
        "Given networks are mapped as follows:\n      | source | destination |\n      | VM Network | pod |",
        "Given storage is mapped as follows:\n      | source | storage class |\n      | LocalDS_0 | lab-block |",
        "Given a cold migration plan\n      | target power state | on |",
        "Then every VM passes these checks:\n      | memory |\n      | CPU |",
        "Then every VM passes the \"memory\" check",
        "Then the migration fails in the \"disk transfer\" step",
    ] {
        assert_eq!(said(line), "fine", "{line}");
    }
}

#[test]
fn what_they_do_not_is_told_beforehand() {
    for (line, expected) in [
        (
            "Given a clone of the VM \"a\"\n      | pwoer | on |",
            "unknown option \"pwoer\"",
        ),
        ("Given a clone of the VM \"\"", "\"\" is no value for \"VM\""),
        (
            "Given 1 clone of the VM \"a\"\n      | power | up |",
            "\"up\" is no value for \"power\"",
        ),
        ("Given -1 clones of the VM \"a\"", "\"-1\" is no value for \"number\""),
        (
            "Given the VM \"a\" as it is\n      | power | on |",
            "unknown option \"power\"",
        ),
        (
            "Given clones of these VMs:\n      | power |\n      | on |",
            "the column \"VM\" is missing",
        ),
        ("Given networks are mapped as follows:", "the sentence needs a table"),
        (
            "Given a cold migration plan that is refused\n      | warm | yes |",
            "unknown option \"warm\"",
        ),
        (
            "Then every VM passes these checks:\n      | memroy |",
            "there is no check \"memroy\"",
        ),
        ("Then every VM passes the \"SSH\" check", "not yet available"),
        (
            "Then the migration fails in the \"Copy\" step",
            "no pipeline has a step \"Copy\"",
        ),
        (
            "Given a source provider\n      | a | b |",
            "the sentence takes no table",
        ),
        (
            "Given a source provider\n      \"\"\"\n      a\n      \"\"\"",
            "the sentence takes no doc string",
        ),
    ] {
        assert!(said(line).contains(expected), "{line}: {}", said(line));
    }
}

#[test]
fn a_sentence_is_found_by_its_words_when_it_is_misspelt() {
    let near = |line: &str| nearest(&step(line)).map(|sentence| sentence.expression);
    assert_eq!(
        near("Given a clone of the VN \"a\""),
        Some("a clone of the VM {string}")
    );
    assert_eq!(
        near("Given two clones of the VM \"a\""),
        Some("{int} clone(s) of the VM {string}")
    );
    assert_eq!(near("Then the migration succeded"), Some("the migration succeeds"));
    assert_eq!(near("Given xyzzy"), None);
}

#[test]
fn the_wrong_keyword_is_noticed() {
    let step = step("When a source provider");
    assert!(find(&step).is_empty());
    assert_eq!(find_any_keyword(&step).len(), 1);
}
