//! Reads a feature file; the parts without mistakes are read although others have some.

use std::path::{Path, PathBuf};

use cucumber::gherkin::{self, GherkinEnv};

use super::{
    lint::{Rule, layout},
    problem::Problem,
    text::Text,
};

/// A parsed feature file.
#[derive(Debug, Clone)]
pub struct FeatureFile {
    /// Path of the file.
    pub path: PathBuf,
    /// Original text.
    pub text: Text,
    /// Parsed feature.
    pub feature: gherkin::Feature,
}

/// Result of reading a file: the feature lacks the lines with problems.
#[derive(Debug)]
pub struct Reading {
    /// The parsed file; `None` if it could not be parsed at all.
    pub file: Option<FeatureFile>,
    /// Mistakes in the file.
    pub problems: Vec<Problem>,
}

impl Reading {
    /// Reads and parses a file.
    pub fn read(path: &Path, name: &str) -> Self {
        let unreadable = |problem: Problem| Self {
            file: None,
            problems: vec![problem],
        };
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let text = Text::new(name, "");
                return unreadable(text.problem_of_file(Rule::Unreadable, format!("cannot be read: {error}")));
            }
        };
        match str::from_utf8(&bytes) {
            Ok(text) => Self::parse(text, path, name),
            Err(error) => {
                let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let text = Text::new(name, &String::from_utf8_lossy(before));
                let place = text.whole(text.lines.len().max(1));
                let problem = text.problem(Rule::Unreadable, place, "the file is not UTF-8 from this line on");
                unreadable(problem.hint("save it as UTF-8"))
            }
        }
    }

    /// Parses the text of a file.
    pub fn parse(text: &str, path: &Path, name: &str) -> Self {
        let text = Text::new(name, text);
        let layout = layout::examine(&text);
        let mut problems = layout.problems;
        let mut clean = layout.lines.join("\n");
        clean.push('\n');
        let file = match gherkin::Feature::parse(&clean, GherkinEnv::default()) {
            Ok(mut feature) => {
                feature.path = Some(path.to_path_buf());
                let path = path.to_path_buf();
                Some(FeatureFile { path, text, feature })
            }
            Err(error) => {
                if problems.is_empty() {
                    problems.push(explain(&error.to_string(), &text));
                }
                None
            }
        };
        Self { file, problems }
    }
}

/// The problem of a parser error such as `Error at LINE:COLUMN: {...}`, whose position is behind the mistake.
fn explain(error: &str, text: &Text) -> Problem {
    let number = error
        .split(|c: char| !c.is_ascii_digit())
        .find_map(|part| part.parse().ok());
    let line = number.unwrap_or(1).min(text.lines.len().max(1));
    let near = text.line(line).trim();
    let what = if near.is_empty() {
        "this is not Gherkin, at this line or before it".to_owned()
    } else {
        format!("this is not Gherkin, at or before {near:?}")
    };
    text.problem(Rule::NotGherkin, text.whole(line), what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Reading {
        Reading::parse(text, Path::new("/x/a.feature"), "a.feature")
    }

    #[test]
    fn a_byte_order_mark_and_a_media_type_are_accepted() {
        let reading = parse(
            "\u{feff}Feature: F\n  Scenario: S\n    Given x\n      \"\"\"yaml\n      a: 1\n        b: 2\n      \"\"\"\n",
        );
        let feature = reading.file.unwrap().feature;
        let text = feature.scenarios[0].steps[0].docstring.clone().unwrap();
        assert_eq!(text.trim(), "a: 1\n  b: 2");
    }

    #[test]
    fn feature_files_in_other_languages_are_read() {
        let reading = parse(
            "# language: de \nFunktionalität: F\n  @a\n  Szenario: S\n    Angenommen x\n      | a |\n    Und y\n    Wenn z\n",
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        assert_eq!(reading.file.unwrap().feature.scenarios[0].steps.len(), 3);
        let broken = parse("# language: de\nFunktionalität: F\n  Szenario: S\n    Angenommen x\n    Given y\n");
        insta::assert_snapshot!(broken.problems[0], @r#"a.feature:5:5: this is not Gherkin, at or before "Given y""#);
    }

    #[test]
    fn parts_that_cannot_be_parsed_do_not_hide_the_rest() {
        let reading =
            parse("Feature: F\n  Scenaro: S\n    Given x\n    Wenn y\n      | a | b |\n      | c |\n    Then z\n");
        assert_eq!(reading.problems.len(), 3, "{:?}", reading.problems);
        let steps = &reading.file.unwrap().feature.scenarios[0].steps;
        assert_eq!(steps.iter().map(|step| step.position.line).collect::<Vec<_>>(), [3, 7]);
    }

    #[test]
    fn a_file_that_is_not_utf_8_is_refused_at_the_first_invalid_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.feature");
        std::fs::write(&path, b"Feature: F\n  Scenario: \xff\n").unwrap();
        insta::assert_snapshot!(Reading::read(&path, "a.feature").problems[0], @"
        a.feature:2:3: the file is not UTF-8 from this line on
            save it as UTF-8
        ");
        let folder = Reading::read(folder.path(), "a.feature");
        assert!(folder.problems[0].what.starts_with("cannot be read: "));
    }
}
