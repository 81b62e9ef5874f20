//! Scenario outlines become scenarios, one per row, with titles and lines that tell them apart.

use std::collections::HashMap;

use cucumber::{feature::Ext as _, gherkin};

use super::{problem::Problem, source::FeatureFile};

/// The word that the run id replaces while a scenario runs: never a column of Examples.
const RUN: &str = "<run>";

/// What stands for [`RUN`] during expansion: private-use characters, in no feature file.
const PROTECTED_RUN: &str = "\u{e000}run\u{e001}";

/// A scenario without placeholders.
#[derive(Debug, Clone)]
pub struct Concrete {
    /// The scenario; its position is the row's for a row of an outline.
    pub scenario: gherkin::Scenario,
    /// Index of the rule that it stands in.
    pub rule: Option<usize>,
    /// Line of the scenario's or outline's heading.
    pub heading: usize,
    /// Tags of the Examples that it comes from.
    pub example_tags: Vec<String>,
}

/// Expands every outline of a file.
///
/// # Errors
/// Outlines without rows, placeholders without a column.
pub fn expand(file: &FeatureFile) -> Result<Vec<Concrete>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut concrete = Vec::new();
    let in_rules = file
        .feature
        .rules
        .iter()
        .enumerate()
        .flat_map(|(index, rule)| rule.scenarios.iter().map(move |s| (Some(index), s)));
    for (rule, scenario) in file.feature.scenarios.iter().map(|s| (None, s)).chain(in_rules) {
        match expand_one(file, rule, scenario) {
            Ok(rows) => concrete.extend(rows),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(concrete)
    } else {
        Err(problems)
    }
}

fn expand_one(file: &FeatureFile, rule: Option<usize>, outline: &gherkin::Scenario) -> Result<Vec<Concrete>, Problem> {
    let heading = outline.position.line;
    let problem = |what: String| Problem::at(&file.name, heading, outline.position.col, what);
    let is_outline = outline.keyword.contains("Outline") || outline.keyword.contains("Template");
    if outline.steps.is_empty() {
        return Err(problem(format!("the scenario {:?} has no steps", outline.name)));
    }
    if outline.examples.is_empty() {
        if is_outline {
            return Err(problem(format!("the outline {:?} has no Examples", outline.name)));
        }
        let mut scenario = outline.clone();
        tidy_doc_strings(&mut scenario);
        return Ok(vec![Concrete {
            scenario,
            rule,
            heading,
            example_tags: Vec::new(),
        }]);
    }
    let mut lines = Vec::new();
    for examples in &outline.examples {
        let rows = examples
            .table
            .as_ref()
            .map(|table| file.row_lines(table))
            .unwrap_or_default();
        if rows.is_empty() {
            return Err(Problem::at(
                &file.name,
                examples.position.line,
                examples.position.col,
                format!("these Examples of {:?} have no rows", outline.name),
            ));
        }
        if examples
            .table
            .iter()
            .flat_map(|table| table.rows.first())
            .flatten()
            .any(|column| column == "run")
        {
            return Err(Problem::at(
                &file.name,
                examples.position.line,
                examples.position.col,
                "the column \"run\" cannot be used: <run> is the run id".to_owned(),
            ));
        }
        lines.extend(rows);
    }
    let mut alone = file.feature.clone();
    alone.rules.clear();
    alone.scenarios = vec![replaced(outline, RUN, PROTECTED_RUN)];
    let expanded = alone.expand_examples().map_err(|error| {
        Problem::at(
            &file.name,
            error.pos.line,
            error.pos.col,
            format!("<{}> is not a column of the Examples of {:?}", error.name, outline.name),
        )
    })?;
    let mut titles: HashMap<String, usize> = HashMap::new();
    for scenario in &expanded.scenarios {
        *titles.entry(scenario.name.replace(PROTECTED_RUN, RUN)).or_default() += 1;
    }
    let rows = expanded
        .scenarios
        .iter()
        .zip(lines)
        .enumerate()
        .map(|(index, (scenario, line))| {
            let mut scenario = replaced(scenario, PROTECTED_RUN, RUN);
            if titles.get(&scenario.name).is_some_and(|count| *count > 1) {
                scenario.name = format!("{} #{}", scenario.name, index + 1);
            }
            // The expansion counts lines without looking at blank ones and comments.
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
    Ok(rows.collect())
}

/// Replaces a word in everything that expansion looks at.
fn replaced(scenario: &gherkin::Scenario, from: &str, to: &str) -> gherkin::Scenario {
    let mut scenario = scenario.clone();
    scenario.name = scenario.name.replace(from, to);
    for step in &mut scenario.steps {
        let cells = step.table.iter_mut().flat_map(|table| table.rows.iter_mut().flatten());
        for text in std::iter::once(&mut step.value)
            .chain(step.docstring.iter_mut())
            .chain(cells)
        {
            *text = text.replace(from, to);
        }
    }
    scenario
}

/// The parser leaves the line breaks beside the quotes in the text.
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
    use std::path::Path;

    fn expand_text(text: &str) -> Result<Vec<Concrete>, Vec<String>> {
        let file = FeatureFile::parse(text, Path::new("/x/a.feature"), "a.feature").unwrap();
        expand(&file).map_err(|problems| problems.iter().map(ToString::to_string).collect())
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
    fn doc_strings_lose_the_breaks_beside_their_quotes() {
        let concrete = expand_text(
            "Feature: F\n  Scenario: S\n    Given x\n      \"\"\"\n      a\n        b\n\n      c\n      \"\"\"\n",
        )
        .unwrap();
        assert_eq!(concrete[0].scenario.steps[0].docstring.as_deref(), Some("a\n  b\n\nc"));
    }

    #[test]
    fn outlines_that_would_vanish_or_run_literally_are_refused() {
        let cases = [
            (
                "Feature: F\n  Scenario Outline: S\n    Given <a>\n",
                "a.feature:2:3: the outline \"S\" has no Examples",
            ),
            (
                "Feature: F\n  Scenario Outline: S\n    Given <a>\n    Examples:\n      | a |\n",
                "a.feature:4:5: these Examples of \"S\" have no rows",
            ),
            (
                "Feature: F\n  Scenario Outline: S\n    Given <b>\n    Examples:\n      | a |\n      | 1 |\n",
                "a.feature:3:5: <b> is not a column of the Examples of \"S\"",
            ),
            (
                "Feature: F\n  Scenario Outline: S\n    Given <run>\n    Examples:\n      | run |\n      | 1 |\n",
                "a.feature:4:5: the column \"run\" cannot be used: <run> is the run id",
            ),
            (
                "Feature: F\n  Scenario: S\n  Scenario: T\n    Given x\n",
                "a.feature:2:3: the scenario \"S\" has no steps",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(expand_text(text).unwrap_err(), [expected], "{text}");
        }
    }
}
