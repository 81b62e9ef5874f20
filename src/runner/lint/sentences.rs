//! Checks that every step has one sentence of the vocabulary, with valid values.

use std::collections::HashMap;

use cucumber::gherkin::{Step, StepType};

use super::Rule;
use crate::{
    checks::UnknownCheck,
    runner::{
        outline::Concrete,
        plan::ExpandedFile,
        problem::Problem,
        text::{Place, Text},
    },
    steps::{
        catalogue,
        mistake::{self, Error, Mistake},
        sentence::Sentence,
    },
};

/// The hint if no sentence is similar to the step.
const ALL_SENTENCES: &str = "`mtv-bdd steps` lists all; a new one is written in Rust, see `mtv-bdd lint --format json`";

/// Cache of the sentences that match steps, by keyword type and text.
#[derive(Debug, Default)]
pub struct Sentences(HashMap<(u8, String), Vec<&'static Sentence>>);

impl Sentences {
    /// The sentences that match a step.
    pub fn of(&mut self, step: &Step) -> &[&'static Sentence] {
        let keyword = match step.ty {
            StepType::Given => 0,
            StepType::When => 1,
            StepType::Then => 2,
        };
        let known = self.0.entry((keyword, step.value.clone()));
        known.or_insert_with(|| catalogue::find(step))
    }
}

/// Mistakes in the steps of a file.
pub fn problems(expanded: &ExpandedFile, sentences: &mut Sentences) -> Vec<Problem> {
    let (text, feature) = (&expanded.file.text, &expanded.file.feature);
    let backgrounds = feature
        .background
        .iter()
        .chain(feature.rules.iter().filter_map(|rule| rule.background.as_ref()));
    let of_backgrounds = backgrounds
        .flat_map(|background| &background.steps)
        .map(|step| (None, step));
    let of_scenarios = expanded
        .scenarios
        .iter()
        .flat_map(|concrete| concrete.scenario.steps.iter().map(move |step| (Some(concrete), step)));
    let mut problems = described(expanded);
    for (concrete, step) in of_backgrounds.chain(of_scenarios) {
        let place = text.whole(step.position.line);
        match sentences.of(step) {
            [] => problems.push(unknown(text, place, step)),
            [sentence] => {
                if !sentence.available() {
                    let what = format!("not yet available in this version: {}", sentence.expression);
                    problems.push(text.problem(Rule::NotYetAvailable, place, what));
                }
                if sentence.needs_the_lab() {
                    let what = format!("only the simulated lab can do this: {}", sentence.expression);
                    let problem = text.problem(Rule::OnlyInTheLab, place, what);
                    problems.push(problem.hint("run it without --profile, or leave the file out on other targets"));
                }
                let mistakes = sentence.mistakes(step).into_iter();
                problems.extend(mistakes.map(|mistake| of_argument(text, concrete, step, &mistake)));
            }
            several => {
                let what = format!("more than one sentence fits: {}", step.value);
                let fitting: Vec<&str> = several.iter().map(|sentence| sentence.expression).collect();
                let problem = text.problem(Rule::AmbiguousSentence, place, what);
                problems.push(problem.hint(fitting.join("\n")));
            }
        }
    }
    problems
}

/// The problem of a step that matches no sentence.
fn unknown(text: &Text, place: Place, step: &Step) -> Problem {
    let keyword = step.keyword.trim();
    if let [sentence, ..] = catalogue::find_any_keyword(step).as_slice() {
        let what = format!("this sentence follows {:?}, not {:?}", sentence.keyword(), step.ty);
        let problem = text.problem(Rule::WrongKeyword, place, what);
        return match keyword {
            "And" | "But" => problem.hint(format!("{keyword} goes on with the {:?} before it", step.ty)),
            "*" => problem.hint("* stands for Given"),
            _ => problem.hint(format!("{:?} {}", sentence.keyword(), step.value)),
        };
    }
    let plain = straight(&step.value);
    let corrected = Step {
        value: plain.clone(),
        ..step.clone()
    };
    let problem = text.problem(
        Rule::UndefinedSentence,
        place,
        format!("unknown sentence: {}", step.value),
    );
    if plain != step.value && !catalogue::find_any_keyword(&corrected).is_empty() {
        return problem.hint(format!("with plain quotes and spaces it is known: {plain}"));
    }
    let (hint, snippet) = match catalogue::nearest(step) {
        Some(near) => {
            let keyword = if near.keyword() == step.ty {
                keyword.to_owned()
            } else {
                format!("{:?}", near.keyword())
            };
            let correct = format!("{keyword} {}", catalogue::correction(near, &step.value));
            (format!("did you mean\n    {correct}"), correct)
        }
        None => {
            let related: String = catalogue::related(&step.value)
                .iter()
                .map(|related| format!("    {related}\n"))
                .collect();
            let lead = if related.is_empty() {
                ""
            } else {
                "is it one of these?\n"
            };
            (format!("{lead}{related}{ALL_SENTENCES}"), catalogue::snippet(step))
        }
    };
    Problem {
        snippet: Some(snippet),
        ..problem.hint(hint)
    }
}

/// The text with plain quotes and spaces instead of the typographic ones of word processors and web pages.
fn straight(text: &str) -> String {
    let plain = |character| match character {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2018}' | '\u{2019}' => '\'',
        character if character.is_whitespace() => ' ',
        character => character,
    };
    let plain: String = text.chars().map(plain).filter(|c| *c != '\u{200b}').collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The problem of a mistake in the words, the table or the doc string of a step.
fn of_argument(text: &Text, concrete: Option<&Concrete>, step: &Step, mistake: &Mistake) -> Problem {
    let rule = match &mistake.error {
        Error::Unknown { .. } => Rule::UnknownOption,
        Error::Later { .. } | Error::Check(UnknownCheck::Later { .. }) => Rule::NotYetAvailable,
        Error::Twice { .. } => Rule::OptionTwice,
        Error::Missing { .. } => Rule::MissingColumn,
        Error::Value { .. }
        | Error::Template { .. }
        | Error::Label { .. }
        | Error::Shared { .. }
        | Error::Step(_)
        | Error::Condition(_) => Rule::WrongValue,
        Error::Check(_) => Rule::UnknownCheck,
        Error::DocString { .. } => Rule::WrongDocString,
        Error::Shape(_) => Rule::WrongArgument,
    };
    let place = place(text, concrete, step, &mistake.place);
    text.complaint(rule, place, &mistake.error.to_string())
}

/// Position of a mistake; a value from a row of Examples is located in that row.
fn place(text: &Text, concrete: Option<&Concrete>, step: &Step, place: &mistake::Place) -> Place {
    let line = step.position.line;
    let (here, written) = match place {
        mistake::Place::Sentence => return text.whole(line),
        mistake::Place::DocString(inside) => return text.whole(line + 1 + inside),
        mistake::Place::Cell { row, column } => {
            let table = step.table.as_ref();
            match table.and_then(|table| Some((table, table.rows.get(*row)?.get(*column)?))) {
                Some((table, value)) => (text.cell(table, *row, *column), value.as_str()),
                None => return text.whole(line),
            }
        }
        mistake::Place::Words(range) => {
            let value = step.value.get(range.clone()).unwrap_or_default();
            (text.part(line, &step.value, range), value)
        }
    };
    let row = concrete
        .map(|concrete| concrete.scenario.position.line)
        .filter(|row| *row != line);
    match row.filter(|row| !text.says(here, written) && text.line(*row).trim_start().starts_with('|')) {
        Some(row) => text.words(row, written),
        None => here,
    }
}

/// Steps that the parser read as part of a description: before the first scenario, or after a misspelt keyword.
fn described(expanded: &ExpandedFile) -> Vec<Problem> {
    let (text, feature) = (&expanded.file.text, &expanded.file.feature);
    let rules = feature.rules.iter();
    let scenarios = feature
        .scenarios
        .iter()
        .chain(rules.clone().flat_map(|rule| &rule.scenarios));
    let backgrounds = feature
        .background
        .iter()
        .chain(rules.clone().filter_map(|rule| rule.background.as_ref()));
    let outside = std::iter::once((feature.position.line, &feature.description))
        .chain(rules.map(|rule| (rule.position.line, &rule.description)))
        .map(|(line, description)| (line, description, false));
    let inside = scenarios
        .map(|scenario| (scenario.position.line, &scenario.description))
        .chain(backgrounds.map(|background| (background.position.line, &background.description)))
        .map(|(line, description)| (line, description, true));
    let mut problems = Vec::new();
    for (heading, description, inside) in outside.chain(inside) {
        let lines = description.iter().flat_map(|description| description.lines());
        for described in lines.map(str::trim) {
            let Some((keyword, rest)) = described.split_once(' ').map(|(first, rest)| (first, rest.trim())) else {
                continue;
            };
            if catalogue::matching_text(rest).is_empty() {
                continue;
            }
            let line = (heading + 1..=text.lines.len()).find(|line| text.line(*line).trim() == described);
            let place = text.words(line.unwrap_or(heading), keyword);
            problems.push(if inside {
                let what = format!("{keyword:?} is no keyword, and this step is taken for a description");
                let hint = "steps begin with Given, When, Then, And or But";
                text.problem(Rule::UnknownKeyword, place, what).hint(hint)
            } else {
                let what = "this step stands in no scenario, and is taken for a description";
                text.problem(Rule::MisplacedStep, place, what)
                    .hint("\"Scenario:\" or \"Background:\" comes first")
            });
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::lint::check::tests::{expanded, shown};

    fn found(text: &str) -> String {
        shown(&problems(&expanded("a", text), &mut Sentences::default()))
    }

    fn in_scenario(steps: &str) -> String {
        found(&format!("Feature: F\n  Scenario: S\n{steps}"))
    }

    #[test]
    fn all_unknown_sentences_are_reported_at_once() {
        let text = "Feature: F\n  Background:\n    Given a clone of the VN \"a\"\n  Scenario: S\n    Given a clone of the VM “b”\n    And xyzzy\n";
        insta::assert_snapshot!(found(text), @r#"
        a:3:5: unknown sentence: a clone of the VN "a"
            did you mean
                Given a clone of the VM "a"
        a:5:5: unknown sentence: a clone of the VM “b”
            with plain quotes and spaces it is known: a clone of the VM "b"
        a:6:5: unknown sentence: xyzzy
            `mtv-bdd steps` lists all; a new one is written in Rust, see `mtv-bdd lint --format json`
        "#);
    }

    #[test]
    fn a_sentence_after_the_wrong_keyword_is_reported() {
        insta::assert_snapshot!(in_scenario("    When a source provider\n    And a clone of the VM \"b\"\n    * the migration runs\n"), @"
        a:3:5: this sentence follows Given, not When
            Given a source provider
        a:4:5: this sentence follows Given, not When
            And goes on with the When before it
        a:5:5: this sentence follows When, not Given
            * stands for Given
        ");
    }

    #[test]
    fn invalid_values_are_reported_with_their_place() {
        insta::assert_snapshot!(in_scenario("    Given a clone of the VM \"größe\"\n      | pwoer | on |\n      # why\n      | disk type | fat |\n      | guest agent timeout | soon |\n    And a source provider\n      | a | b |\n    Then every VM passes the \"memroy\" check\n    And the migration fails in the \"Copy\" step\n    And every VM passes these checks:\n      | CPU |\n      | xyzzy |\n"), @r#"
        a:4:9: unknown option "pwoer"
            did you mean power?
        a:6:21: "fat" is no value for "disk type"
            it takes thin, thick-lazy, thick-eager
        a:7:31: "soon" is no value for "guest agent timeout"
            it takes a duration, such as 90 seconds, 1 minute or 2 hours
        a:8:5: the sentence takes no table
        a:10:31: there is no check "memroy"
            the nearest is memory
        a:11:37: no pipeline has a step "Copy"
            there are Initialize, PreHook, PreflightInspection, DiskTransfer, DiskAllocation, ImageConversion, DiskTransferV2v, ConvertOpenstackSnapshot, Cutover, VirtualMachineCreation, WaitForGuestReboots, PostHook, WaitForFinalSnapshotConsolidation, PrepareTarget, Synchronization, disk transfer
        a:14:9: there is no check "xyzzy"
            there are TLS setting, power, guest agent, VM name, node, labels, affinity, CPU, memory, network, storage, disk count, disk sizes, PVC names, disk order, snapshots, serial, firmware, source untouched, leftovers
        "#);
    }

    #[test]
    fn sentences_for_the_lab_only_are_reported() {
        insta::assert_snapshot!(in_scenario("    Given the lab fails \"conversion fails while copying\"\n"), @"
        a:3:5: only the simulated lab can do this: the lab fails {string}
            run it without --profile, or leave the file out on other targets
        ");
        let misspelt = in_scenario("    Given the lab has the defect \"worng memory\"\n");
        assert!(misspelt.contains("did you mean wrong memory?"), "{misspelt}");
    }

    #[test]
    fn a_value_from_examples_is_located_in_its_row() {
        insta::assert_snapshot!(found("Feature: F\n  Scenario Outline: S\n    Given a clone of the VM \"a\"\n      | power | <power> |\n    Then every VM passes the \"<check>\" check\n    Examples:\n      | power | check |\n      | on | memory |\n      | up | mem |\n"), @r#"
        a:9:9: "up" is no value for "power"
            it takes on, off
        a:9:14: there is no check "mem"
            the nearest is memory
        "#);
    }

    #[test]
    fn a_mistake_in_a_playbook_is_located_in_its_line() {
        insta::assert_snapshot!(in_scenario("    Given a pre-migration hook that runs:\n      \"\"\"yaml\n      - hosts: all\n        tasks: [\n      \"\"\"\n    And a post-migrating hook that runs:\n      \"\"\"\n      hosts: all\n      \"\"\"\n"), @r#"
        a:6:9: the doc string is no Ansible playbook: unclosed bracket '[' at line 2, column 10
        a:8:11: "post-migrating" is no value for "hook"
            did you mean post-migration? it takes pre-migration, post-migration
        a:9:7: the doc string is no Ansible playbook: a playbook is a YAML list of plays, such as `- hosts: all`
        "#);
    }

    #[test]
    fn steps_in_descriptions_are_reported() {
        insta::assert_snapshot!(found("Feature: F\n  Given time, all will be well.\n  Given a source provider\n  Scenario: S\n    given a source provider\n    When the migration runs\n"), @r#"
        a:3:3: this step stands in no scenario, and is taken for a description
            "Scenario:" or "Background:" comes first
        a:5:5: "given" is no keyword, and this step is taken for a description
            steps begin with Given, When, Then, And or But
        "#);
    }
}
