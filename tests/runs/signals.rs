//! Signals to the binary while disks are copied: each ends the run as documented, and the lab is unchanged afterwards.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use crate::{
    background::{Background, SMOKE, cleanup},
    binary::{command, text},
    skipped::skipped,
    target::Target,
};

/// A run that is copying disks, slowly enough to be interrupted meanwhile.
async fn copying(target: &Target, output: &std::path::Path) -> Background {
    let mut run = Background::start(target, output, &["--input", SMOKE]);
    let copying = ["\"progress\"", "DiskTransfer", "Running"];
    run.until("disks are copied", async |run| {
        let events = run.file("events.ndjson");
        events
            .lines()
            .any(|line| copying.iter().all(|word| line.contains(word)))
    })
    .await;
    run
}

/// Whether evidence of the scenario was written.
fn has_evidence(run: &Background) -> bool {
    let folders = std::fs::read_dir(run.folder().join("evidence")).into_iter().flatten();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    files
        .flatten()
        .any(|file| file.path().extension().is_some_and(|extension| extension == "yaml"))
}

/// Sends signals that arrive at the same time.
fn at_once(run: &Background, signals: &[&str]) {
    run.signal("STOP");
    signals.iter().for_each(|signal| run.signal(signal));
    run.signal("CONT");
}

/// Whether a run that this process starts receives SIGHUP: under `nohup` it does not.
fn hears_hang_ups() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGHUP is signal number 1, the lowest bit.
    let heard = ignored.unwrap_or_default() & 1 == 0;
    if !heard {
        skipped("SIGHUP", "it is ignored here, as under nohup");
    }
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_signal_ends_the_run_in_order_with_evidence_and_reports() {
    for signal in ["INT", "TERM", "HUP"] {
        if signal == "HUP" && !hears_hang_ups() {
            continue;
        }
        let target = Target::start_at("20").await;
        let output = tempfile::tempdir().unwrap();
        let before = target.holds().await;
        let mut run = copying(&target, output.path()).await;
        run.signal(signal);
        let (status, said) = run.end().await;
        assert_eq!(status.code(), Some(130), "{signal}\n{said}");
        assert!(said.contains("interrupted"), "{said}");
        assert!(has_evidence(&run), "{signal}\n{said}");
        assert!(
            run.file("junit.xml").contains("<skipped message=\"interrupted: "),
            "{said}"
        );
        assert!(run.file("summary.json").contains("\"exitCode\": 130"), "{said}");
        assert!(said.contains("1 interrupted") && !said.contains("FAILED"), "{said}");
        assert_eq!(target.holds().await, before, "{signal}\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_signal_skips_evidence() {
    let target = Target::start_at("20").await;
    let output = tempfile::tempdir().unwrap();
    let before = target.holds().await;
    let mut run = copying(&target, output.path()).await;
    at_once(&run, &["INT", "TERM"]);
    let (status, said) = run.end().await;
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(said.contains("no evidence is collected"), "{said}");
    assert!(!has_evidence(&run), "{said}");
    assert!(
        run.file("junit.xml").contains("<skipped message=\"interrupted: "),
        "{said}"
    );
    assert_eq!(target.holds().await, before, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_third_signal_ends_the_run_at_once_and_prints_the_cleanup_command() {
    if !hears_hang_ups() {
        return;
    }
    let target = Target::start_at("20").await;
    let output = tempfile::tempdir().unwrap();
    let before = target.holds().await;
    let mut run = copying(&target, output.path()).await;
    at_once(&run, &["INT", "TERM", "HUP"]);
    let (status, said) = run.end().await;
    assert_eq!(status.code(), Some(130), "{said}");
    assert_ne!(target.holds().await, before, "{said}");
    assert!(
        run.file("junit.xml").contains("<skipped message=\"interrupted: "),
        "{said}"
    );
    assert!(run.file("summary.json").contains("\"interrupted\": 1"), "{said}");
    let line = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("mtv-bdd cleanup "));
    let arguments = shlex::split(line.unwrap_or_else(|| panic!("{said}"))).unwrap();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (code, cleaned) = cleanup(output.path(), &arguments).await;
    assert_eq!(code, 0, "{cleaned}");
    assert_eq!(target.holds().await, before, "{cleaned}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_before_anything_is_created_ends_the_run_promptly() {
    let output = tempfile::tempdir().unwrap();
    let mut run = Background::embedded(output.path(), &["--input", SMOKE]);
    run.until("signals are heard", async |run| run.hears_interrupts()).await;
    let asked = std::time::Instant::now();
    run.signal("INT");
    let (status, said) = run.end().await;
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(asked.elapsed().as_secs() < 10, "{said}");
    assert!(!run.file("journal.ndjson").contains("intended"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_ends_the_run_in_order() {
    let target = Target::start_at("20").await;
    let output = tempfile::tempdir().unwrap();
    let before = target.holds().await;
    let settings = target.lab.settings();
    let mut run = command(&["run", "--profile", text(&settings), "--input", SMOKE], output.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ended = tokio::task::spawn_blocking(move || {
        let mut lines = BufReader::new(run.stdout.take().unwrap()).lines();
        lines.next().unwrap().unwrap();
        drop(lines);
        run.wait_with_output().unwrap()
    });
    let ended = ended.await.unwrap();
    let complaints = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(130), "{complaints}");
    assert!(!complaints.contains("panicked"), "{complaints}");
    assert_eq!(target.holds().await, before, "{complaints}");
}
