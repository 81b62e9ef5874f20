//! Runs that ended without cleaning up after themselves: their journals say so.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    journal::{self, Contents, Header, Journal},
    run::{folder::JOURNAL, lock::FolderLock},
};

/// A run that wrote a journal.
#[derive(Debug)]
pub struct PastRun {
    /// Run folder.
    pub folder: PathBuf,
    /// State of the run.
    pub standing: Standing,
}

/// State of a past run.
#[derive(Debug)]
pub enum Standing {
    /// Nothing: a process works there.
    Alive {
        /// Process id.
        pid: String,
    },
    /// Nothing: it created nothing, or removed everything.
    Clean,
    /// Nothing: what it created was in a lab of its own process, which ended with it.
    EndedWithItsLab,
    /// Entries of its journal are open.
    Open {
        /// First line of the journal.
        header: Header,
        /// Number of open entries.
        entries: usize,
        /// Damaged lines of its journal, which may tell of more.
        unread: Vec<journal::Error>,
    },
    /// Unknown: the journal cannot be read.
    Unreadable(journal::Error),
    /// Unknown: the journal has no first line.
    Empty,
}

impl PastRun {
    /// The run's id.
    pub fn name(&self) -> String {
        let name = self.folder.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Journal of the run.
    pub fn journal(&self) -> PathBuf {
        self.folder.join(JOURNAL)
    }
}

/// The runs whose folders are in `output`, by name.
pub fn past_runs(output: &Path) -> io::Result<Vec<PastRun>> {
    let folders = match fs::read_dir(output) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        folders => folders?,
    };
    let mut runs = Vec::new();
    for folder in folders {
        let folder = folder?;
        // `latest` is a link to one of the others.
        let path = folder.path();
        if folder.file_type()?.is_dir() && path.join(JOURNAL).exists() {
            let standing = standing(&path)?;
            runs.push(PastRun { folder: path, standing });
        }
    }
    runs.sort_by(|a, b| a.folder.cmp(&b.folder));
    Ok(runs)
}

fn standing(folder: &Path) -> io::Result<Standing> {
    if let Some(pid) = FolderLock::holder(folder)? {
        return Ok(Standing::Alive { pid });
    }
    Ok(match Journal::peek(&folder.join(JOURNAL)) {
        Err(error) => Standing::Unreadable(error),
        Ok(None) => Standing::Empty,
        Ok(Some(Contents {
            header,
            entries,
            unread,
        })) => match entries.values().filter(|entry| !entry.gone).count() {
            0 if unread.is_empty() => Standing::Clean,
            _ if header.reach.embedded => Standing::EndedWithItsLab,
            entries => Standing::Open {
                header,
                entries,
                unread,
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::{FORMAT, Subject},
        run::{Reach, RunFolder, RunId},
    };

    async fn run(output: &Path, name: &str, embedded: bool, things: usize) -> RunFolder {
        let folder = RunFolder::create(output, &RunId::from(name)).unwrap();
        let header = Header {
            format: FORMAT,
            run: RunId::from(name),
            server: "https://127.0.0.1:1".to_owned(),
            target: "test".to_owned(),
            reach: Reach {
                embedded,
                arguments: Vec::new(),
            },
        };
        let journal = Journal::create(&folder.journal(), header).unwrap();
        for number in 0..things {
            let (provider, name) = ("vsphere".to_owned(), number.to_string());
            journal
                .intend(None, Subject::SourceVm { provider, name })
                .await
                .unwrap();
        }
        folder
    }

    #[tokio::test]
    async fn only_what_is_open_and_nobodys_wants_cleaning() {
        let output = tempfile::tempdir().unwrap();
        assert!(past_runs(&output.path().join("none")).unwrap().is_empty());
        drop(run(output.path(), "auto-a", false, 0).await);
        let alive = run(output.path(), "auto-b", false, 1).await;
        drop(run(output.path(), "auto-c", true, 1).await);
        drop(run(output.path(), "auto-d", false, 2).await);
        fs::write(output.path().join("auto-a/journal.ndjson"), "").unwrap();
        fs::create_dir(output.path().join("auto-e")).unwrap();
        fs::write(output.path().join("auto-e/journal.ndjson"), "nonsense\n").unwrap();
        drop(run(output.path(), "auto-f", false, 0).await);
        let told = past_runs(output.path())
            .unwrap()
            .iter()
            .map(|run| match &run.standing {
                Standing::Alive { .. } => format!("{} alive", run.name()),
                Standing::Clean => format!("{} clean", run.name()),
                Standing::EndedWithItsLab => format!("{} ended with its lab", run.name()),
                Standing::Open { entries, .. } => format!("{} left {entries}", run.name()),
                Standing::Unreadable(_) => format!("{} unreadable", run.name()),
                Standing::Empty => format!("{} empty", run.name()),
            })
            .collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                "auto-a empty",
                "auto-b alive",
                "auto-c ended with its lab",
                "auto-d left 2",
                "auto-e unreadable",
                "auto-f clean"
            ]
        );
        drop(alive);
    }
}
