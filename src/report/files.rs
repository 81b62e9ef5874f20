//! The report files that are derived from the event log: for people, for CI systems, for programs.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use thiserror::Error;

use super::{html, junit, markdown, model::Run, summary};
use crate::{
    events::event::{Event, FORMAT, Record},
    run::folder::EVENTS,
};

/// File name of the HTML page.
pub const PAGE: &str = "report.html";
/// Names of the files that [`write()`] creates.
pub const NAMES: [&str; 4] = [PAGE, "summary.md", "junit.xml", "summary.json"];

/// A report could not be written.
#[derive(Debug, Error)]
pub enum Error {
    /// The event log could not be read.
    #[error("could not read the event log {}", path.display())]
    Read {
        /// Path of the event log.
        path: PathBuf,
        /// Error of the file system.
        #[source]
        source: io::Error,
    },
    /// The event log holds no run.
    #[error("{} tells nothing: {found}", path.display())]
    Nothing {
        /// Path of the event log.
        path: PathBuf,
        /// Description of its content.
        found: String,
    },
    /// The event log was written by a newer version.
    #[error("{} has format {format}; this version reads formats up to {FORMAT}, use the one that wrote it", path.display())]
    Newer {
        /// Path of the event log.
        path: PathBuf,
        /// Format version of the event log.
        format: u32,
    },
    /// A file could not be written.
    #[error("could not write {}", path.display())]
    Write {
        /// Path of the report.
        path: PathBuf,
        /// Error of the file system.
        #[source]
        source: io::Error,
    },
}

/// A run that was read from its event log.
#[derive(Debug)]
pub struct Told {
    /// The run, folded from the log.
    pub run: Run,
    /// Time of the last event in the log.
    pub last: Timestamp,
}

/// Reads a run from the event log in its folder. Lines that cannot be parsed are only counted.
pub fn read(folder: &Path) -> Result<Told, Error> {
    let path = folder.join(EVENTS);
    let log = fs::read(&path).map_err(|source| Error::Read {
        path: path.clone(),
        source,
    })?;
    // A line that was cut off may end inside a character.
    let log = String::from_utf8_lossy(&log);
    let (mut run, mut last) = (Run::default(), None);
    for line in log.lines() {
        match serde_json::from_str::<Record>(line) {
            Ok(record) => {
                if let Event::RunStarted { format, .. } = record.event
                    && format > FORMAT
                {
                    return Err(Error::Newer { path, format });
                }
                run.apply(&record);
                last = Some(record.at);
            }
            Err(_) => run.unread += 1,
        }
    }
    run.end_of_log();
    let found = match (last, run.unread) {
        (Some(last), _) if run.target.is_some() => return Ok(Told { run, last }),
        (_, 0) => "the run had not begun",
        _ => "it is no event log of mtv-bdd",
    };
    Err(Error::Nothing {
        path,
        found: found.to_owned(),
    })
}

/// Writes all reports of a run into the folder `into`. Evidence is read from the run's folder `of`.
pub fn write(run: &Run, of: &Path, into: &Path, redact: impl Fn(&str) -> String) -> Result<(), Error> {
    let [page, markdown, junit, summary] = NAMES;
    put(into, page, &html::render(run, of, &links(of, into)))?;
    put(into, markdown, &redact(&markdown::render(run)))?;
    let failed = |name: &str| {
        let path = into.join(name);
        move |source| Error::Write { path, source }
    };
    put(into, junit, &redact(&junit::render(run).map_err(failed(junit))?))?;
    let text = summary::render(run)
        .map_err(io::Error::other)
        .map_err(failed(summary))?;
    put(into, summary, &(redact(&text) + "\n"))
}

/// Prefix of links from the folder `into` to the folder `of`: empty if they are the same, otherwise a file URL.
fn links(of: &Path, into: &Path) -> String {
    let absolute = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (of, into) = (absolute(of), absolute(into));
    if of == into {
        return String::new();
    }
    let parts = of.iter().filter(|part| !part.eq_ignore_ascii_case("/"));
    let encoded = parts.map(|part| utf8_percent_encode(&part.to_string_lossy(), NON_ALPHANUMERIC).to_string());
    format!("file:///{}/", encoded.collect::<Vec<_>>().join("/"))
}

fn put(folder: &Path, name: &str, text: &str) -> Result<(), Error> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(|source| Error::Write { path, source })
}

/// Appends the summary to the file in `GITHUB_STEP_SUMMARY`; without the variable nothing is written.
pub fn tell_github(run: &Run, redact: impl Fn(&str) -> String) -> Result<(), Error> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from) else {
        return Ok(());
    };
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    let opened = fs::OpenOptions::new().create(true).append(true).open(&path);
    let written = opened.and_then(|mut file| file.write_all(redact(&markdown::render(run)).as_bytes()));
    written.map_err(|source| Error::Write { path, source })
}
