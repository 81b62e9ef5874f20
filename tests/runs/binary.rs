//! Runs the `mtv-bdd` binary and reads its output files.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A finished run of the binary.
pub struct Finished {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    output: tempfile::TempDir,
}

/// Runs the binary with a new output folder.
pub fn mtv_bdd(arguments: &[&str]) -> Finished {
    let output = tempfile::tempdir().unwrap();
    let finished = command(arguments, output.path()).output().unwrap();
    Finished {
        code: finished.status.code().unwrap(),
        stdout: String::from_utf8(finished.stdout).unwrap(),
        stderr: String::from_utf8(finished.stderr).unwrap(),
        output,
    }
}

/// The binary, with `output` as the parent of its run folders.
pub fn command(arguments: &[&str], output: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mtv-bdd"));
    command
        .args(arguments)
        .env("MTV_BDD_RUN__OUTPUT", output)
        .env_remove("MTV_BDD_ROOT")
        .env_remove("CUCUMBER_FILTER_TAGS")
        .stdin(Stdio::null());
    command
}

impl Finished {
    /// Standard output followed by standard error.
    pub fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Whether the run wrote no files.
    pub fn left_nothing(&self) -> bool {
        std::fs::read_dir(self.output.path()).unwrap().next().is_none()
    }

    /// Parent folder of the run folders.
    pub fn output(&self) -> &Path {
        self.output.path()
    }

    /// Content of a file in the run folder.
    pub fn file(&self, name: &str) -> String {
        let path = self.output.path().join("latest").join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}\n{}", path.display(), self.said()))
    }

    /// Content of `junit.xml`.
    pub fn junit(&self) -> String {
        self.file("junit.xml")
    }

    /// Content of `summary.json`.
    pub fn summary(&self) -> serde_json::Value {
        serde_json::from_str(&self.file("summary.json")).unwrap()
    }
}

/// Steps of a scenario that creates a plan and does not run it.
pub const STEPS: &str = "\
    Given a source provider
    And a clone of the VM \"mtv-tests-rhel8\"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    Then the plan is ready
";

/// Steps that create and check a plan of the VMs named before.
pub const PLAN: &str = "\
    And storage and networks are mapped from the inventory
    And a cold migration plan
    Then the plan is ready
";

/// A folder with one feature file, and the path of the file.
pub fn feature(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.feature");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Settings and providers file of a target that does not answer, with a provider to select.
pub fn silent_target() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "kubeconfig",
        "{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: 'https://127.0.0.1:9'}}], users: [{name: c, user: {token: t}}], contexts: [{name: c, context: {cluster: c, user: c}}]}",
    );
    write(
        "providers.json",
        r#"{"vsphere-8": {"type": "vsphere", "version": "8.0.3", "fqdn": "127.0.0.1", "api_url": "https://127.0.0.1:9/sdk", "username": "u", "password": "sesame-open"}}"#,
    );
    write(
        "settings.toml",
        "[target]\nname = \"silent target\"\nsimulated = true\nkubeconfig = \"kubeconfig\"\nproviders_file = \"providers.json\"\nstorage_class = \"any\"\n",
    );
    folder
}
