//! What the products ship and do: their definitions and recordings of them at work, which are not part of this
//! repository.

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// The folder `spec` in the one that `MTV_BDD_SHARED` names, else in `shared` next to the workspace.
pub struct Folder(PathBuf);

impl Folder {
    /// Finds the folder or says why there is none. One that cannot be read is a failure, not a reason.
    pub fn find() -> Result<Self, String> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
        let spec = env::var_os("MTV_BDD_SHARED").map_or(beside, PathBuf::from).join("spec");
        if spec.is_dir() {
            Ok(Self(spec))
        } else {
            Err(format!("no folder {}", spec.display()))
        }
    }

    /// The definitions, by their names (`plural.group`).
    pub fn definitions(&self) -> HashMap<String, Value> {
        files(&self.0.join("crds"), "yaml")
            .iter()
            .flat_map(|path| documents(path))
            .filter_map(|definition| Some((definition["metadata"]["name"].as_str()?.to_owned(), definition)))
            .collect()
    }

    /// The recordings: a head line, then one watch event per line.
    pub fn recordings(&self) -> Vec<PathBuf> {
        files(&self.0.join("traces"), "ndjson")
    }
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    paths.sort();
    paths
}

fn documents(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.split("\n---")
        .filter(|document| !document.trim().trim_start_matches("---").trim().is_empty())
        .map(|document| serde_saphyr::from_str(document).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .collect()
}
