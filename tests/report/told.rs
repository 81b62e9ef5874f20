//! A run of the binary on the embedded lab, shared by all tests: two scenarios pass, one claims one disk too many, one
//! injects a failure into its own migration.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

/// Feature file of the run.
const FEATURE: &str = "\
@cold @vsphere
Feature: A page to read

  @tier0 @jira(MTV-79)
  Scenario: A VM arrives
    Given a source provider
    And a clone of the VM \"mtv-tests-rhel8\"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
    And every VM passes all applicable checks

  @tier1
  Scenario: A VM has a disk more than it has
    Given a source provider
    And a clone of the VM \"mtv-tests-rhel8\"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM has 2 disks

  @tier1
  Scenario: A plan is ready
    Given a source provider
    And a clone of the VM \"mtv-tests-rhel8\"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    Then the plan is ready

  @tier1
  Scenario: A VM arrives with less memory
    Given a source provider
    And the lab has the defect \"wrong memory\"
    And a clone of the VM \"mtv-tests-rhel8\"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes all applicable checks
";

/// A finished run.
pub struct Told {
    /// Standard output and standard error.
    pub said: String,
    /// Run folder.
    pub folder: PathBuf,
    /// Content of the file in `GITHUB_STEP_SUMMARY`.
    pub github: String,
    _output: tempfile::TempDir,
}

/// The run, which is executed once.
pub fn run() -> &'static Told {
    static RUN: OnceLock<Told> = OnceLock::new();
    RUN.get_or_init(|| {
        let output = tempfile::tempdir().unwrap();
        let feature = output.path().join("page.feature");
        let github = output.path().join("github.md");
        std::fs::write(&feature, FEATURE).unwrap();
        std::fs::write(&github, "before\n").unwrap();
        let finished = mtv_bdd(output.path())
            .args(["run", "--input"])
            .arg(&feature)
            .env("GITHUB_STEP_SUMMARY", &github)
            .output()
            .unwrap();
        let said = said(&finished);
        assert_eq!(finished.status.code(), Some(1), "{said}");
        Told {
            said,
            folder: output.path().join("latest").canonicalize().unwrap(),
            github: std::fs::read_to_string(github).unwrap(),
            _output: output,
        }
    })
}

/// The binary, with a parent folder for its run folders.
pub fn mtv_bdd(output: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mtv-bdd"));
    command
        .env("MTV_BDD_RUN__OUTPUT", output)
        .env_remove("CUCUMBER_FILTER_TAGS")
        .env_remove("GITHUB_STEP_SUMMARY")
        .stdin(Stdio::null());
    command
}

/// Path of the page that the binary writes from an event log in the folder.
pub fn page_of(folder: &Path, log: &str) -> PathBuf {
    std::fs::write(folder.join("events.ndjson"), log).unwrap();
    let made = mtv_bdd(folder).arg("report").arg(folder).output().unwrap();
    assert!(made.status.success(), "{}", said(&made));
    folder.join("report.html")
}

/// Standard output followed by standard error.
pub fn said(finished: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&finished.stdout) + &text(&finished.stderr)
}

impl Told {
    /// Content of a file in the run folder.
    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap()
    }

    /// Path of the page.
    pub fn page(&self) -> PathBuf {
        self.folder.join("report.html")
    }
}
