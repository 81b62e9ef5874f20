//! Output of mistakes: for people, for programs, and for GitHub.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde::Serialize;
use unicode_width::UnicodeWidthChar as _;

use crate::runner::problem::Problem;

const PLACE: Style = Style::new().bold();
const CULPRIT: Style = AnsiColor::Red.on_default().bold();
const RULE: Style = Style::new().dimmed();
const HINT: Style = AnsiColor::Cyan.on_default();

/// Maximum width of a hint, in columns.
const COLUMNS: usize = 100;

/// How mistakes are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the line, the culprit and the remedy
    #[default]
    Human,
    /// One array of objects
    Json,
    /// Workflow commands, which GitHub shows beside the lines of a pull request
    Github,
}

impl Format {
    /// All problems, each ending with a line break; [`Format::Human`] is coloured.
    pub fn write(self, problems: &[Problem]) -> String {
        match self {
            Self::Human => problems.iter().map(human).collect(),
            Self::Json => format!(
                "{:#}\n",
                serde_json::json!(problems.iter().map(Item::from_problem).collect::<Vec<_>>())
            ),
            Self::Github => problems.iter().map(github).collect(),
        }
    }
}

/// `file:line:column: what [rule]`, the line with the mistake underlined, the hint.
fn human(problem: &Problem) -> String {
    let (place, rule) = (problem.place(), problem.rule.name());
    let mut text = format!("{PLACE}{place}{PLACE:#}: {} {RULE}[{rule}]{RULE:#}\n", problem.what);
    // Writing to a String cannot fail.
    if let Some(source) = problem.source.as_deref().filter(|source| !source.trim().is_empty()) {
        let before: String = source.chars().take(problem.column.saturating_sub(1)).collect();
        let length = problem.end.unwrap_or(problem.column + 1).saturating_sub(problem.column);
        let culprit: String = source
            .chars()
            .skip(problem.column.saturating_sub(1))
            .take(length)
            .collect();
        let _ = writeln!(text, "{}", source.replace('\t', " ").trim_end());
        let (indent, carets) = (" ".repeat(width(&before)), "^".repeat(width(&culprit).max(1)));
        let _ = writeln!(text, "{indent}{CULPRIT}{carets}{CULPRIT:#}");
    }
    for line in problem.hint.iter().flat_map(|hint| hint.lines()) {
        // Indented lines can be pasted: they are not wrapped.
        let lines = if line.starts_with(' ') {
            vec![line.into()]
        } else {
            textwrap::wrap(line, textwrap::Options::new(COLUMNS).break_words(false))
        };
        for line in lines {
            let _ = writeln!(text, "    {HINT}{line}{HINT:#}");
        }
    }
    text
}

/// Number of columns of a text on a terminal; a tab counts as one.
fn width(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(1)).sum()
}

/// An object of the JSON array.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    rule: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    snippet: Option<&'a str>,
}

impl<'a> Item<'a> {
    fn from_problem(problem: &'a Problem) -> Self {
        Self {
            file: &problem.file,
            line: Some(problem.line).filter(|line| *line > 0),
            column: Some(problem.column).filter(|column| *column > 0),
            end_column: problem.end,
            rule: problem.rule.name(),
            message: &problem.what,
            help: problem.hint.as_deref(),
            snippet: problem.snippet.as_deref(),
        }
    }
}

/// `::error file=..,line=..,col=..,endColumn=..,title=..::message`; see GitHub's "Workflow commands".
fn github(problem: &Problem) -> String {
    let mut properties = format!("file={}", property(&problem.file));
    if problem.line > 0 {
        let _ = write!(properties, ",line={},col={}", problem.line, problem.column);
    }
    if let Some(end) = problem.end {
        let _ = write!(properties, ",endColumn={end}");
    }
    let _ = write!(properties, ",title={}", property(problem.rule.name()));
    let parts = [Some(&problem.what), problem.hint.as_ref()];
    let message = parts
        .into_iter()
        .flatten()
        .map(|part| part.trim_end())
        .collect::<Vec<_>>()
        .join("\n");
    format!("::error {properties}::{}\n", data(&message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::{
        lint::Rule,
        text::{Place, Text},
    };

    fn problems() -> Vec<Problem> {
        let text = Text::new("features/a,b.feature", "\t| 名前 | pwoer |");
        let place = Place {
            line: 1,
            column: 9,
            end: 14,
        };
        let unknown = Problem {
            snippet: Some("| power |".into()),
            ..text.problem(Rule::WrongArgument, place, "unknown option \"pwoer\": 100%")
        };
        vec![
            unknown.hint("did you mean\n    | power |"),
            text.problem_of_file(Rule::Unreadable, "cannot be read"),
        ]
    }

    fn written(format: Format) -> String {
        anstream::adapter::strip_str(&format.write(&problems())).to_string()
    }

    #[test]
    fn human_output_underlines_the_mistake() {
        insta::assert_snapshot!(written(Format::Human), @r#"
        features/a,b.feature:1:9: unknown option "pwoer": 100% [wrong-argument]
         | 名前 | pwoer |
                  ^^^^^
            did you mean
                | power |
        features/a,b.feature: cannot be read [unreadable]
        "#);
    }

    #[test]
    fn json_output_has_a_field_for_everything() {
        insta::assert_snapshot!(written(Format::Json), @r#"
        [
          {
            "file": "features/a,b.feature",
            "line": 1,
            "column": 9,
            "endColumn": 14,
            "rule": "wrong-argument",
            "message": "unknown option \"pwoer\": 100%",
            "help": "did you mean\n    | power |",
            "snippet": "| power |"
          },
          {
            "file": "features/a,b.feature",
            "line": null,
            "column": null,
            "rule": "unreadable",
            "message": "cannot be read",
            "help": null,
            "snippet": null
          }
        ]
        "#);
    }

    #[test]
    fn github_output_escapes_delimiters() {
        insta::assert_snapshot!(written(Format::Github), @r#"
        ::error file=features/a%2Cb.feature,line=1,col=9,endColumn=14,title=wrong-argument::unknown option "pwoer": 100%25%0Adid you mean%0A    | power |
        ::error file=features/a%2Cb.feature,title=unreadable::cannot be read
        "#);
    }

    #[test]
    fn without_mistakes_human_output_is_empty_and_json_an_empty_array() {
        assert_eq!(Format::Human.write(&[]), "");
        assert_eq!(Format::Json.write(&[]), "[]\n");
    }
}
