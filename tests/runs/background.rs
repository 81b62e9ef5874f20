//! Runs in the background, which a test observes and ends early.

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use crate::{
    binary::{command, text},
    target::Target,
};

/// The scenario of these runs.
pub const SMOKE: &str = "features/cold/smoke.feature";

/// Longer than any wait takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// A run in the background.
pub struct Background {
    child: Child,
    output: PathBuf,
}

impl Background {
    /// Starts a run on a lab; its run folder is created in `output`, its console is written to `output/console`.
    pub fn start(target: &Target, output: &Path, arguments: &[&str]) -> Self {
        let settings = target.lab.settings();
        Self::embedded(output, &[&["--profile", text(&settings)], arguments].concat())
    }

    /// Starts a run that starts a lab itself.
    pub fn embedded(output: &Path, arguments: &[&str]) -> Self {
        let _ = fs::remove_file(output.join("latest"));
        let console = fs::File::create(output.join("console")).unwrap();
        let child = command(&["run"], output)
            .args(arguments)
            .stdout(Stdio::from(console.try_clone().unwrap()))
            .stderr(Stdio::from(console))
            .spawn()
            .unwrap();
        let output = output.to_owned();
        Self { child, output }
    }

    /// Current content of a file in the run folder; empty if it does not exist yet.
    pub fn file(&self, name: &str) -> String {
        fs::read_to_string(self.output.join("latest").join(name)).unwrap_or_default()
    }

    /// Output so far.
    pub fn said(&self) -> String {
        fs::read_to_string(self.output.join("console")).unwrap_or_default()
    }

    /// Run id.
    pub fn id(&self) -> String {
        fs::read_link(self.output.join("latest"))
            .unwrap()
            .to_string_lossy()
            .into_owned()
    }

    /// Waits until `has_come`; a run that ends before fails the test.
    pub async fn until(&mut self, moment: &str, has_come: impl AsyncFn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if has_come(self).await {
                return;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the run ended ({status}) before: {moment}\n{}", self.said());
            }
            assert!(Instant::now() < deadline, "it took too long: {moment}\n{}", self.said());
            sim_clock::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Sends a signal to the process: `TERM`, `USR1`.
    pub fn signal(&self, name: &str) {
        let arguments = [format!("-{name}"), self.child.id().to_string()];
        assert!(Command::new("kill").args(arguments).status().unwrap().success());
    }

    /// Whether the process handles SIGINT instead of being ended by it.
    pub fn hears_interrupts(&self) -> bool {
        const INTERRUPT: u64 = 1 << 1;
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = caught.and_then(|caught| u64::from_str_radix(caught.trim(), 16).ok());
        caught.is_some_and(|caught| caught & INTERRUPT != 0)
    }

    /// Run folder.
    pub fn folder(&self) -> PathBuf {
        self.output.join("latest")
    }

    /// Sends SIGKILL, which the run cannot handle.
    pub async fn kill(mut self) {
        self.child.kill().unwrap();
        let status = tokio::task::spawn_blocking(move || self.child.wait().unwrap())
            .await
            .unwrap();
        assert_eq!(status.signal(), Some(9), "it had ended before it was killed");
    }

    /// Waits for the end of the run; returns exit status and output.
    pub async fn end(&mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, self.said());
            }
            assert!(Instant::now() < deadline, "it does not end\n{}", self.said());
            sim_clock::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `mtv-bdd cleanup`; returns exit code and output. The lab in this process continues meanwhile.
pub async fn cleanup(output: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = command(&["cleanup"], output);
    command.args(arguments);
    let ended = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr)
    );
    (ended.status.code().unwrap(), said)
}
