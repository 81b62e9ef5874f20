//! The lock of a run folder. The operating system releases it when the process ends.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use thiserror::Error;

use super::folder::private;

const NAME: &str = "lock";

/// The lock could not be taken.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another process works there.
    #[error("another process works there (pid {pid})")]
    Held {
        /// Process id, as written by that process.
        pid: String,
    },
    /// The lock file cannot be used.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<LockError> for io::Error {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Held { .. } => Self::new(io::ErrorKind::WouldBlock, error),
            LockError::Io(error) => error,
        }
    }
}

/// The lock, held until the last clone is gone.
#[derive(Debug, Clone)]
pub struct FolderLock {
    _file: Arc<File>,
}

impl FolderLock {
    /// Takes the lock of a folder.
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let path = folder.join(NAME);
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let mut file = private(&mut options).open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let pid = fs::read_to_string(&path)?.trim().to_owned();
                return Err(LockError::Held { pid });
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Self { _file: Arc::new(file) })
    }

    /// Id of the process that works in the folder; `None`: nobody does. Nothing is changed.
    pub fn holder(folder: &Path) -> io::Result<Option<String>> {
        let path = folder.join(NAME);
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(fs::read_to_string(&path)?.trim().to_owned())),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_others_learn_who() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(FolderLock::holder(folder.path()).unwrap(), None);
        let lock = FolderLock::take(folder.path()).unwrap();
        let clone = lock.clone();
        drop(lock);
        let me = std::process::id().to_string();
        assert_eq!(FolderLock::holder(folder.path()).unwrap(), Some(me.clone()));
        let refused = FolderLock::take(folder.path()).unwrap_err();
        assert_eq!(refused.to_string(), format!("another process works there (pid {me})"));
        drop(clone);
        assert_eq!(FolderLock::holder(folder.path()).unwrap(), None);
        FolderLock::take(folder.path()).unwrap();
    }
}
