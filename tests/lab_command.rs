//! `mtv-bdd lab` in one process, kubectl and a whole run in another.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests share is a test, too: it fails by panicking"
)]

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

#[path = "skipped/mod.rs"]
mod skipped;

use skipped::skipped;

/// A running `mtv-bdd lab`.
struct LabProcess {
    child: Child,
    folder: tempfile::TempDir,
}

impl LabProcess {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_mtv-bdd"))
            .args(["lab", "--folder"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let running = lines.any(|line| line.unwrap().contains("mtv-bdd run --profile"));
        assert!(running, "the lab ended before it said how to run on it");
        Self { child, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn kubectl(&self, arguments: &[&str]) -> Output {
        let kubeconfig = self.file("kubeconfig");
        Command::new("kubectl")
            .arg("--kubeconfig")
            .arg(kubeconfig)
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Sends SIGINT; returns how the process ended.
    fn interrupt(&mut self) -> std::process::ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        self.child.wait().unwrap()
    }
}

impl Drop for LabProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn run_features(settings: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mtv-bdd"))
        .args(["run", "--profile"])
        .arg(settings)
        .args(arguments)
        .env_remove("KUBECONFIG")
        .output()
        .unwrap()
}

#[test]
fn a_whole_run_on_a_lab_in_another_process_gives_the_same_result() {
    let mut lab = LabProcess::start();
    let run = run_features(&lab.file("settings.toml"), &["--tags", "@tier0"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    assert!(
        text(&run).contains("simulated lab"),
        "the target is not named:\n{}",
        text(&run)
    );
    assert!(lab.interrupt().success());
}

#[test]
fn a_folder_has_one_lab_and_without_it_the_start_command_is_printed() {
    let mut lab = LabProcess::start();
    let folder = lab.folder.path().to_owned();
    let kubeconfig = std::fs::read(lab.file("kubeconfig")).unwrap();
    let second = Command::new(env!("CARGO_BIN_EXE_mtv-bdd"))
        .args(["lab", "--folder"])
        .arg(&folder)
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(3), "{}", text(&second));
    let refused = format!(
        "a lab is running in {} already (pid {})",
        folder.display(),
        lab.child.id()
    );
    assert!(text(&second).contains(&refused), "{}", text(&second));
    assert_eq!(std::fs::read(lab.file("kubeconfig")).unwrap(), kubeconfig);

    // Copies of the files, as a killed lab leaves them behind.
    let left = tempfile::tempdir().unwrap();
    for name in ["kubeconfig", "providers.json", "settings.toml"] {
        std::fs::copy(lab.file(name), left.path().join(name)).unwrap();
    }
    let settings = lab.file("settings.toml");
    assert!(lab.interrupt().success());
    for name in ["kubeconfig", "providers.json", "settings.toml"] {
        assert!(!lab.file(name).exists(), "{name} is still there");
    }
    let ended = run_features(&settings, &["--tags", "@tier0"]);
    assert_eq!(ended.status.code(), Some(2), "{}", text(&ended));
    let start = format!("start it with `mtv-bdd lab --folder {}`", folder.display());
    assert!(text(&ended).contains(&start), "{}", text(&ended));

    let killed = run_features(&left.path().join("settings.toml"), &["--tags", "@tier0"]);
    assert_eq!(killed.status.code(), Some(3), "{}", text(&killed));
    let start = format!("start it with `mtv-bdd lab --folder {}`", left.path().display());
    assert!(text(&killed).contains(&start), "{}", text(&killed));
}

#[test]
fn kubectl_does_not_notice_that_the_lab_is_simulated() {
    if Command::new("kubectl").args(["version", "--client"]).output().is_err() {
        skipped("kubectl", "`apt-get install kubernetes-client` provides it");
        return;
    }
    let mut lab = LabProcess::start();

    let namespaces = lab.kubectl(&["get", "ns"]);
    assert!(namespaces.status.success(), "{}", text(&namespaces));
    for column in ["NAME", "STATUS", "AGE", "openshift-mtv", "Active"] {
        assert!(
            text(&namespaces).contains(column),
            "{column} is missing in:\n{}",
            text(&namespaces)
        );
    }

    let wait = [
        "wait",
        "--for=condition=Ready",
        "provider/host",
        "-n",
        "openshift-mtv",
        "--timeout=20s",
    ];
    let waited = lab.kubectl(&wait);
    assert!(text(&waited).contains("condition met"), "{}", text(&waited));

    let plans = lab.kubectl(&["get", "plans", "-A", "-o", "yaml"]);
    assert!(text(&plans).contains("kind: List"), "{}", text(&plans));

    let created = lab.kubectl(&["create", "namespace", "by-hand"]);
    assert!(
        text(&created).contains("namespace/by-hand created"),
        "{}",
        text(&created)
    );
    let deleted = lab.kubectl(&["delete", "namespace", "by-hand", "--timeout=20s"]);
    assert!(
        text(&deleted).contains("namespace \"by-hand\" deleted"),
        "{}",
        text(&deleted)
    );
    let gone = lab.kubectl(&["get", "namespace", "by-hand"]);
    assert!(text(&gone).contains("NotFound"), "{}", text(&gone));

    let nonsense = lab.kubectl(&["get", "unicorns"]);
    assert!(
        text(&nonsense).contains("the server doesn't have a resource type"),
        "{}",
        text(&nonsense)
    );
    assert!(lab.interrupt().success());
}
