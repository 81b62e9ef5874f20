//! Evidence of a failure: conditions, events and the objects as YAML, up to the size limits of the page.

use std::{
    cell::Cell,
    path::{Component, Path, PathBuf},
};

use maud::{Markup, html};

use super::conditions;
use crate::report::model;

/// Maximum number of bytes of one file in the page.
const FILE: usize = 12 << 10;

/// Maximum number of bytes of all files in the page.
const PAGE: usize = 1 << 20;

/// The evidence of a run, and the number of bytes that the page can still take.
pub(super) struct Evidence<'a> {
    run: &'a Path,
    links: &'a str,
    left: Cell<usize>,
}

struct File {
    name: String,
    /// Address of the file, relative to the page.
    link: String,
    text: String,
}

impl<'a> Evidence<'a> {
    /// Evidence in the folder `run`; `links` is the path from the page to it.
    pub(super) fn new(run: &'a Path, links: &'a str) -> Self {
        Self {
            run,
            links,
            left: Cell::new(PAGE),
        }
    }

    pub(super) fn section(&self, collected: &model::Evidence) -> Markup {
        let folder = inside(&collected.folder);
        let files: Vec<File> = folder
            .iter()
            .flat_map(|folder| collected.files.iter().filter_map(|name| self.file(folder, name)))
            .collect();
        let (events, objects): (Vec<&File>, Vec<&File>) = files.iter().partition(|file| file.name.ends_with(".txt"));
        html! {
            div.evidence {
                p.quiet { "Evidence, collected before teardown" }
                (conditions::table(objects.iter().map(|file| (file.name.as_str(), file.text.as_str()))))
                @for file in events.iter().chain(&objects) { (self.shown(file)) }
                @for problem in &collected.problems { p.soft { "not collected: " bdi { (problem) } } }
            }
        }
    }

    fn file(&self, folder: &Path, name: &str) -> Option<File> {
        let path = folder.join(inside(name)?);
        // The file may have been deleted to save space; the rest of the page is not affected.
        let text = std::fs::read_to_string(self.run.join(&path)).ok()?;
        let parts = path
            .iter()
            .map(|part| super::overview::encoded(&part.to_string_lossy()));
        Some(File {
            name: name.to_owned(),
            link: format!("{}{}", self.links, parts.collect::<Vec<_>>().join("/")),
            text,
        })
    }

    fn shown(&self, file: &File) -> Markup {
        let room = self.left.get().min(FILE);
        let end = file.text.len().min(room);
        // Cut at the end of a line.
        let end = if end == file.text.len() {
            end
        } else {
            file.text.get(..end).map_or(0, |text| text.rfind('\n').unwrap_or(0))
        };
        let text = file.text.get(..end).unwrap_or_default();
        self.left.set(self.left.get() - text.len());
        html! {
            details.file {
                summary { (file.name) " " span.soft { (file.text.len().div_ceil(1024)) " KiB" } }
                @if !text.is_empty() { pre tabindex="0" { (text) } }
                p { @if end < file.text.len() { "The rest is in " } @else { "As a file: " } a href=(file.link) { (file.name) } }
            }
        }
    }
}

/// The path, if it stays inside the folder it is relative to.
fn inside(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(path);
    let stays = path.components().all(|part| matches!(part, Component::Normal(_)));
    (stays && path.file_name().is_some()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collected(folder: &str, files: &[&str]) -> model::Evidence {
        model::Evidence {
            folder: folder.to_owned(),
            files: files.iter().map(|file| (*file).to_owned()).collect(),
            problems: Vec::new(),
        }
    }

    #[test]
    fn a_log_cannot_make_the_page_show_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        std::fs::create_dir_all(run.join("evidence/a")).unwrap();
        std::fs::write(folder.path().join("private"), "sesame").unwrap();
        std::fs::write(run.join("evidence/a/plan.yaml"), "kind: Plan").unwrap();
        let evidence = Evidence::new(&run, "");
        let absolute = folder.path().join("private").display().to_string();
        for (of, file) in [
            ("..", "private"),
            ("evidence", "../../private"),
            ("evidence", absolute.as_str()),
        ] {
            let shown = evidence.section(&collected(of, &[file])).into_string();
            assert!(!shown.contains("sesame"), "{shown}");
        }
        let shown = evidence
            .section(&collected("evidence/a", &["plan.yaml", "gone.yaml"]))
            .into_string();
        assert!(shown.contains("kind: Plan") && !shown.contains("gone"), "{shown}");
    }

    #[test]
    fn evidence_beyond_the_size_limit_is_linked() {
        let run = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(run.path().join("e")).unwrap();
        let names: Vec<String> = (0..200).map(|number| format!("{number}.yaml")).collect();
        let long = "0123456789\n".repeat(2000);
        for name in &names {
            std::fs::write(run.path().join("e").join(name), &long).unwrap();
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let shown = Evidence::new(run.path(), "")
            .section(&collected("e", &names))
            .into_string();
        assert!(shown.len() < PAGE + (100 << 10), "{}", shown.len());
        assert_eq!(shown.matches("The rest is in").count(), names.len());
    }
}
