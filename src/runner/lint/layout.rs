//! Reads a feature file line by line, as its parser is going to, and finds what the parser would silently misread, or
//! explain badly: it cuts rows that are too long, keeps the media type of a doc string as its first line, takes a
//! misspelt heading and what follows for a description, and ends at the first mistake.

use super::Rule;
use crate::{
    runner::{
        problem::Problem,
        text::{Place, Text, cells},
    },
    settings::nearest::{fewest_edits, nearest},
};

/// English headings, each with the block that it opens.
const HEADINGS: [(&str, Block); 11] = [
    ("Feature", Block::Feature),
    ("Business Need", Block::Feature),
    ("Ability", Block::Feature),
    ("Rule", Block::Rule),
    ("Background", Block::Background),
    ("Scenario Outline", Block::Scenario),
    ("Scenario Template", Block::Scenario),
    ("Scenarios", Block::Examples),
    ("Scenario", Block::Scenario),
    ("Examples", Block::Examples),
    ("Example", Block::Scenario),
];

/// English step keywords.
const STEPS: [&str; 6] = ["Given", "When", "Then", "And", "But", "*"];

/// The block that a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Start,
    Feature,
    Rule,
    Background,
    Scenario,
    Examples,
}

/// Kind of the previous line, blank lines and comments left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Heading,
    Description,
    Step,
    DocString,
    Row { line: usize, cells: usize },
}

/// The lines for the parser, and the mistakes in the original lines.
#[derive(Debug)]
pub struct Layout {
    /// Lines without what the parser cannot read; line numbers stay the same.
    pub lines: Vec<String>,
    /// Mistakes in the original lines.
    pub problems: Vec<Problem>,
}

/// Checks the lines of a file.
pub fn examine(text: &Text) -> Layout {
    let mut reader = Reader {
        text,
        english: true,
        block: Block::Start,
        before: Before::Heading,
        scenario_seen: false,
        tags: None,
        doc_string: None,
        problems: Vec::new(),
    };
    let mut lines = Vec::new();
    for (index, line) in text.lines.iter().enumerate() {
        match reader.read(index + 1, line) {
            Some(line) => lines.push(line),
            None => break,
        }
    }
    reader.end();
    Layout {
        lines,
        problems: reader.problems,
    }
}

struct Reader<'a> {
    text: &'a Text,
    english: bool,
    block: Block,
    before: Before,
    /// Whether the feature or rule already has a scenario or background.
    scenario_seen: bool,
    /// Line of tags that are not followed by a heading yet.
    tags: Option<usize>,
    /// Delimiter of the open doc string, and its first line.
    doc_string: Option<(&'static str, usize)>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn say(&mut self, rule: Rule, place: Place, what: impl Into<String>) {
        self.problems.push(self.text.problem(rule, place, what));
    }

    fn say_with(&mut self, rule: Rule, place: Place, what: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(self.text.problem(rule, place, what).hint(hint));
    }

    /// The line for the parser; `None` if the rest of the file cannot be understood.
    fn read(&mut self, number: usize, line: &str) -> Option<String> {
        let trimmed = line.trim();
        if let Some((delimiter, _)) = self.doc_string {
            return Some(self.doc_string_line(number, line, trimmed, delimiter));
        }
        if trimmed.is_empty() {
            return Some(String::new());
        }
        if let Some(comment) = trimmed.strip_prefix('#') {
            return Some(self.comment(number, line, comment));
        }
        let margin: String = line.chars().take_while(|character| character.is_whitespace()).collect();
        if let Some(odd) = margin.chars().find(|character| !matches!(character, ' ' | '\t')) {
            let what = format!(
                "this line begins with U+{:04X}, which Gherkin takes for a letter",
                u32::from(odd)
            );
            self.say_with(Rule::OddSpace, self.text.whole(number), what, "write ordinary spaces");
        }
        let line = format!("{}{}", " ".repeat(margin.chars().count()), line.trim_start());
        if let Some(delimiter) = ["\"\"\"", "```"].into_iter().find(|d| trimmed.starts_with(d)) {
            return Some(self.doc_string_begins(number, &line, trimmed, delimiter));
        }
        if trimmed.starts_with('|') {
            return Some(self.row(number, line, trimmed));
        }
        if trimmed.starts_with('@') {
            return Some(self.tag_line(number, line, trimmed));
        }
        if !self.english {
            self.before = Before::Step;
            self.tags = None;
            return Some(line);
        }
        self.keyword_line(number, line, trimmed)
    }

    fn end(&mut self) {
        if let Some((delimiter, line)) = self.doc_string {
            let what = format!("this doc string has no closing {delimiter}");
            self.say(Rule::DocString, self.text.whole(line), what);
        }
        self.tags_belong(false);
        if self.english && self.block == Block::Start && self.problems.is_empty() {
            let problem = self.text.problem_of_file(Rule::NoFeature, "has no \"Feature:\"");
            self.problems.push(problem);
        }
    }

    fn comment(&mut self, number: usize, line: &str, comment: &str) -> String {
        let Some(language) = comment.trim().strip_prefix("language") else {
            return line.to_owned();
        };
        let Some(language) = language.trim().strip_prefix(':').map(str::trim) else {
            return line.to_owned();
        };
        let first = self
            .text
            .lines
            .iter()
            .take(number - 1)
            .all(|line| line.trim().is_empty());
        let place = self.text.words(number, language);
        if cucumber::gherkin::GherkinEnv::new(language).is_err() {
            self.english = false;
            self.say(
                Rule::UnknownLanguage,
                place,
                format!("Gherkin has no language \"{language}\""),
            );
            return String::new();
        }
        if !first && self.block == Block::Start && language != "en" {
            self.say(
                Rule::UnknownLanguage,
                place,
                "the language stands in the first line, or it is not heeded",
            );
        }
        self.english &= language == "en";
        format!("# language: {language}")
    }

    fn doc_string_begins(&mut self, number: usize, line: &str, trimmed: &str, delimiter: &'static str) -> String {
        if self.before != Before::Step {
            self.say(
                Rule::DocString,
                self.text.whole(number),
                "this doc string belongs to no step",
            );
        }
        if trimmed.matches(delimiter).count() > 1 {
            let what = format!("the closing {delimiter} of a doc string stands on a line of its own");
            self.say(Rule::DocString, self.text.whole(number), what);
            return String::new();
        }
        self.before = Before::DocString;
        self.doc_string = Some((delimiter, number));
        // The parser would keep a media type as text, and could not remove the indentation.
        let margin = line.len() - line.trim_start().len();
        format!("{}{delimiter}", " ".repeat(margin))
    }

    fn doc_string_line(&mut self, number: usize, line: &str, trimmed: &str, delimiter: &str) -> String {
        if trimmed == delimiter {
            self.doc_string = None;
        } else if line.contains(delimiter) {
            let other = if delimiter == "```" { "\"\"\"" } else { "```" };
            let what = format!("{delimiter} in a doc string ends it");
            let hint = format!("begin and end this doc string with {other}");
            self.say_with(Rule::DocString, self.text.words(number, delimiter), what, hint);
            return line.replace(delimiter, "");
        }
        line.to_owned()
    }

    fn row(&mut self, number: usize, line: String, trimmed: &str) -> String {
        let place = self.text.whole(number);
        let belongs = match self.before {
            Before::Step | Before::DocString | Before::Row { .. } => true,
            Before::Heading | Before::Description => self.block == Block::Examples || !self.english,
        };
        if !belongs {
            self.say(Rule::MisplacedTable, place, "this table belongs to no step");
            return String::new();
        }
        if let Some(problem) = broken(self.text, number, trimmed) {
            self.problems.push(problem);
            return String::new();
        }
        let found = cells(trimmed).len();
        let Before::Row { line: first, cells } = self.before else {
            self.before = Before::Row {
                line: number,
                cells: found,
            };
            return line;
        };
        if found == cells {
            return line;
        }
        let found_words = crate::events::words::count(found, "cell");
        let what = format!("this row has {found_words}, the first row of its table (line {first}) has {cells}");
        self.say_with(
            Rule::RowWidth,
            place,
            what,
            "a | that belongs to a value is written \\|",
        );
        // The parser would cut rows that are too long.
        line + &" |".repeat(cells.saturating_sub(found))
    }

    fn tag_line(&mut self, number: usize, line: String, trimmed: &str) -> String {
        self.tags = self.tags.or(Some(number));
        let words = trimmed.split(" #").next().unwrap_or_default().split_whitespace();
        match words.into_iter().find(|word| !word.starts_with('@')) {
            None => line,
            Some(stray) => {
                let what = format!("{stray:?} is no tag: tags begin with @ and have no spaces");
                self.say(Rule::BrokenTag, self.text.words(number, stray), what);
                String::new()
            }
        }
    }

    /// Ends a group of tags: they belong to the heading that follows, otherwise they are a mistake.
    fn tags_belong(&mut self, to_this: bool) {
        if let Some(line) = self.tags.take().filter(|_| !to_this) {
            let hint = "tags stand above Feature, Rule, Scenario or Examples";
            self.say_with(
                Rule::BrokenTag,
                self.text.whole(line),
                "these tags belong to nothing",
                hint,
            );
        }
    }

    fn keyword_line(&mut self, number: usize, line: String, trimmed: &str) -> Option<String> {
        let heading = HEADINGS.iter().find_map(|(keyword, block)| {
            let rest = trimmed.strip_prefix(keyword)?;
            rest.trim_start().starts_with(':').then_some((*keyword, *block, rest))
        });
        if let Some((keyword, block, rest)) = heading {
            if !rest.starts_with(':') {
                let what = format!("no space stands between \"{keyword}\" and the colon");
                self.say(Rule::UnknownKeyword, self.text.words(number, keyword), what);
            }
            self.tags_belong(block != Block::Background);
            let title = rest.trim_start().trim_start_matches(':');
            return self
                .heading(number, keyword, block)
                .then(|| format!("{keyword}:{title}"));
        }
        let first = trimmed.split_whitespace().next().unwrap_or_default();
        if STEPS.contains(&first) {
            return Some(self.step(number, line, first, trimmed));
        }
        self.tags_belong(false);
        Some(self.other(number, line, trimmed, first))
    }

    /// Handles a heading; returns whether the rest of the file can be read.
    fn heading(&mut self, number: usize, keyword: &str, block: Block) -> bool {
        let place = self.text.words(number, keyword);
        let misplaced = match block {
            Block::Feature if self.block != Block::Start => {
                let what = "a file holds one feature, this is a second one";
                self.say_with(Rule::SeveralFeatures, place, what, "move it to a file of its own");
                return false;
            }
            Block::Feature => None,
            _ if self.block == Block::Start => {
                let what = format!("\"Feature:\" comes before \"{keyword}:\"");
                self.say(Rule::NoFeature, place, what);
                return false;
            }
            Block::Background if self.scenario_seen => Some("a Background stands before the first scenario, once"),
            Block::Examples if !matches!(self.block, Block::Scenario | Block::Examples) => {
                Some("Examples belong to a Scenario Outline")
            }
            _ => None,
        };
        if let Some(what) = misplaced {
            self.say(Rule::MisplacedHeading, place, what);
        }
        self.scenario_seen = match block {
            Block::Start | Block::Feature | Block::Rule => false,
            Block::Background | Block::Scenario | Block::Examples => true,
        };
        self.block = block;
        self.before = Before::Heading;
        true
    }

    fn step(&mut self, number: usize, line: String, keyword: &str, trimmed: &str) -> String {
        self.tags_belong(false);
        let misplaced = match self.block {
            Block::Start => Some((Rule::NoFeature, "\"Feature:\" comes before the first step")),
            Block::Examples => Some((Rule::MisplacedStep, "steps come before the Examples")),
            // A description may begin with the word of a heading.
            Block::Feature | Block::Rule => {
                self.before = Before::Description;
                return line;
            }
            Block::Background | Block::Scenario => None,
        };
        if let Some((rule, what)) = misplaced {
            self.say(rule, self.text.whole(number), what);
            return String::new();
        }
        self.before = Before::Step;
        if keyword == trimmed {
            self.say(
                Rule::UnknownKeyword,
                self.text.whole(number),
                format!("nothing stands after {keyword}"),
            );
            return String::new();
        }
        line
    }

    /// Whether the lines after this one belong to a block, not to a description.
    fn opens(&self, number: usize) -> bool {
        let mut next = self.text.lines.iter().skip(number).map(|line| line.trim());
        let next = next.find(|line| !line.is_empty() && !line.starts_with('#'));
        next.is_some_and(|line| {
            let first = line.split_whitespace().next().unwrap_or_default();
            STEPS.contains(&first) || first.starts_with('|')
        })
    }

    /// Handles a line without a keyword: a description, or a mistake.
    fn other(&mut self, number: usize, line: String, trimmed: &str, first: &str) -> String {
        if self.block == Block::Start {
            let what = format!("\"Feature:\" comes first, this is {trimmed:?}");
            let (place, fixed) = (self.text.whole(number), misspelt(trimmed));
            match fixed {
                Some((keyword, Block::Feature)) => {
                    let hint = format!("did you mean \"{keyword}:\"?");
                    self.say_with(Rule::UnknownKeyword, place, format!("{first:?} is no keyword"), hint);
                    self.block = Block::Feature;
                    return format!("{keyword}: {}", trimmed.split_once(':').map_or("", |(_, title)| title));
                }
                _ => self.say(Rule::NoFeature, place, what),
            }
            self.block = Block::Feature;
            return format!("Feature: {trimmed}");
        }
        let described = matches!(self.before, Before::Heading | Before::Description);
        let heading = HEADINGS.iter().find(|(keyword, block)| {
            trimmed.starts_with(keyword) && !matches!(block, Block::Feature | Block::Examples)
        });
        let meant = misspelt(trimmed).filter(|_| !described || heading.is_some() || self.opens(number));
        if let Some((keyword, block)) = meant {
            let (written, title) = trimmed.split_once(':').unwrap_or((trimmed, ""));
            let hint = format!("did you mean \"{keyword}:\"?");
            let what = format!("{written:?} is no keyword");
            self.say_with(Rule::UnknownKeyword, self.text.words(number, written), what, hint);
            return if self.heading(number, keyword, block) {
                format!("{keyword}:{title}")
            } else {
                String::new()
            };
        }
        if described {
            if let Some((keyword, _)) = heading {
                let what = format!("this line begins with {keyword:?}, but has no colon behind it");
                let hint = format!("a heading is written \"{keyword}: title\"; a description begins with another word");
                self.say_with(Rule::UnknownKeyword, self.text.words(number, keyword), what, hint);
                return String::new();
            }
            self.before = Before::Description;
            return line;
        }
        if trimmed.ends_with('|') && matches!(self.before, Before::Step | Before::Row { .. }) {
            let what = "this table row does not begin with |";
            self.say(Rule::BrokenRow, self.text.whole(number), what);
            let margin = line.len() - line.trim_start().len();
            let whole = format!("| {trimmed}");
            return self.row(number, format!("{:margin$}{whole}", ""), &whole);
        }
        let what = format!("this is neither a step nor a heading: {trimmed:?}");
        let capital = nearest(first, STEPS);
        let hint = match capital.first() {
            Some(keyword) => format!("did you mean {keyword:?}?"),
            None => "steps begin with Given, When, Then, And or But".to_owned(),
        };
        self.say_with(Rule::UnknownKeyword, self.text.words(number, first), what, hint);
        String::new()
    }
}

/// The heading that a misspelt line was probably meant to be: `Scenaro: a title`, `scenario: a title`.
fn misspelt(line: &str) -> Option<(&'static str, Block)> {
    /// Shorter keywords are not corrected: other words differ from them by a letter, such as `Rules:` and `Role:`.
    const LONG: usize = 6;
    let (written, _) = line.split_once(':')?;
    let (edits, keyword) = fewest_edits(written.trim(), HEADINGS.map(|(keyword, _)| keyword))?;
    let alike = match edits {
        0 => true,
        far => keyword.len() >= LONG && far <= keyword.len() / 4,
    };
    HEADINGS.into_iter().find(|(heading, _)| alike && *heading == keyword)
}

/// Why a row cannot be parsed: it does not end with a bar, or contains an invalid backslash.
fn broken(text: &Text, number: usize, row: &str) -> Option<Problem> {
    let mut characters = row.chars();
    let mut last = None;
    while let Some(character) = characters.next() {
        last = Some(character);
        if character == '\\' {
            let escaped = characters.next();
            if !matches!(escaped, Some('n' | '|' | '\\')) {
                let sequence: String = std::iter::once('\\').chain(escaped).collect();
                let what = format!("{sequence} means nothing in a table");
                let hint = "a \\ is written \\\\, a | that belongs to a value \\|, a line break \\n";
                return Some(
                    text.problem(Rule::BrokenRow, text.words(number, &sequence), what)
                        .hint(hint),
                );
            }
            last = None;
        }
    }
    let closed = last == Some('|') && row.len() > 1;
    (!closed).then(|| {
        text.problem(
            Rule::BrokenRow,
            text.whole(number),
            "this table row does not end with |",
        )
    })
}

#[cfg(test)]
mod tests;
