//! The result of one comparison of a check: expected and observed value, and a verdict.

use serde::{Deserialize, Serialize};

/// Verdict of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Observed equals expected.
    Passed,
    /// Observed differs from expected.
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
    /// Compared property: `sockets`, `NIC 00:50:56:aa:bb:11`, `disk 2`.
    pub subject: String,
    /// Expected value.
    pub expected: String,
    /// Observed value.
    pub observed: String,
    /// Verdict.
    pub verdict: Verdict,
    /// Reason for skipping, or a hint for the reader.
    pub note: Option<String>,
}
