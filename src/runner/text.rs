//! The lines of a feature file, and positions in them.

use std::ops::Range;

use cucumber::gherkin;

use super::{lint::Rule, problem::Problem};

/// The original text of a feature file.
#[derive(Debug, Clone)]
pub struct Text {
    /// Path of the file as it is displayed.
    pub name: String,
    /// Lines without their line breaks.
    pub lines: Vec<String>,
}

/// A part of a line; columns count characters, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Column after the last one.
    pub end: usize,
}

impl Text {
    /// The lines of a text, without its byte order mark.
    pub fn new(name: &str, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            name: name.to_owned(),
            lines: text.lines().map(str::to_owned).collect(),
        }
    }

    /// A mistake at a place, with the line that it stands in.
    pub fn problem(&self, rule: Rule, place: Place, what: impl Into<String>) -> Problem {
        Problem {
            line: place.line,
            column: place.column,
            end: Some(place.end),
            source: Some(self.line(place.line).to_owned()),
            ..self.problem_of_file(rule, what)
        }
    }

    /// A problem from an error message: the part after a semicolon becomes the hint.
    pub fn complaint(&self, rule: Rule, place: Place, said: &str) -> Problem {
        match said.split_once("; ") {
            Some((what, hint)) => self.problem(rule, place, what).hint(hint),
            None => self.problem(rule, place, said),
        }
    }

    /// A mistake of the file as a whole.
    pub fn problem_of_file(&self, rule: Rule, what: impl Into<String>) -> Problem {
        Problem::new(rule, &self.name, what)
    }

    /// Text of a line; empty if there is no such line.
    pub fn line(&self, number: usize) -> &str {
        number
            .checked_sub(1)
            .and_then(|index| self.lines.get(index))
            .map_or("", String::as_str)
    }

    /// Place of a line without the space around it.
    pub fn whole(&self, number: usize) -> Place {
        let line = self.line(number);
        place(number, line, line.trim())
    }

    /// Place of the first occurrence of some words in a line; otherwise of the whole line.
    pub fn words(&self, number: usize, words: &str) -> Place {
        let line = self.line(number);
        match line.find(words).and_then(|start| line.get(start..start + words.len())) {
            Some(found) => place(number, line, found),
            None => self.whole(number),
        }
    }

    /// Place of a part of some words in a line; otherwise of the whole line.
    pub fn part(&self, number: usize, words: &str, part: &Range<usize>) -> Place {
        let line = self.line(number);
        let start = line.find(words).map(|start| start + part.start);
        match start.and_then(|start| line.get(start..start + part.len())) {
            Some(found) => place(number, line, found),
            None => self.whole(number),
        }
    }

    /// Whether the text at a place is `words`.
    pub fn says(&self, place: Place, words: &str) -> bool {
        let line = self.line(place.line).chars();
        let there: String = line.skip(place.column - 1).take(place.end - place.column).collect();
        there == words
    }

    /// Place of a tag, given without `@`, in the lines above a heading.
    pub fn tag(&self, heading: usize, tag: &str) -> Place {
        let above = (1..heading).rev().take_while(|number| {
            let line = self.line(*number).trim();
            line.is_empty() || line.starts_with(['@', '#'])
        });
        for number in above {
            let line = self.line(number);
            let words = line
                .split('@')
                .skip(1)
                .map(|word| word.split(char::is_whitespace).next());
            if let Some(word) = words.flatten().find(|word| *word == tag) {
                let found = place(number, line, word);
                return Place {
                    column: found.column - 1,
                    ..found
                };
            }
        }
        self.whole(heading)
    }

    /// Line numbers of the rows of a table.
    pub fn row_lines(&self, table: &gherkin::Table) -> Vec<usize> {
        (table.position.line..=self.lines.len())
            .filter(|number| self.line(*number).trim_start().starts_with('|'))
            .take(table.rows.len())
            .collect()
    }

    /// Place of a cell of a table.
    pub fn cell(&self, table: &gherkin::Table, row: usize, column: usize) -> Place {
        let number = self.row_lines(table).get(row).copied().unwrap_or(table.position.line);
        let line = self.line(number);
        match cells(line).get(column) {
            Some(cell) => place(number, line, cell),
            None => self.whole(number),
        }
    }
}

/// Cells of a row in their original notation, without the space around them.
pub fn cells(row: &str) -> Vec<&str> {
    let mut bars = Vec::new();
    let mut escaped = false;
    for (index, character) in row.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '|' => bars.push(index),
            _ => {}
        }
    }
    let between = bars.iter().zip(bars.iter().skip(1));
    between
        .filter_map(|(bar, next)| row.get(bar + 1..*next))
        .map(str::trim)
        .collect()
}

/// Place of `part`, a slice of `line`.
fn place(number: usize, line: &str, part: &str) -> Place {
    let start = (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
    let column = 1 + line.get(..start).map_or(0, |before| before.chars().count());
    Place {
        line: number,
        column,
        end: column + part.chars().count().max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &str) -> Text {
        Text::new("a.feature", lines)
    }

    fn shown(text: &Text, place: Place) -> String {
        let line = text.line(place.line).chars();
        line.skip(place.column - 1).take(place.end - place.column).collect()
    }

    #[test]
    fn cells_are_found_independent_of_their_content() {
        let text =
            text("Feature: F\n  Scenario: S\n    Given x\n      | größe | a \\| b |\n      # note\n      | 1 ||\n");
        let feature =
            gherkin::Feature::parse(format!("{}\n", text.lines.join("\n")), gherkin::GherkinEnv::default()).unwrap();
        let table = feature.scenarios[0].steps[0].table.clone().unwrap();
        assert_eq!(shown(&text, text.cell(&table, 0, 0)), "größe");
        assert_eq!(shown(&text, text.cell(&table, 0, 1)), "a \\| b");
        assert_eq!(
            text.cell(&table, 1, 1),
            Place {
                line: 6,
                column: 12,
                end: 13
            }
        );
        assert_eq!(text.row_lines(&table), [4, 6]);
    }

    #[test]
    fn tags_are_found_only_above_their_heading() {
        let text = text("@a\nFeature: F\n  @b @a(1)\n  # why\n\n  @c\n  Scenario: S\n");
        let place = text.tag(7, "a(1)");
        assert_eq!((place.line, shown(&text, place).as_str()), (3, "@a(1)"));
        assert_eq!(text.tag(7, "c").line, 6);
        assert_eq!(text.tag(7, "a"), text.whole(7));
        assert_eq!(text.tag(2, "a").line, 1);
    }
}
