//! Expands scenario outlines: one scenario per row, with its own title and line.

use std::{collections::HashMap, sync::LazyLock};

use cucumber::{feature::Ext as _, gherkin};
use regex::Regex;

use super::{
    lint::Rule,
    problem::Problem,
    source::FeatureFile,
    text::{Place, Text},
};
use crate::steps::field::RUN;

/// Replaces [`RUN`] during expansion: private-use characters, which no feature file contains.
const PROTECTED_RUN: &str = "\u{e000}run\u{e001}";

/// A placeholder that cucumber replaces with a cell of Examples.
#[expect(clippy::unwrap_used, reason = "the expression is constant")]
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<([^>\s](?:[^>\t\n\r\v\f]*[^>\s])?)>").unwrap());

/// A scenario without placeholders.
#[derive(Debug, Clone)]
pub struct Concrete {
    /// The scenario; for a row of an outline, with the position of the row.
    pub scenario: gherkin::Scenario,
    /// Index of the rule that contains the scenario.
    pub rule: Option<usize>,
    /// Line of the heading of the scenario or outline.
    pub heading: usize,
    /// Tags of the Examples that contain the row.
    pub example_tags: Vec<String>,
}

/// Expands all outlines of a file that are valid, and returns the mistakes of the others.
pub fn expand(file: &FeatureFile) -> (Vec<Concrete>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut concrete = Vec::new();
    let mut empty = file.feature.clone();
    empty.scenarios.clear();
    empty.rules.clear();
    let in_rules = file
        .feature
        .rules
        .iter()
        .enumerate()
        .flat_map(|(index, rule)| rule.scenarios.iter().map(move |s| (Some(index), s)));
    for (rule, scenario) in file.feature.scenarios.iter().map(|s| (None, s)).chain(in_rules) {
        problems.extend(examine(&file.text, scenario));
        concrete.extend(expand_one(&file.text, &empty, rule, scenario));
    }
    (concrete, problems)
}

/// The mistakes that keep a scenario from being expanded.
fn examine(text: &Text, outline: &gherkin::Scenario) -> Vec<Problem> {
    let heading = text.whole(outline.position.line);
    let is_outline = outline.keyword.contains("Outline") || outline.keyword.contains("Template");
    if outline.steps.is_empty() {
        let what = format!("the scenario {:?} has no steps", outline.name);
        return vec![text.problem(Rule::EmptyScenario, heading, what)];
    }
    if outline.examples.is_empty() && is_outline {
        let what = format!("the outline {:?} has no Examples", outline.name);
        return vec![text.problem(Rule::OutlineWithoutRows, heading, what)];
    }
    let mut problems = Vec::new();
    let used = placeholders(text, outline);
    if outline.examples.is_empty() {
        // Without Examples nothing is replaced: a doc string may contain text that looks like a placeholder.
        problems.extend(used.iter().filter(|used| !used.in_doc_string).map(|used| {
            let what = format!("<{}> stands for a column of Examples, and there are none", used.name);
            text.problem(Rule::UnknownPlaceholder, used.place, what)
        }));
    }
    for examples in &outline.examples {
        let table = examples.table.as_ref().filter(|table| table.rows.len() > 1);
        let Some((table, header)) = table.and_then(|table| Some((table, table.rows.first()?))) else {
            let what = format!("these Examples of {:?} have no rows", outline.name);
            let place = text.whole(examples.position.line);
            problems.push(text.problem(Rule::OutlineWithoutRows, place, what));
            continue;
        };
        // A column may appear unused only because its placeholder is misspelt.
        let all_known = used.iter().all(|used| header.contains(&used.name));
        for (index, column) in header.iter().enumerate() {
            let what = if column == "run" {
                "the column \"run\" cannot be used: <run> is the run id".to_owned()
            } else if header.iter().take(index).any(|other| other == column) {
                format!("the column {column:?} is there twice")
            } else if all_known && used.iter().all(|used| used.name != *column) {
                format!("nothing in the outline uses <{column}>")
            } else {
                continue;
            };
            problems.push(text.problem(Rule::ExamplesColumn, text.cell(table, 0, index), what));
        }
        problems.extend(used.iter().filter(|used| !header.contains(&used.name)).map(|used| {
            let what = format!("<{}> is not a column of the Examples of {:?}", used.name, outline.name);
            let near = crate::settings::nearest::nearest(&used.name, header.iter().map(String::as_str));
            let hint = match near.first() {
                Some(column) => format!("did you mean <{column}>?"),
                None => format!("there are <{}>", header.join(">, <")),
            };
            text.problem(Rule::UnknownPlaceholder, used.place, what).hint(hint)
        }));
    }
    problems.sort();
    problems.dedup();
    problems
}

/// A `<name>` in an outline.
struct Placeholder {
    name: String,
    place: Place,
    in_doc_string: bool,
}

/// The placeholders of an outline, except [`RUN`].
fn placeholders(text: &Text, outline: &gherkin::Scenario) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut look = |words: &str, lines: &[usize], in_doc_string: bool| {
        if !words.contains('<') {
            return;
        }
        for name in PLACEHOLDER.captures_iter(words).filter_map(|captures| captures.get(1)) {
            let written = format!("<{}>", name.as_str());
            let first = lines.first().copied().unwrap_or(outline.position.line);
            let line = lines.iter().copied().find(|line| text.line(*line).contains(&written));
            if written != RUN {
                found.push(Placeholder {
                    name: name.as_str().to_owned(),
                    place: text.words(line.unwrap_or(first), &written),
                    in_doc_string,
                });
            }
        }
    };
    look(&outline.name, &[outline.position.line], false);
    for step in &outline.steps {
        let line = step.position.line;
        look(&step.value, &[line], false);
        if let Some(doc_string) = &step.docstring {
            let lines: Vec<usize> = (line + 1..=line + 1 + doc_string.lines().count()).collect();
            look(doc_string, &lines, true);
        }
        for (table, rows) in step.table.iter().map(|table| (table, text.row_lines(table))) {
            for (cells, line) in table.rows.iter().zip(rows) {
                cells.iter().for_each(|cell| look(cell, &[line], false));
            }
        }
    }
    found
}

/// The scenario, or one for each row of its Examples.
fn expand_one(
    text: &Text,
    empty: &gherkin::Feature,
    rule: Option<usize>,
    outline: &gherkin::Scenario,
) -> Vec<Concrete> {
    let heading = outline.position.line;
    if outline.examples.is_empty() {
        let mut scenario = outline.clone();
        tidy_doc_strings(&mut scenario);
        return vec![Concrete {
            scenario,
            rule,
            heading,
            example_tags: Vec::new(),
        }];
    }
    let tables = outline.examples.iter().filter_map(|examples| examples.table.as_ref());
    let lines: Vec<usize> = tables
        .flat_map(|table| text.row_lines(table).into_iter().skip(1))
        .collect();
    let alone = gherkin::Feature {
        scenarios: vec![replaced(outline, RUN, PROTECTED_RUN)],
        ..empty.clone()
    };
    // Expansion fails only for placeholders without a column, and these were checked before.
    let expanded = alone
        .expand_examples()
        .map(|feature| feature.scenarios)
        .unwrap_or_default();
    let mut titles: HashMap<String, usize> = HashMap::new();
    for scenario in &expanded {
        *titles.entry(scenario.name.replace(PROTECTED_RUN, RUN)).or_default() += 1;
    }
    let rows = expanded.iter().zip(lines).enumerate().map(|(index, (scenario, line))| {
        let mut scenario = replaced(scenario, PROTECTED_RUN, RUN);
        if titles.get(&scenario.name).is_some_and(|count| *count > 1) {
            scenario.name = format!("{} #{}", scenario.name, index + 1);
        }
        // The expansion does not count blank lines and comments.
        scenario.position.line = line;
        tidy_doc_strings(&mut scenario);
        let example_tags = scenario
            .examples
            .first()
            .map(|examples| examples.tags.clone())
            .unwrap_or_default();
        Concrete {
            scenario,
            rule,
            heading,
            example_tags,
        }
    });
    rows.collect()
}

/// Replaces a text in all parts of a scenario that are expanded.
fn replaced(scenario: &gherkin::Scenario, from: &str, to: &str) -> gherkin::Scenario {
    let mut scenario = scenario.clone();
    scenario.name = scenario.name.replace(from, to);
    replace_in(&mut scenario.steps, from, to);
    scenario
}

/// Replaces [`RUN`] with the id of the run.
pub fn name_run(steps: &mut [gherkin::Step], run: &str) {
    replace_in(steps, RUN, run);
}

fn replace_in(steps: &mut [gherkin::Step], from: &str, to: &str) {
    for step in steps {
        let cells = step.table.iter_mut().flat_map(|table| table.rows.iter_mut().flatten());
        for text in std::iter::once(&mut step.value)
            .chain(step.docstring.iter_mut())
            .chain(cells)
        {
            *text = text.replace(from, to);
        }
    }
}

/// Removes the line breaks after the opening and before the closing quotes, which the parser keeps.
fn tidy_doc_strings(scenario: &mut gherkin::Scenario) {
    for text in scenario.steps.iter_mut().filter_map(|step| step.docstring.as_mut()) {
        let inner = text.strip_prefix('\n').unwrap_or(text);
        let inner = inner.rsplit_once('\n').map_or(
            inner,
            |(before, last)| if last.trim().is_empty() { before } else { inner },
        );
        *text = inner.to_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::source::Reading;
    use std::path::Path;

    fn expand_text(text: &str) -> Result<Vec<Concrete>, String> {
        let file = Reading::parse(text, Path::new("/x/a.feature"), "a").file.unwrap();
        match expand(&file) {
            (concrete, problems) if problems.is_empty() => Ok(concrete),
            (_, problems) => Err(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
        }
    }

    #[test]
    fn the_run_id_is_inserted_in_text_tables_and_doc_strings() {
        let text = "Feature: F\n  Scenario: A\n    Given the namespace \"a-<run>\"\n      | b-<run> |\n    And c\n      \"\"\"\n      d-<run>\n      \"\"\"\n";
        let mut steps = expand_text(text).unwrap().remove(0).scenario.steps;
        name_run(&mut steps, "auto-ab12");
        let table = steps[0].table.as_ref().unwrap();
        assert_eq!(
            (steps[0].value.as_str(), table.rows[0][0].as_str()),
            ("the namespace \"a-auto-ab12\"", "b-auto-ab12")
        );
        assert_eq!(steps[1].docstring.as_deref(), Some("d-auto-ab12"));
    }

    #[test]
    fn rows_become_scenarios_with_their_own_lines_and_titles() {
        let concrete = expand_text(
            "Feature: F\n  Scenario Outline: A <os> guest of <run>\n    Given a clone of the VM \"<vm>\" in \"<run>\"\n    Examples:\n      | os | vm |\n      | Linux | a |\n      # note\n      | Linux | b |\n    @slow\n    Examples:\n      | os | vm |\n      | Windows | c |\n",
        )
        .unwrap();
        let seen: Vec<_> = concrete
            .iter()
            .map(|c| {
                (
                    c.scenario.name.as_str(),
                    c.scenario.position.line,
                    c.scenario.steps[0].value.as_str(),
                    c.example_tags.clone(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                (
                    "A Linux guest of <run> #1",
                    6,
                    "a clone of the VM \"a\" in \"<run>\"",
                    vec![]
                ),
                (
                    "A Linux guest of <run> #2",
                    8,
                    "a clone of the VM \"b\" in \"<run>\"",
                    vec![]
                ),
                (
                    "A Windows guest of <run>",
                    12,
                    "a clone of the VM \"c\" in \"<run>\"",
                    vec!["slow".to_owned()]
                ),
            ]
        );
        assert!(concrete.iter().all(|c| c.heading == 2));
    }

    #[test]
    fn doc_strings_lose_the_line_breaks_next_to_their_quotes() {
        let concrete = expand_text(
            "Feature: F\n  Scenario: S\n    Given x\n      \"\"\"\n      a\n        b\n\n      c\n      \"\"\"\n",
        )
        .unwrap();
        assert_eq!(concrete[0].scenario.steps[0].docstring.as_deref(), Some("a\n  b\n\nc"));
    }

    #[test]
    fn invalid_outlines_are_refused() {
        let refused = |steps: &str| expand_text(&format!("Feature: F\n  Scenario Outline: S\n{steps}")).unwrap_err();
        insta::assert_snapshot!(refused("    Given <a>\n"), @r#"a:2:3: the outline "S" has no Examples"#);
        insta::assert_snapshot!(refused("    Given <a>\n    Examples:\n      | a |\n"), @r#"a:4:5: these Examples of "S" have no rows"#);
        insta::assert_snapshot!(refused("    Given <run>\n    Examples:\n      | run |\n      | 1 |\n"), @r#"a:5:9: the column "run" cannot be used: <run> is the run id"#);
        insta::assert_snapshot!(refused("    Given \"<disk>\"\n      | a | <dsik> |\n    And y\n      \"\"\"\n      b: <c>\n      \"\"\"\n    Examples:\n      | disk | note | disk |\n      | 1 | 2 | 3 |\n"), @r#"
        a:4:13: <dsik> is not a column of the Examples of "S"
            did you mean <disk>?
        a:7:10: <c> is not a column of the Examples of "S"
            there are <disk>, <note>, <disk>
        a:10:23: the column "disk" is there twice
        "#);
        insta::assert_snapshot!(refused("    Given <a>\n    Examples:\n      | a | note |\n      | 1 | 2 |\n"), @"a:5:13: nothing in the outline uses <note>");
        insta::assert_snapshot!(expand_text("Feature: F\n  Scenario: S\n  Scenario: T\n    Given <x>\n      ```\n      <y>\n      ```\n").unwrap_err(), @r#"
        a:2:3: the scenario "S" has no steps
        a:4:11: <x> stands for a column of Examples, and there are none
        "#);
    }
}
