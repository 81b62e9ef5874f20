//! Feature files that a run reads: `--input` takes files, folders, globs and `file:line`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{lint::Rule, problem::Problem};
use crate::events::words;

/// A feature file, and the selected lines in it; no lines mean the whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Path of the file.
    pub path: PathBuf,
    /// Path as it is displayed.
    pub name: String,
    /// Selected lines; empty for the whole file.
    pub lines: Vec<usize>,
}

impl Input {
    /// The mistake that a selected line is beyond the end of a file of this length.
    pub fn beyond(&self, length: usize) -> Option<Problem> {
        let line = self.lines.iter().find(|line| !(1..=length).contains(*line))?;
        let what = format!("has no line {line}, it has {}", words::count(length, "line"));
        Some(Problem::new(Rule::Unreadable, &self.name, what))
    }
}

/// Resolves the arguments to feature files, in the order of their paths; without arguments: `features/` of the root.
/// Relative arguments are resolved against `here`, the current folder, then against the root.
///
/// # Errors
/// All arguments that match no feature file.
pub fn resolve(arguments: &[String], here: &Path, root: &Path) -> Result<Vec<Input>, Vec<Problem>> {
    let default = [root.join("features").display().to_string()];
    let arguments = if arguments.is_empty() { &default } else { arguments };
    let mut found: BTreeMap<PathBuf, Option<Vec<usize>>> = BTreeMap::new();
    let mut problems = Vec::new();
    for argument in arguments {
        match files(argument, &[here, root]) {
            Err(what) => problems.push(Problem::new(Rule::Unreadable, argument, what)),
            Ok((paths, line)) => {
                for path in paths {
                    // A file that was selected as a whole stays whole.
                    let lines = found.entry(path).or_insert_with(|| Some(Vec::new()));
                    match (line, lines.as_mut()) {
                        (Some(line), Some(lines)) => lines.push(line),
                        _ => *lines = None,
                    }
                }
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(found
        .into_iter()
        .map(|(path, lines)| Input {
            name: shown(&path, root),
            path,
            lines: lines.unwrap_or_default(),
        })
        .collect())
}

/// A path for display: relative to the root if it is below it.
pub fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn files(argument: &str, bases: &[&Path]) -> Result<(Vec<PathBuf>, Option<usize>), String> {
    if let Some(path) = existing(argument, bases) {
        let files = if path.is_dir() {
            below(&path)?
        } else if path.is_file() {
            vec![path]
        } else {
            return Err("is neither a file nor a folder".to_owned());
        };
        return if files.is_empty() {
            Err("holds no feature file".to_owned())
        } else {
            Ok((files, None))
        };
    }
    if let Some((file, line)) = argument.rsplit_once(':')
        && let Ok(line) = line.parse::<usize>()
    {
        return match existing(file, bases) {
            Some(path) if path.is_file() => Ok((vec![path], Some(line))),
            _ => Err(format!("{file} is not a file")),
        };
    }
    if !argument.contains(['*', '?', '[']) {
        return Err("does not exist".to_owned());
    }
    let mut matches = Vec::new();
    for base in bases {
        let pattern = base.join(argument);
        let paths = glob::glob(&pattern.to_string_lossy()).map_err(|error| format!("is not a glob: {error}"))?;
        for path in paths.filter_map(Result::ok) {
            if path.is_dir() {
                matches.extend(below(&path)?);
            } else if is_feature(&path) {
                matches.push(path);
            }
        }
        if !matches.is_empty() {
            break;
        }
    }
    if matches.is_empty() {
        Err("matches no feature file".to_owned())
    } else {
        Ok((matches, None))
    }
}

fn existing(argument: &str, bases: &[&Path]) -> Option<PathBuf> {
    bases
        .iter()
        .map(|base| base.join(argument))
        .find_map(|path| path.canonicalize().ok())
}

fn is_feature(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "feature") && path.is_file()
}

/// The feature files below a folder. A folder that is reached again through links is read once.
fn below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    fn read(folder: &Path, seen: &mut BTreeSet<PathBuf>, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
        if !seen.insert(folder.canonicalize()?) {
            return Ok(());
        }
        for entry in std::fs::read_dir(folder)?.filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                read(&path, seen, files)?;
            } else if is_feature(&path) {
                files.push(path);
            }
        }
        Ok(())
    }
    let mut files = Vec::new();
    read(folder, &mut BTreeSet::new(), &mut files).map_err(|error| format!("cannot be read: {error}"))?;
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in [
            "features/cold/b.feature",
            "features/cold/a.feature",
            "features/warm/w.feature",
            "features/notes.md",
        ] {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "Feature: F\n").unwrap();
        }
        root
    }

    fn names(arguments: &[&str]) -> Result<Vec<(String, Vec<usize>)>, Vec<String>> {
        let root = root();
        let path = root.path().canonicalize().unwrap();
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        resolve(&arguments, Path::new("/nowhere"), &path)
            .map(|inputs| inputs.into_iter().map(|input| (input.name, input.lines)).collect())
            .map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    fn whole(names: &[&str]) -> Vec<(String, Vec<usize>)> {
        names.iter().map(|name| ((*name).to_owned(), vec![])).collect()
    }

    #[test]
    fn inputs_are_files_folders_globs_and_lines() {
        let (a, b, w) = (
            "features/cold/a.feature",
            "features/cold/b.feature",
            "features/warm/w.feature",
        );
        assert_eq!(names(&[]).unwrap(), whole(&[a, b, w]));
        assert_eq!(names(&["features/cold"]).unwrap(), whole(&[a, b]));
        assert_eq!(names(&["features/*/[aw].feature"]).unwrap(), whole(&[a, w]));
        assert_eq!(names(&["features/w*"]).unwrap(), whole(&[w]));
        assert_eq!(names(&[b, a]).unwrap(), whole(&[a, b]));
        assert_eq!(
            names(&["features/cold/a.feature:7", "features/cold/a.feature:3"]).unwrap(),
            [(a.to_owned(), vec![7, 3])]
        );
        assert_eq!(
            names(&["features/cold/a.feature:7", "features/cold"]).unwrap(),
            whole(&[a, b])
        );
    }

    #[cfg(unix)]
    #[test]
    fn cyclic_links_are_followed_once() {
        let root = root();
        let path = root.path().canonicalize().unwrap();
        for link in ["round", "again"] {
            std::os::unix::fs::symlink(&path, path.join("features").join(link)).unwrap();
        }
        assert_eq!(resolve(&[], Path::new("/nowhere"), &path).unwrap().len(), 3);
    }

    #[test]
    fn a_line_after_the_end_is_refused() {
        let input = |lines: &[usize]| Input {
            path: PathBuf::from("/a.feature"),
            name: "a.feature".to_owned(),
            lines: lines.to_vec(),
        };
        assert_eq!(input(&[]).beyond(2), None);
        assert_eq!(input(&[1, 2]).beyond(2), None);
        assert!(input(&[0]).beyond(2).is_some());
        insta::assert_snapshot!(input(&[1, 3]).beyond(2).unwrap(), @"a.feature: has no line 3, it has 2 lines");
    }

    #[test]
    fn inputs_without_files_are_refused() {
        assert_eq!(
            names(&["nowhere", "features/*.feature", "features/cold/x.feature:3"]).unwrap_err(),
            [
                "nowhere: does not exist",
                "features/*.feature: matches no feature file",
                "features/cold/x.feature:3: features/cold/x.feature is not a file"
            ]
        );
    }
}
