//! The journal of a run: what is about to be created is written to disk before it is created, so that a run that was
//! killed at any moment can be cleaned up by another process.
//!
//! `journal.ndjson` has one JSON object per line. The first names the format, the run and the cluster; the others
//! announce an entry, confirm it with the UID that the cluster gave it, or say that it is gone.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error as ThisError;

use super::Subject;
use crate::run::{Reach, RunId, ScenarioKey, folder};

/// Version of the line format; a reader refuses a newer one.
///
/// Format 2 says for each object and node label which cluster it is on; format 1 knows the hub alone.
pub const FORMAT: u32 = 2;

/// A failure of the journal. Nothing may be created without a journal.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The file could not be written.
    #[error("could not write the journal {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
    /// The file could not be read.
    #[error("could not read the journal {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
    /// A line is not what it should be.
    #[error("{}:{line}: {message}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// The mistake.
        message: String,
    },
}

/// Number of an entry in its journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(u64);

impl From<u64> for EntryId {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// First line of a journal: run and target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// [`FORMAT`].
    pub format: u32,
    /// The run.
    pub run: RunId,
    /// Address of the API server.
    pub server: String,
    /// Name of the target.
    pub target: String,
    /// How another process connects to the target.
    #[serde(flatten)]
    pub reach: Reach,
}

/// One announced creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Number of the entry.
    pub id: EntryId,
    /// The scenario that owns it; absent for what the run shares.
    pub scenario: Option<ScenarioKey>,
    /// What the entry announces.
    pub subject: Subject,
    /// UID on the cluster, id on the platform; absent: announced, but whether it came into being is not known.
    pub uid: Option<String>,
    /// Whether its removal was confirmed.
    pub gone: bool,
}

/// Contents of a journal file.
#[derive(Debug)]
pub struct Contents {
    /// First line.
    pub header: Header,
    /// Everything that was ever announced.
    pub entries: BTreeMap<EntryId, Entry>,
    /// Lines that are damaged: what they announced is not among the entries.
    pub unread: Vec<Error>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
enum Line {
    Journal(Header),
    Intended {
        at: Timestamp,
        entry: EntryId,
        #[serde(skip_serializing_if = "Option::is_none")]
        scenario: Option<ScenarioKey>,
        subject: Subject,
    },
    Confirmed {
        at: Timestamp,
        entry: EntryId,
        uid: String,
    },
    Gone {
        at: Timestamp,
        entry: EntryId,
    },
}

/// The journal of a run. Clones write to the same file.
#[derive(Debug, Clone)]
pub struct Journal {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    header: Header,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    entries: BTreeMap<EntryId, Entry>,
}

impl Journal {
    /// Starts the journal of a run.
    pub fn create(path: &Path, header: Header) -> Result<Self, Error> {
        let mut options = OpenOptions::new();
        options.create_new(true).append(true);
        let mut open = || {
            let mut file = folder::private(&mut options).open(path)?;
            append(&mut file, &Line::Journal(header.clone()))?;
            file.sync_data()?;
            // The folder must know of the file, or a crash of the machine loses both.
            if let Some(folder) = path.parent() {
                File::open(folder)?.sync_all()?;
            }
            Ok(file)
        };
        let file = open().map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self::open_with(path, header, file, BTreeMap::new()))
    }

    /// Reads a journal that another process wrote, to go on with it.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let unreadable = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let bytes = std::fs::read(path).map_err(unreadable)?;
        let complete = complete_lines(&bytes);
        let contents = parse(path, complete)?;
        let file = OpenOptions::new().append(true).open(path).map_err(unreadable)?;
        file.set_len(complete.len() as u64).map_err(unreadable)?;
        Ok(Self::open_with(path, contents.header, file, contents.entries))
    }

    /// Reads a journal without opening it for writing; `None` if its first line is missing.
    pub fn peek(path: &Path) -> Result<Option<Contents>, Error> {
        let bytes = std::fs::read(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        match complete_lines(&bytes) {
            [] => Ok(None),
            complete => parse(path, complete).map(Some),
        }
    }

    fn open_with(path: &Path, header: Header, file: File, entries: BTreeMap<EntryId, Entry>) -> Self {
        Self {
            shared: Arc::new(Shared {
                path: path.to_owned(),
                header,
                state: Mutex::new(State { file, entries }),
            }),
        }
    }

    /// First line.
    pub fn header(&self) -> &Header {
        &self.shared.header
    }

    /// Announces what is about to be created. When this returns, it is on disk.
    pub async fn intend(&self, scenario: Option<ScenarioKey>, subject: Subject) -> Result<EntryId, Error> {
        self.write(move |state| {
            let entry = EntryId(state.entries.last_key_value().map_or(1, |(last, _)| last.0 + 1));
            let line = Line::Intended {
                at: sim_clock::now(),
                entry,
                scenario,
                subject,
            };
            append(&mut state.file, &line)?;
            apply(&mut state.entries, line);
            Ok(entry)
        })
        .await
    }

    /// Confirms that it came into being, with the UID that it got.
    pub async fn confirm(&self, entry: EntryId, uid: impl Into<String>) -> Result<(), Error> {
        let at = sim_clock::now();
        let uid = uid.into();
        self.add(Line::Confirmed { at, entry, uid }).await
    }

    /// Records that the subject of the entry does not exist (any more).
    pub async fn gone(&self, entry: EntryId) -> Result<(), Error> {
        let at = sim_clock::now();
        self.add(Line::Gone { at, entry }).await
    }

    /// Everything that may still exist, oldest first.
    pub fn open_entries(&self) -> Vec<Entry> {
        let state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.entries.values().filter(|entry| !entry.gone).cloned().collect()
    }

    /// Everything that was ever announced, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        let state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.entries.values().cloned().collect()
    }

    async fn add(&self, line: Line) -> Result<(), Error> {
        self.write(move |state| {
            append(&mut state.file, &line)?;
            apply(&mut state.entries, line);
            Ok(())
        })
        .await
    }

    /// Disks can be slow to say that they are done, and all scenarios share a thread. What is created in an embedded lab
    /// ends with this process, so that nobody reads the journal after a crash: there it is written without waiting.
    async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut State) -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = Arc::clone(&self.shared);
        let durable = !shared.header.reach.embedded;
        let write = move || {
            let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
            let written = write(&mut state)?;
            if durable {
                state.file.sync_data()?;
            }
            Ok(written)
        };
        let written = if durable {
            let written = tokio::task::spawn_blocking(write).await;
            written.unwrap_or_else(|stopped| Err(io::Error::other(stopped)))
        } else {
            write()
        };
        written.map_err(|source| Error::Write {
            path: self.shared.path.clone(),
            source,
        })
    }
}

/// Without a last line that a crash cut short: it announces something that never began.
fn complete_lines(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    bytes.get(..end).unwrap_or_default()
}

fn append(file: &mut File, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_string(line).map_err(io::Error::other)?;
    text.push('\n');
    file.write_all(text.as_bytes())
}

fn apply(entries: &mut BTreeMap<EntryId, Entry>, line: Line) {
    match line {
        Line::Journal(_) => {}
        Line::Intended {
            entry,
            scenario,
            subject,
            ..
        } => {
            let id = entry;
            let (uid, gone) = (None, false);
            entries.insert(
                id,
                Entry {
                    id,
                    scenario,
                    subject,
                    uid,
                    gone,
                },
            );
        }
        Line::Confirmed { entry, uid, .. } => {
            if let Some(entry) = entries.get_mut(&entry) {
                entry.uid = Some(uid);
            }
        }
        Line::Gone { entry, .. } => {
            if let Some(entry) = entries.get_mut(&entry) {
                entry.gone = true;
            }
        }
    }
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Contents, Error> {
    let text = String::from_utf8_lossy(bytes);
    let wrong = |line: usize, message: String| Error::Line {
        path: path.to_owned(),
        line,
        message,
    };
    let mut lines = text.lines().enumerate();
    let header = match lines.next().map(|(_, first)| serde_json::from_str(first)) {
        Some(Ok(Line::Journal(header))) if header.format <= FORMAT => header,
        Some(Ok(Line::Journal(header))) => {
            let message = format!("the format {} is newer than this version's {FORMAT}", header.format);
            return Err(wrong(1, message));
        }
        _ => return Err(wrong(1, "this is not a journal".to_owned())),
    };
    let mut entries = BTreeMap::new();
    let mut unread = Vec::new();
    for (index, text) in lines {
        match serde_json::from_str(text) {
            Ok(line) => apply(&mut entries, line),
            Err(error) => unread.push(wrong(index + 1, error.to_string())),
        }
    }
    Ok(Contents {
        header,
        entries,
        unread,
    })
}

#[cfg(test)]
mod tests;
