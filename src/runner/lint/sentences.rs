//! Finds every sentence that no step, or more than one, is defined for, before anything runs.

use std::{collections::BTreeSet, fmt::Debug};

use cucumber::{
    World,
    codegen::{StepConstructor, WorldInventory, inventory},
    gherkin::{Step, StepType},
};

use super::Rule;
use crate::{
    nearest::nearest,
    runner::{plan::ExpandedFile, problem::Problem},
};

/// Everything that cannot run, in the order of files and lines. `understood` says whether the table and the words of
/// a defined sentence can be read.
pub fn problems<W: World + WorldInventory + Debug>(
    files: &[ExpandedFile],
    understood: impl Fn(&Step) -> Result<(), String>,
) -> Vec<Problem> {
    let definitions = W::collection();
    let known = sentences::<W>();
    let mut problems = BTreeSet::new();
    for expanded in files {
        let feature = &expanded.file.feature;
        let backgrounds = feature
            .background
            .iter()
            .chain(feature.rules.iter().filter_map(|r| r.background.as_ref()));
        let scenarios = expanded.scenarios.iter().map(|concrete| &concrete.scenario.steps);
        for step in backgrounds
            .map(|background| &background.steps)
            .chain(scenarios)
            .flatten()
        {
            let text = &expanded.file.text;
            let problem = |rule: Rule, what: String| text.problem(rule, text.whole(step.position.line), what);
            match definitions.find(step) {
                Ok(Some(_)) => {
                    problems.extend(understood(step).err().map(|what| problem(Rule::WrongArgument, what)));
                }
                Ok(None) => {
                    let other = [StepType::Given, StepType::When, StepType::Then]
                        .into_iter()
                        .find(|ty| {
                            let other = Step {
                                ty: *ty,
                                ..step.clone()
                            };
                            *ty != step.ty && matches!(definitions.find(&other), Ok(Some(_)))
                        });
                    let rule = if other.is_some() {
                        Rule::WrongKeyword
                    } else {
                        Rule::UndefinedSentence
                    };
                    let problem = problem(rule, format!("no step is defined for: {}", step.value));
                    problems.insert(match other {
                        Some(ty) => {
                            problem.hint(format!("it is defined as a {ty:?} step, this is a {:?} step", step.ty))
                        }
                        None => match nearest(&placeholders(&step.value), known.iter().map(String::as_str)).first() {
                            Some(sentence) => problem.hint(format!("the nearest known one is: {sentence}")),
                            None => problem,
                        },
                    });
                }
                Err(ambiguous) => {
                    let places: Vec<String> = ambiguous
                        .possible_matches
                        .iter()
                        .filter_map(|(_, location)| location.map(|location| location.to_string()))
                        .collect();
                    problems.insert(
                        problem(
                            Rule::AmbiguousSentence,
                            format!("more than one step is defined for: {}", step.value),
                        )
                        .hint(format!("defined in {}", places.join(" and "))),
                    );
                }
            }
        }
    }
    problems.into_iter().collect()
}

/// The sentences that are defined, as a person would write them: `a clone of the VM {string}`.
pub fn sentences<W: World + WorldInventory>() -> BTreeSet<String> {
    fn of<W: World, C: StepConstructor<W>>(constructor: &C) -> String {
        let (_, regex, _) = constructor.inner();
        readable(regex().as_str())
    }
    let given = inventory::iter::<W::Given>.into_iter().map(of::<W, _>);
    let when = inventory::iter::<W::When>.into_iter().map(of::<W, _>);
    let then = inventory::iter::<W::Then>.into_iter().map(of::<W, _>);
    given.chain(when).chain(then).collect()
}

/// Puts placeholders where a sentence has quoted words and numbers.
fn placeholders(sentence: &str) -> String {
    let mut text = String::new();
    for (index, part) in sentence.split('"').enumerate() {
        if index % 2 == 1 {
            text.push_str("{string}");
        } else {
            text.push_str(part);
        }
    }
    let words = text
        .split(' ')
        .map(|word| if word.parse::<i64>().is_ok() { "{int}" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// A regular expression that a Cucumber Expression became, as that expression.
fn readable(regex: &str) -> String {
    let regex = regex.trim_start_matches('^').trim_end_matches('$');
    let mut text = String::new();
    let mut rest = regex;
    while let Some(character) = rest.chars().next() {
        if character == '(' {
            let (group, after) = group(rest);
            let optional = after.strip_prefix('?');
            text.push_str(&placeholder(group, optional.is_some()));
            rest = optional.unwrap_or(after);
            continue;
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
        if character == '\\' {
            let escaped = rest.chars().next();
            text.extend(escaped);
            rest = rest.get(escaped.map_or(0, char::len_utf8)..).unwrap_or_default();
        } else {
            text.push(character);
        }
    }
    text
}

/// Splits the group at the beginning from what follows it.
fn group(text: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    let mut escaped = false;
    let mut in_class = false;
    for (index, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => {
                depth -= 1;
                if depth == 0 {
                    return (
                        text.get(1..index).unwrap_or_default(),
                        text.get(index + 1..).unwrap_or_default(),
                    );
                }
            }
            _ => {}
        }
    }
    (text, "")
}

fn placeholder(group: &str, optional: bool) -> String {
    match group.strip_prefix("?:") {
        Some(inner) if optional => format!("({inner})"),
        Some(inner) if !inner.contains(['"', '\\']) => inner.replace('|', "/"),
        _ if group.contains('"') => "{string}".to_owned(),
        _ if group.contains("second") => "{duration}".to_owned(),
        _ if group.contains(r"\d") => "{int}".to_owned(),
        _ => "{word}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::{outline, source::Reading};
    use cucumber::{given, then, when};
    use std::path::Path;

    #[derive(Debug, Default, World)]
    struct Toy;

    #[given(expr = "a clone of the VM {string}")]
    #[given(expr = "{int} clone(s) of the VM {string}")]
    #[when(expr = "the migration/copy runs")]
    #[then(expr = "every VM has {int} disk(s)")]
    #[then(regex = "^it ends$")]
    #[then(regex = "^it ends?$")]
    fn nothing(_: &mut Toy) {}

    #[test]
    fn definitions_read_as_they_were_written() {
        let sentences: Vec<String> = sentences::<Toy>().into_iter().collect();
        assert_eq!(
            sentences,
            [
                "a clone of the VM {string}",
                "every VM has {int} disk(s)",
                "it ends",
                "it ends?",
                "the migration/copy runs",
                "{int} clone(s) of the VM {string}",
            ]
        );
    }

    #[test]
    fn all_mistakes_are_found_at_once() {
        let text = "\
Feature: F
  Background:
    Given a clone of the VN \"a\"
  Scenario: S
    Given 2 clones of the VM \"b\"
    When a clone of the VM \"b\"
    Then it ends
    And xyzzy
  Scenario: T
    Given a clone of the VM \"b\"
    When the copy runs
    Then every VM has 1 disk
";
        let file = Reading::parse(text, Path::new("/x/a.feature"), "a.feature")
            .file
            .unwrap();
        let scenarios = outline::expand(&file).0;
        let files = [ExpandedFile {
            file,
            scenarios,
            lines: Vec::new(),
        }];
        let problems = problems::<Toy>(&files, |step| match step.value.as_str() {
            "2 clones of the VM \"b\"" => Err("two are too many".to_owned()),
            _ => Ok(()),
        });
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let places = regex::Regex::new(r"src/runner/lint/sentences\.rs:\d+:\d+").unwrap();
        insta::assert_snapshot!(places.replace_all(&shown.join("\n"), "[place]"), @r#"
        a.feature:3:5: no step is defined for: a clone of the VN "a"
            the nearest known one is: a clone of the VM {string}
        a.feature:5:5: two are too many
        a.feature:6:5: no step is defined for: a clone of the VM "b"
            it is defined as a Given step, this is a When step
        a.feature:7:5: more than one step is defined for: it ends
            defined in [place] and [place]
        a.feature:8:5: no step is defined for: xyzzy
        "#);
    }
}
