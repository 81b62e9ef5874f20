//! How another process connects to the target of a run.

use serde::{Deserialize, Serialize};

use super::RunId;

/// How another process connects to the target of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reach {
    /// Whether the target is the embedded lab, which ends with the process of the run.
    #[serde(default)]
    pub embedded: bool,
    /// Command-line arguments that select the target: `--profile`, `cluster`.
    #[serde(default)]
    pub arguments: Vec<String>,
}

impl Reach {
    /// The command that cleans up after the run, to be pasted into a shell.
    pub fn cleanup_command(&self, run: &RunId) -> String {
        let words = ["mtv-bdd", "cleanup", "--run", run.as_str()];
        let words = words.into_iter().chain(self.arguments.iter().map(String::as_str));
        // Only a NUL could not be quoted, and no argument holds one.
        shlex::try_join(words).unwrap_or_default()
    }
}
