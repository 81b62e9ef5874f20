//! The stored table, `xtask/bench.json`: the medians of the last measurement that was saved.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::table::PEER;

/// Path of the file, relative to the workspace root.
pub const PATH: &str = "xtask/bench.json";

/// Medians: row, figure, column.
pub type Medians = BTreeMap<String, BTreeMap<String, BTreeMap<String, f64>>>;

/// The table as it is stored.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// The machine in words.
    pub machine: String,
    /// Load average of the last minute, before and after the measurement.
    pub load: String,
    /// Commit of the workspace.
    pub commit: String,
    /// Columns, in their order.
    pub columns: Vec<String>,
    /// The medians.
    pub rows: Medians,
}

impl Stored {
    /// Reads the table; the empty one if there is no file.
    pub fn read(root: &Path) -> Result<Self> {
        let path = root.join(PATH);
        match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).with_context(|| format!("{} is malformed", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("could not read {}", path.display())),
        }
    }

    /// Writes the table.
    pub fn write(&self, root: &Path) -> Result<()> {
        let path = root.join(PATH);
        let text = format!("{}\n", serde_json::to_string_pretty(self)?);
        fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))
    }

    /// A median.
    pub fn median(&self, row: &str, figure: &str, column: &str) -> Option<f64> {
        self.rows.get(row)?.get(figure)?.get(column).copied()
    }

    /// Sets a median.
    pub fn set(&mut self, row: &str, figure: &str, column: &str, value: f64) {
        let figures = self.rows.entry(row.to_owned()).or_default();
        let columns = figures.entry(figure.to_owned()).or_default();
        columns.insert(column.to_owned(), value);
    }

    /// Takes over the figures of peers that a newer measurement did not measure.
    pub fn keep_peers(&mut self, older: &Self) {
        for (row, figures) in &older.rows {
            for (figure, columns) in figures {
                if let Some(value) = columns.get(PEER)
                    && self.median(row, figure, PEER).is_none()
                {
                    self.set(row, figure, PEER, *value);
                }
            }
        }
    }

    /// Takes over what a newer measurement did not measure. Figures of another machine are dropped.
    pub fn keep_from(&mut self, older: &Self) {
        if older.machine != self.machine {
            return;
        }
        for column in &older.columns {
            if !self.columns.contains(column) {
                self.columns.push(column.clone());
            }
        }
        for (row, figures) in &older.rows {
            for (figure, columns) in figures {
                for (column, value) in columns {
                    if self.median(row, figure, column).is_none() {
                        self.set(row, figure, column, *value);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(machine: &str, values: &[(&str, &str, f64)]) -> Stored {
        let mut stored = Stored {
            machine: machine.to_owned(),
            ..Stored::default()
        };
        for (row, column, value) in values {
            stored.set(row, "wall", column, *value);
        }
        stored
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("xtask")).unwrap();
        assert_eq!(Stored::read(root.path()).unwrap(), Stored::default());
        let table = stored("2 cores", &[("cold", "debug", 0.25)]);
        table.write(root.path()).unwrap();
        assert_eq!(Stored::read(root.path()).unwrap(), table);
        fs::write(root.path().join(PATH), "{").unwrap();
        assert!(Stored::read(root.path()).is_err());
    }

    #[test]
    fn rows_that_were_not_measured_are_kept_on_the_same_machine() {
        let older = stored("2 cores", &[("cold", "debug", 1.0), ("warm", "debug", 2.0)]);
        let mut newer = stored("2 cores", &[("cold", "debug", 0.5)]);
        newer.keep_from(&older);
        assert_eq!(newer.median("cold", "wall", "debug"), Some(0.5));
        assert_eq!(newer.median("warm", "wall", "debug"), Some(2.0));
        let mut elsewhere = stored("64 cores", &[("cold", "debug", 0.1)]);
        elsewhere.keep_from(&older);
        assert_eq!(elsewhere.median("warm", "wall", "debug"), None);
    }
}
