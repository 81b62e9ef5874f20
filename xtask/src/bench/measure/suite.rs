//! Runs of the suite: the command, its run folder, its first step, its scenarios.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    cpu, memory,
    process::{self, Ended},
};
use crate::bench::row::Subject;

/// A run that has ended.
pub struct Run {
    /// The process.
    pub process: Ended,
    /// Wall-clock and processor seconds until the first step began.
    pub first_step: Option<(f64, f64)>,
    /// Scenarios that had ended, and resident memory then: one entry for each look at which more had ended.
    pub memory: Vec<(usize, f64)>,
    /// Run folder.
    pub folder: PathBuf,
}

/// The command with these arguments; run folders are made in the folder of the measurement.
pub fn command(subject: &Subject<'_>, arguments: &[&str]) -> Command {
    let mut command = Command::new(&subject.build.path);
    command
        .args(arguments)
        .current_dir(&subject.build.root)
        .env("MTV_BDD_RUN__OUTPUT", runs(subject.folder))
        .env("MTV_BDD_ROOT", &subject.build.root)
        .env_remove("MTV_BDD_PROFILE")
        .env_remove("CUCUMBER_FILTER_TAGS")
        .env_remove("GITHUB_STEP_SUMMARY")
        .env_remove("KUBECONFIG")
        .env_remove("PROVIDERS_JSON_PATH");
    command
}

fn runs(folder: &Path) -> PathBuf {
    folder.join("runs")
}

/// Runs features to the end; all must pass.
///
/// # Errors
/// The run fails.
pub fn run(subject: &Subject<'_>, features: &Path, arguments: &[&str]) -> Result<Run> {
    let features = features.display().to_string();
    let mut all = vec!["run", "--input", &features];
    all.extend(arguments);
    let mut log = Log::default();
    let (mut first_step, mut seen) = (None, Vec::new());
    let latest = runs(subject.folder).join("latest");
    // The folder of an earlier run of the same measurement.
    let _ = std::fs::remove_file(&latest);
    let process = process::run(&mut command(subject, &all), subject.folder, |pid, elapsed| {
        if log.look(&latest.join("events.ndjson")) {
            if first_step.is_none() && log.steps > 0 {
                first_step = Some((elapsed, cpu::Threads::read(pid).map_or(0.0, |threads| threads.total())));
            }
            if seen.last().is_none_or(|(scenarios, _)| *scenarios < log.scenarios) {
                seen.push((log.scenarios, memory::resident(pid).unwrap_or_default()));
            }
        }
    })?;
    Ok(Run {
        process: process.succeeded()?,
        first_step,
        memory: seen,
        folder: latest.canonicalize().context("the run left no folder")?,
    })
}

impl Run {
    /// Numbers of the run's summary, such as `["totals", "scenarios", "passed"]`.
    ///
    /// # Errors
    /// There is no such number.
    pub fn summary(&self, path: &[&str]) -> Result<f64> {
        let text = std::fs::read_to_string(self.folder.join("summary.json")).context("the run has no summary")?;
        let summary: Value = serde_json::from_str(&text).context("the summary is malformed")?;
        path.iter()
            .fold(&summary, |value, key| &value[*key])
            .as_f64()
            .with_context(|| format!("the summary has no {}", path.join(".")))
    }
}

/// The event log of a run, as far as it is written.
#[derive(Default)]
struct Log {
    file: Option<File>,
    rest: Vec<u8>,
    steps: usize,
    scenarios: usize,
}

impl Log {
    /// Reads what was added; returns whether there was something.
    fn look(&mut self, path: &Path) -> bool {
        if self.file.is_none() {
            self.file = File::open(path).ok();
        }
        let Some(file) = &mut self.file else {
            return false;
        };
        let mut added = Vec::new();
        if file.read_to_end(&mut added).is_err() || added.is_empty() {
            return false;
        }
        self.rest.extend(added);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            // The log is redacted JSON of known form; parsing every line would cost as much as writing it.
            let is = |kind: &[u8]| line.windows(kind.len()).any(|window| window == kind);
            self.steps += usize::from(self.steps == 0 && is(b"\"type\":\"step-started\""));
            self.scenarios += usize::from(is(b"\"type\":\"scenario-finished\""));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_log_is_read_while_it_is_written() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut log = Log::default();
        let path = file.path().to_owned();
        assert!(!log.look(&path), "an empty log");
        file.write_all(b"{\"event\":{\"type\":\"step-started\"}}\n{\"event\":{\"type\":\"scena")
            .unwrap();
        assert!(log.look(&path));
        assert_eq!((log.steps, log.scenarios), (1, 0));
        file.write_all(b"rio-finished\"}}\n").unwrap();
        assert!(log.look(&path));
        assert_eq!((log.steps, log.scenarios), (1, 1));
    }
}
