//! What a check found: never a panic, always expected beside observed.

use serde::{Deserialize, Serialize};

/// How one comparison came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As expected.
    Passed,
    /// Not as expected.
    Failed,
    /// Not compared; the note says why.
    Skipped,
}

/// One comparison of one check on one VM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Name of the VM on the source.
    pub vm: String,
    /// Name of the check, as in the vocabulary: `memory`, `disk sizes`.
    pub check: String,
    /// What was compared: `sockets`, `NIC 00:50:56:aa:bb:11`, `disk 2`.
    pub subject: String,
    /// What it should be.
    pub expected: String,
    /// What it is.
    pub observed: String,
    /// How it came out.
    pub verdict: Verdict,
    /// Why it was skipped, or what to look at.
    pub note: Option<String>,
}
