//! The recordings of a real Forklift. They are not part of the project: without them there is nothing to compare.

use std::{fs, path::PathBuf};

use serde_json::Value;

use super::story::Record;
use crate::skipped::skipped;

/// The folder of the recordings, if it is there.
pub fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("MTV_BDD_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("spec/traces");
    if !folder.is_dir() {
        skipped("recordings", &format!("they are looked for in {}", folder.display()));
        return None;
    }
    Some(folder)
}

/// Reads a recording; its first line is about the recording itself.
pub fn read(path: PathBuf) -> Vec<Record> {
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().skip(1);
    let records = lines.map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        Record {
            event: line["event"].as_str().unwrap().into(),
            kind: line["kind"].as_str().unwrap().into(),
            object: line["object"].clone(),
        }
    });
    records.collect()
}
