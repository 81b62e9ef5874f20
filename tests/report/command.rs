//! `mtv-bdd report`: writes the reports of a run again.

use std::fs;

use mtv_bdd::run::lock::FolderLock;

use crate::told::{self, mtv_bdd, said};

/// A folder of runs with one run, whose log is the first `keep(log)` bytes of the original.
fn cut(keep: impl FnOnce(&str) -> usize) -> tempfile::TempDir {
    let runs = tempfile::tempdir().unwrap();
    let folder = runs.path().join("auto-ab12");
    fs::create_dir(&folder).unwrap();
    let log = told::run().file("events.ndjson");
    fs::write(folder.join("events.ndjson"), &log[..keep(&log)]).unwrap();
    runs
}

#[test]
fn the_reports_of_a_run_are_written_again() {
    let told = told::run();
    let output = tempfile::tempdir().unwrap();
    let made = mtv_bdd(told.folder.parent().unwrap())
        .args(["report", "latest", "--output"])
        .arg(output.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", said(&made));
    for name in ["summary.md", "junit.xml", "summary.json"] {
        let again = fs::read_to_string(output.path().join(name)).unwrap();
        assert_eq!(again, told.file(name), "{name}");
    }
    // Only links to other files of the run differ: they point to the folder of the run.
    let again = fs::read_to_string(output.path().join("report.html")).unwrap();
    let elsewhere = again.matches("href=\"file:///").count();
    assert!(elsewhere > 2 && told.file("report.html").matches("href=\"file:").count() == 0);
}

#[test]
fn a_truncated_log_is_reported_as_unfinished() {
    let runs = cut(|log| {
        // Inside a line, while the second scenario runs.
        log.match_indices("step-started").nth(10).unwrap().0
    });
    let made = mtv_bdd(runs.path()).args(["report", "auto-ab12"]).output().unwrap();
    let words = said(&made);
    assert!(made.status.success(), "{words}");
    assert!(words.contains("The run has no end"), "{words}");
    assert!(
        words.contains("1 line of the event log could not be understood"),
        "{words}"
    );
    let read = |name: &str| fs::read_to_string(runs.path().join("auto-ab12").join(name)).unwrap();
    for name in ["report.html", "summary.md"] {
        assert!(read(name).contains("The run has no end"), "{name}");
        assert!(read(name).contains("it was killed"), "{name}");
    }
    assert!(read("junit.xml").contains("type=\"not finished\""));
    assert!(read("summary.json").contains("\"exitCode\": null"));
}

#[test]
fn reports_of_a_running_run_are_not_written() {
    let runs = cut(str::len);
    let folder = runs.path().join("auto-ab12");
    let working = FolderLock::take(&folder).unwrap();
    let refused = mtv_bdd(runs.path()).args(["report", "auto-ab12"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let pid = format!("still goes on (pid {})", std::process::id());
    assert!(said(&refused).contains(&pid), "{}", said(&refused));
    assert!(!folder.join("report.html").exists());
    let elsewhere = tempfile::tempdir().unwrap();
    let made = mtv_bdd(runs.path())
        .args(["report", "auto-ab12", "--output"])
        .arg(elsewhere.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", said(&made));
    assert!(elsewhere.path().join("report.html").exists());
    drop(working);
}

#[test]
fn logs_that_cannot_be_read_are_refused() {
    let runs = cut(|_| 0);
    for (run, words) in [
        ("auto-ab12", "the run had not begun"),
        ("auto-ab13", "there is no run \"auto-ab13\": in "),
        ("zzz", "there is no run \"zzz\": 1 run in "),
    ] {
        let made = mtv_bdd(runs.path()).args(["report", run]).output().unwrap();
        assert_eq!(made.status.code(), Some(2), "{}", said(&made));
        assert!(said(&made).contains(words), "{}", said(&made));
        assert!(!runs.path().join("auto-ab12/report.html").exists());
    }
    let newer = runs.path().join("auto-ab12/events.ndjson");
    let first = told::run()
        .file("events.ndjson")
        .lines()
        .next()
        .unwrap()
        .replace("\"format\":1", "\"format\":9");
    fs::write(newer, first).unwrap();
    let made = mtv_bdd(runs.path()).args(["report", "auto-ab12"]).output().unwrap();
    assert!(said(&made).contains("has format 9"), "{}", said(&made));
}
