//! Reads one feature file: what the Gherkin parser would silently misread is refused here, with its position.
//!
//! The parser cuts a row that has more cells than the first one, keeps the media type of a doc string as its first
//! line, stumbles over a byte order mark, and reports positions behind the culprit.

use std::path::{Path, PathBuf};

use cucumber::gherkin::{self, GherkinEnv};

use super::problem::Problem;

/// Keywords that begin a block, in English.
const BLOCKS: [&str; 9] = [
    "Feature",
    "Rule",
    "Background",
    "Scenario Outline",
    "Scenario Template",
    "Scenario",
    "Example",
    "Examples",
    "Scenarios",
];

/// Keywords that begin a step, in English.
const STEPS: [&str; 6] = ["Given ", "When ", "Then ", "And ", "But ", "* "];

/// A feature file that could be read.
#[derive(Debug, Clone)]
pub struct FeatureFile {
    /// Where it is.
    pub path: PathBuf,
    /// How it is shown.
    pub name: String,
    /// Its lines, as the parser saw them.
    pub lines: Vec<String>,
    /// What it says.
    pub feature: gherkin::Feature,
}

impl FeatureFile {
    /// Reads and parses a file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(path: &Path, name: &str) -> Result<Self, Vec<Problem>> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| vec![Problem::of(name, format!("cannot be read: {error}"))])?;
        Self::parse(&text, path, name)
    }

    /// Parses the text of a file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(text: &str, path: &Path, name: &str) -> Result<Self, Vec<Problem>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (lines, problems) = clean(text, name);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut clean = lines.join("\n");
        clean.push('\n');
        let mut feature = gherkin::Feature::parse(&clean, GherkinEnv::default())
            .map_err(|error| vec![explain(&error.to_string(), &lines, name)])?;
        feature.path = Some(path.to_path_buf());
        Ok(Self {
            path: path.to_path_buf(),
            name: name.to_owned(),
            lines,
            feature,
        })
    }

    /// The lines of the rows of a table, without its header row.
    pub fn row_lines(&self, table: &gherkin::Table) -> Vec<usize> {
        self.lines
            .iter()
            .enumerate()
            .skip(table.position.line.saturating_sub(1))
            .filter(|(_, line)| line.trim_start().starts_with('|'))
            .map(|(index, _)| index + 1)
            .take(table.rows.len())
            .skip(1)
            .collect()
    }
}

/// The first row of a table that is being read.
struct FirstRow {
    line: usize,
    cells: usize,
}

/// Removes media types from doc strings, and finds rows that do not fit their table.
fn clean(text: &str, name: &str) -> (Vec<String>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut lines = Vec::new();
    let mut doc_string: Option<(&str, usize)> = None;
    let mut table: Option<FirstRow> = None;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let trimmed = line.trim();
        let column = 1 + line.len() - line.trim_start().len();
        if let Some((delimiter, _)) = doc_string {
            if trimmed == delimiter {
                doc_string = None;
            }
            lines.push(line.to_owned());
            continue;
        }
        if let Some(delimiter) = ["\"\"\"", "```"].into_iter().find(|d| trimmed.starts_with(d)) {
            // The parser would keep what follows as text, and could not remove the indentation any more.
            doc_string = Some((delimiter, number));
            lines.push(line.chars().take(column - 1).chain(delimiter.chars()).collect());
            table = None;
            continue;
        }
        if trimmed.starts_with('|') {
            match cells(trimmed) {
                Err(what) => problems.push(Problem::at(name, number, column, what)),
                Ok(count) => match &table {
                    None => {
                        table = Some(FirstRow {
                            line: number,
                            cells: count,
                        })
                    }
                    Some(first) if first.cells != count => problems.push(
                        Problem::at(
                            name,
                            number,
                            column,
                            format!(
                                "this row has {}, the first row of its table (line {}) has {}",
                                cells_in_words(count),
                                first.line,
                                first.cells
                            ),
                        )
                        .hint("a | that belongs to a value is written \\|"),
                    ),
                    Some(_) => {}
                },
            }
        } else if !trimmed.is_empty() && !trimmed.starts_with('#') {
            table = None;
        }
        lines.push(line.to_owned());
    }
    if let Some((delimiter, line)) = doc_string {
        problems.push(Problem::at(
            name,
            line,
            1,
            format!("this doc string has no closing {delimiter}"),
        ));
    }
    (lines, problems)
}

fn cells_in_words(count: usize) -> String {
    if count == 1 {
        "1 cell".to_owned()
    } else {
        format!("{count} cells")
    }
}

/// Counts the cells of a row; `\|` does not separate.
fn cells(row: &str) -> Result<usize, &'static str> {
    let mut bars = 0;
    let mut closed = false;
    let mut characters = row.chars();
    while let Some(character) = characters.next() {
        closed = false;
        match character {
            '\\' => {
                characters.next();
            }
            '|' => {
                bars += 1;
                closed = true;
            }
            _ => {}
        }
    }
    match (closed, bars) {
        (true, 2..) => Ok(bars - 1),
        _ => Err("this table row does not end with |"),
    }
}

/// Says what the parser stumbled over.
fn explain(error: &str, lines: &[String], name: &str) -> Problem {
    let english = !lines.iter().any(|line| line.trim_start().starts_with("# language"));
    if let Some(problem) = english.then(|| first_stray_line(lines, name)).flatten() {
        return problem;
    }
    // "Error at LINE:COLUMN: {...}"; the position is behind the culprit.
    let mut numbers = error
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse::<usize>().ok());
    let line = numbers.next().unwrap_or(1).min(lines.len().max(1));
    let column = numbers.next().unwrap_or(1);
    let near = lines.get(line - 1).map_or("", |line| line.trim());
    let what = if near.is_empty() {
        "this is not Gherkin, at this line or before it".to_owned()
    } else {
        format!("this is not Gherkin, at or before {near:?}")
    };
    Problem::at(name, line, column, what)
}

/// The first line that is neither a keyword nor a tag, table, comment or description.
fn first_stray_line(lines: &[String], name: &str) -> Option<Problem> {
    let mut seen_feature = false;
    let mut seen_step = false;
    let mut in_doc_string = false;
    for (index, line) in lines.iter().enumerate() {
        let trimmed = line.trim();
        let column = 1 + line.len() - line.trim_start().len();
        let problem = |what: String| Problem::at(name, index + 1, column, what);
        if trimmed.starts_with("\"\"\"") || trimmed.starts_with("```") {
            in_doc_string = !in_doc_string;
            continue;
        }
        if in_doc_string || trimmed.is_empty() || trimmed.starts_with(['#', '@', '|']) {
            continue;
        }
        let block = BLOCKS.iter().any(|keyword| {
            trimmed
                .strip_prefix(keyword)
                .is_some_and(|rest| rest.trim_start().starts_with(':'))
        });
        if block {
            if trimmed.starts_with("Feature") {
                if seen_feature {
                    return Some(problem("a file holds one feature, this is a second one".to_owned()));
                }
                seen_feature = true;
            } else if !seen_feature {
                return Some(problem(format!("expected \"Feature:\" before {trimmed:?}")));
            }
            seen_step = false;
        } else if !seen_feature {
            return Some(problem(format!("expected \"Feature:\", found {trimmed:?}")));
        } else if STEPS.iter().any(|keyword| trimmed.starts_with(keyword)) {
            seen_step = true;
        } else if seen_step {
            return Some(
                problem(format!("this is neither a step nor a keyword: {trimmed:?}"))
                    .hint("steps begin with Given, When, Then, And or But"),
            );
        }
    }
    (!seen_feature).then(|| Problem::of(name, "has no \"Feature:\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<FeatureFile, Vec<String>> {
        FeatureFile::parse(text, Path::new("/x/a.feature"), "a.feature")
            .map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_byte_order_mark_and_a_media_type_do_no_harm() {
        let file = parse(
            "\u{feff}Feature: F\n  Scenario: S\n    Given x\n      \"\"\"yaml\n      a: 1\n        b: 2\n      \"\"\"\n",
        )
        .unwrap();
        let text = file.feature.scenarios[0].steps[0].docstring.clone().unwrap();
        assert_eq!(text.trim(), "a: 1\n  b: 2");
    }

    #[test]
    fn ragged_rows_are_refused_with_their_position() {
        let problems = parse(
            "Feature: F\n  Scenario: S\n    Given x\n      | a | b |\n      # why\n      | 1 | x | y |\n      | 2 |\n      | 3 | 4\n      | 5 \\| | 6 |\n",
        )
        .unwrap_err();
        insta::assert_snapshot!(problems.join("\n"), @r"
        a.feature:6:7: this row has 3 cells, the first row of its table (line 4) has 2
            a | that belongs to a value is written \|
        a.feature:7:7: this row has 1 cell, the first row of its table (line 4) has 2
            a | that belongs to a value is written \|
        a.feature:8:7: this table row does not end with |
        ");
    }

    #[test]
    fn tables_inside_doc_strings_are_text() {
        parse("Feature: F\n  Scenario: S\n    Given x\n      ```\n      | a | b |\n      | 1 |\n      ```\n").unwrap();
    }

    #[test]
    fn mistakes_are_named_where_they_are() {
        let cases = [
            (
                "Feature: F\n  Scenario: S\n    Given x\n    Wenn y\n",
                "a.feature:4:5: this is neither a step nor a keyword: \"Wenn y\"",
            ),
            (
                "Scenario: S\n  Given x\n",
                "a.feature:1:1: expected \"Feature:\" before \"Scenario: S\"",
            ),
            ("hello\n", "a.feature:1:1: expected \"Feature:\", found \"hello\""),
            ("", "a.feature: has no \"Feature:\""),
            (
                "Feature: F\n  Scenario: S\n    Given x\n      \"\"\"\n      never ends\n",
                "a.feature:4:1: this doc string has no closing \"\"\"",
            ),
        ];
        for (text, expected) in cases {
            let problems = parse(text).unwrap_err();
            assert!(problems[0].starts_with(expected), "{text:?}\n{problems:?}");
        }
    }

    #[test]
    fn rows_know_their_lines() {
        let file = parse(
            "Feature: F\n  Scenario Outline: <a>\n    Given <a>\n    Examples:\n      | a |\n      | 1 |\n      # odd\n\n      | 2 |\n",
        )
        .unwrap();
        let table = file.feature.scenarios[0].examples[0].table.clone().unwrap();
        assert_eq!(file.row_lines(&table), [6, 9]);
    }
}
