//! Other programs that do the same work, where their binaries are given.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use super::row::Values;

/// A program beside which a row is measured.
pub struct Peer {
    /// Name in the table.
    pub name: &'static str,
    /// Environment variables that name its binaries.
    pub variables: &'static [&'static str],
    /// How to get them.
    pub obtain: &'static str,
    /// Measures it once, with the binaries in the order of the variables, in an empty folder.
    pub measure: fn(&[PathBuf], &Path) -> Result<Values>,
}

impl Peer {
    /// The binaries; `None` if one is not given.
    ///
    /// # Errors
    /// A variable names a file that does not exist.
    pub fn binaries(&self) -> Result<Option<Vec<PathBuf>>> {
        let mut found = Vec::new();
        for variable in self.variables {
            let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) else {
                return Ok(None);
            };
            let path = PathBuf::from(path);
            if !path.is_file() {
                bail!("{variable} names {}, which is not a file", path.display());
            }
            found.push(path);
        }
        Ok(Some(found))
    }

    /// What to do for a figure of the peer.
    pub fn hint(&self) -> String {
        let its = if self.variables.len() == 1 {
            "its binary"
        } else {
            "their binaries"
        };
        format!(
            "{}: set {} to {its}; {}",
            self.name,
            self.variables.join(" and "),
            self.obtain
        )
    }
}
