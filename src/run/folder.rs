//! The run folder, which holds all files that a run writes.

use std::{
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use super::{RunId, lock::FolderLock};

/// The run folder could not be made.
#[derive(Debug, Error)]
#[error("could not make {}\n  what to do: set run.output to a folder that you may write to", path.display())]
pub struct FolderError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// Name of the event log in a run folder.
pub const EVENTS: &str = "events.ndjson";
/// Name of the journal in a run folder.
pub const JOURNAL: &str = "journal.ndjson";

/// `target/mtv-bdd/<run>/`, locked for as long as this or a clone of it lives.
#[derive(Debug, Clone)]
pub struct RunFolder {
    path: PathBuf,
    journal: String,
    _lock: FolderLock,
}

impl RunFolder {
    /// Makes the folder of a run below `output` and points `output/latest` to it. A run that repeats another one with the
    /// same seed has the same id; its folder gets a number.
    pub fn create(output: &Path, run: &RunId) -> Result<Self, FolderError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| FolderError { path, source }
        };
        fs::create_dir_all(output).map_err(failed(output))?;
        let mut name = run.as_str().to_owned();
        for number in 2.. {
            match fs::symlink_metadata(output.join(&name)) {
                Ok(_) => name = format!("{run}-{number}"),
                Err(_) => break,
            }
        }
        let path = output.join(&name);
        private_folder(&path).map_err(failed(&path))?;
        let lock = FolderLock::take(&path).map_err(|error| failed(&path)(error.into()))?;
        let latest = output.join("latest");
        point(&latest, &name).map_err(failed(&latest))?;
        Ok(Self {
            path,
            journal: JOURNAL.to_owned(),
            _lock: lock,
        })
    }

    /// The same folder with a journal of its own, for what another world of the run creates in its lab.
    #[must_use]
    pub fn of_world(&self, number: usize) -> Self {
        Self {
            journal: format!("journal-{number}.ndjson"),
            ..self.clone()
        }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The event log.
    pub fn events(&self) -> PathBuf {
        self.path.join(EVENTS)
    }

    /// The journal, read by teardown and by the `cleanup` command.
    pub fn journal(&self) -> PathBuf {
        self.path.join(&self.journal)
    }

    /// The diagnostic log of the suite itself.
    pub fn log(&self) -> PathBuf {
        self.path.join("mtv-bdd.log")
    }

    /// Evidence: one folder per failed scenario.
    pub fn evidence(&self) -> PathBuf {
        self.path.join("evidence")
    }
}

/// Files opened with these options are for their owner alone.
pub fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Makes a folder, with those above it, for its owner alone.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Makes or moves the symbolic link. Another run may do the same at this moment; the last one wins.
#[cfg(unix)]
fn point(link: &Path, target: &str) -> io::Result<()> {
    let mut fresh = link.as_os_str().to_owned();
    fresh.push(format!(".{target}"));
    let fresh = PathBuf::from(fresh);
    std::os::unix::fs::symlink(target, &fresh)?;
    fs::rename(&fresh, link)
}

#[cfg(not(unix))]
fn point(link: &Path, target: &str) -> io::Result<()> {
    fs::write(link.with_extension("txt"), target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latest_follows_the_newest_run() {
        let output = tempfile::tempdir().unwrap();
        for run in ["auto-aaaa", "auto-bbbb"] {
            let folder = RunFolder::create(output.path(), &RunId::from(run)).unwrap();
            fs::write(folder.path().join("file"), run).unwrap();
        }
        let latest = fs::read_to_string(output.path().join("latest/file")).unwrap();
        assert_eq!(latest, "auto-bbbb");
    }

    #[cfg(unix)]
    #[test]
    fn others_cannot_look_into_it() {
        use std::os::unix::fs::PermissionsExt;
        let output = tempfile::tempdir().unwrap();
        let folder = RunFolder::create(output.path(), &RunId::from("auto-aaaa")).unwrap();
        let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}
