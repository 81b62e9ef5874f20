//! Runs all checks on all files.

use std::path::Path;

use super::{
    Rule, contradictions, order, platforms,
    sentences::{self, Sentences},
    tags, titles,
};
use crate::runner::{input, outline, plan::ExpandedFile, problem::Problem, source::Reading};

/// The files that were read, with all mistakes in them.
#[derive(Debug, Default)]
pub struct Checked {
    /// Number of files.
    pub read: usize,
    /// The files, as far as they could be parsed.
    pub files: Vec<ExpandedFile>,
    /// Mistakes in the order of files and lines.
    pub problems: Vec<Problem>,
}

/// A file, and the mistakes that kept parts of it from being parsed: those parts do not count as missing.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) expanded: ExpandedFile,
    pub(super) unread: Vec<Problem>,
}

/// Reads and checks the files that the arguments name; `own_tags` are tags of the project, without `@`.
pub fn check(arguments: &[String], here: &Path, root: &Path, own_tags: &[String]) -> Checked {
    let mut checked = Checked::default();
    let inputs = input::resolve(arguments, here, root).unwrap_or_else(|problems| {
        checked.problems = problems;
        Vec::new()
    });
    checked.read = inputs.len();
    let mut files = Vec::new();
    for input in inputs {
        let Reading { file, mut problems } = Reading::read(&input.path, &input.name);
        let unread = problems.clone();
        if let Some(file) = file {
            problems.extend(input.beyond(file.text.lines.len()));
            let (scenarios, found) = outline::expand(&file);
            problems.extend(found);
            problems.extend(tags::problems(&file, own_tags));
            let lines = input.lines;
            let expanded = ExpandedFile { file, scenarios, lines };
            files.push(Examined { expanded, unread });
        }
        checked.problems.extend(problems);
    }
    checked.problems.extend(titles::problems(&files));
    let mut sentences = Sentences::default();
    for Examined { expanded, unread } in files {
        let found = sentences::problems(&expanded, &mut sentences).into_iter();
        checked
            .problems
            .extend(found.filter(|problem| !is_cut(problem, &unread)));
        checked.problems.extend(platforms::problems(&expanded, &mut sentences));
        if unread.is_empty() {
            checked.problems.extend(order::problems(&expanded, &mut sentences));
            checked
                .problems
                .extend(contradictions::problems(&expanded, &mut sentences));
        }
        checked.files.push(expanded);
    }
    checked.problems.sort();
    checked.problems.dedup();
    checked
}

/// Whether the problem is a value in a row that was parsed with the wrong number of cells.
fn is_cut(problem: &Problem, unread: &[Problem]) -> bool {
    let mut cut = unread.iter().filter(|unread| unread.rule == Rule::RowWidth);
    problem.rule == Rule::WrongValue && cut.any(|row| row.line == problem.line)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Problems as text, one after the other.
    pub fn shown(problems: &[Problem]) -> String {
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        shown.join("\n")
    }

    /// A file with this text, parsed and expanded.
    pub fn expanded(name: &str, text: &str) -> ExpandedFile {
        let file = Reading::parse(text, Path::new(name), name).file.unwrap();
        ExpandedFile {
            scenarios: outline::expand(&file).0,
            file,
            lines: Vec::new(),
        }
    }
}
