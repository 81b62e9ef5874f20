//! Exclusive use of a folder: a running lab holds the folder's lock, and removes its three files when it ends.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::handover::{self, Handover};

const LOCK: &str = "lock";

/// Reason why the folder cannot be used.
#[derive(Debug)]
pub enum Refusal {
    /// Another lab uses the folder; its process id.
    Occupied(String),
    /// The folder cannot be written.
    Io(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Lock of a lab on its folder.
#[derive(Debug)]
pub struct Tenancy {
    folder: PathBuf,
    handed_over: bool,
    _lock: File,
}

impl Tenancy {
    /// Creates the folder if it is missing and locks it. The operating system releases the lock when the process ends.
    pub fn begin(folder: &Path) -> Result<Self, Refusal> {
        fs::create_dir_all(folder)?;
        let path = folder.join(LOCK);
        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Refusal::Occupied(fs::read_to_string(&path)?.trim().to_owned()));
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        lock.set_len(0)?;
        writeln!(lock, "{}", std::process::id())?;
        Ok(Self {
            folder: folder.to_owned(),
            handed_over: false,
            _lock: lock,
        })
    }

    /// Writes the three files.
    pub fn hand_over(&mut self, files: &Handover<'_>) -> io::Result<()> {
        self.handed_over = true;
        files.write(&self.folder)
    }
}

impl Drop for Tenancy {
    fn drop(&mut self) {
        if self.handed_over {
            handover::remove(&self.folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use sim_clock::Speed;

    #[test]
    fn a_folder_has_one_lab_at_a_time_and_its_files_end_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Tenancy::begin(folder.path()).unwrap();
        let files = Handover {
            kubeconfig: "{}",
            inventory: None,
            speed: Speed::Max,
            providers: json!({}),
        };
        first.hand_over(&files).unwrap();
        match Tenancy::begin(folder.path()).unwrap_err() {
            Refusal::Occupied(pid) => assert_eq!(pid, std::process::id().to_string()),
            Refusal::Io(error) => panic!("{error}"),
        }
        assert!(folder.path().join("settings.toml").exists());
        drop(first);
        for name in handover::FILES {
            assert!(!folder.path().join(name).exists(), "{name}");
        }
        Tenancy::begin(folder.path()).unwrap();
    }

    #[test]
    fn a_lab_without_files_removes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let kubeconfig = folder.path().join("kubeconfig");
        fs::write(&kubeconfig, "somebody's").unwrap();
        drop(Tenancy::begin(folder.path()).unwrap());
        assert!(kubeconfig.exists());
    }
}
