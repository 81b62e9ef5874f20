//! Event logs for the tests of the reports.

use jiff::Timestamp;

use crate::{
    events::{
        event::{Disk, Event, FORMAT, Outcome, Progress, Record, Target},
        finding::{Finding, Verdict},
    },
    run::ScenarioKey,
};

/// Message of a step whose checks failed.
const COMPARISONS_FAILED: &str = "1 of 3 comparisons failed
VM               check   of      expected  observed
mtv-tests-rhel8  memory  memory  2048 MiB  1024 MiB";

/// Records of the events, one second apart.
fn records_of(events: Vec<Event>) -> Vec<Record> {
    let start = Timestamp::from_second(1_770_000_000).unwrap();
    let at = |index: usize| start + jiff::SignedDuration::from_secs(i64::try_from(index).unwrap());
    events
        .into_iter()
        .enumerate()
        .map(|(index, event)| Record { at: at(index), event })
        .collect()
}

fn run_started(selected: usize) -> Event {
    let target = Target {
        name: "simulated lab".to_owned(),
        simulated: true,
        server: "https://127.0.0.1:6443".to_owned(),
        kubernetes: Some("1.33.4".to_owned()),
        openshift: Some("4.20.0".to_owned()),
        mtv: Some("2.11.0".to_owned()),
        cnv: None,
        kubevirt: None,
        cdi: None,
    };
    Event::RunStarted {
        format: FORMAT,
        run: "auto-ab12".to_owned(),
        target,
        suite: "0.1.0".to_owned(),
        selected,
        began: None,
        sources: Vec::new(),
        invocation: None,
    }
}

fn scenario(key: &str, name: &str, line: usize, attempt: usize) -> Event {
    Event::ScenarioStarted {
        scenario: ScenarioKey(key.to_owned()),
        feature: "Cold migration".to_owned(),
        rule: None,
        name: format!("{name} [vsphere]"),
        provider: Some("vsphere".to_owned()),
        tags: vec!["cold".to_owned(), "jira(MTV-79)".to_owned(), "vsphere".to_owned()],
        file: "features/cold/smoke.feature".to_owned(),
        line,
        attempt,
    }
}

fn begin(key: &str, step: usize, keyword: &str, text: &str) -> Event {
    let scenario = ScenarioKey(key.to_owned());
    Event::StepStarted {
        scenario,
        step,
        keyword: keyword.to_owned(),
        text: text.to_owned(),
        table: Vec::new(),
        doc_string: None,
        injects_failure: false,
    }
}

fn end(key: &str, step: usize, outcome: Outcome, message: Option<&str>) -> Event {
    let scenario = ScenarioKey(key.to_owned());
    Event::StepFinished {
        scenario,
        step,
        outcome,
        message: message.map(str::to_owned),
    }
}

fn finished(key: &str, outcome: Outcome, message: Option<&str>, retried: bool) -> Event {
    let scenario = ScenarioKey(key.to_owned());
    Event::ScenarioFinished {
        scenario,
        outcome,
        message: message.map(str::to_owned),
        retried,
    }
}

fn checked(key: &str, check: &str, subject: &str, expected: &str, observed: &str, verdict: Verdict) -> Event {
    let finding = Finding {
        vm: "mtv-tests-rhel8".to_owned(),
        check: check.to_owned(),
        subject: subject.to_owned(),
        expected: expected.to_owned(),
        observed: observed.to_owned(),
        verdict,
        note: (verdict == Verdict::Skipped).then(|| "the guest has no agent".to_owned()),
    };
    Event::Checked {
        scenario: ScenarioKey(key.to_owned()),
        finding,
    }
}

fn progress(key: &str, pipeline_step: &str, phase: &str, completed: i64, total: i64) -> Event {
    Event::Progress {
        scenario: ScenarioKey(key.to_owned()),
        progress: Progress {
            vm: "mtv-tests-rhel8".to_owned(),
            pipeline_step: pipeline_step.to_owned(),
            phase: phase.to_owned(),
            completed,
            total,
            unit: if total > 1 { "MB".to_owned() } else { String::new() },
            disks: disks(completed, total),
        },
    }
}

/// Two disks, of which the first is copied before the second.
fn disks(completed: i64, total: i64) -> Vec<Disk> {
    let disk = |number: i64| Disk {
        name: format!("[datastore1] rhel8/rhel8_{number}.vmdk"),
        completed: (completed - number * total / 2).clamp(0, total / 2),
        total: total / 2,
    };
    if total > 1 { vec![disk(0), disk(1)] } else { Vec::new() }
}

/// One scenario passes, one fails in a check, one is not run.
pub fn two_scenarios() -> Vec<Record> {
    let key = || Some(ScenarioKey("b".to_owned()));
    records_of(vec![
        run_started(3),
        scenario("a", "A plan is refused", 3, 1),
        begin(
            "a",
            0,
            "Then ",
            "the plan is not ready because of \"VMNetworksNotMapped\"",
        ),
        end("a", 0, Outcome::Passed, None),
        finished("a", Outcome::Passed, None, false),
        scenario("b", "A Linux VM keeps its <memory>", 12, 1),
        begin("b", 0, "Given ", "a source provider"),
        end("b", 0, Outcome::Passed, None),
        begin("b", 1, "When ", "the migration runs"),
        Event::ActivityStarted {
            scenario: key(),
            activity: 7,
            title: "waiting for the migration".to_owned(),
        },
        progress("b", "Initialize", "Running", 0, 1),
        progress("b", "DiskTransferV2v", "Running", 5500, 10_000),
        Event::ActivityFinished {
            scenario: key(),
            activity: 7,
            outcome: Outcome::Passed,
            milliseconds: 3000,
            message: None,
        },
        end("b", 1, Outcome::Passed, None),
        begin("b", 2, "Then ", "every VM passes all applicable checks"),
        checked("b", "CPU", "sockets", "1", "1", Verdict::Passed),
        checked("b", "memory", "memory", "2048 MiB", "1024 MiB", Verdict::Failed),
        checked("b", "guest agent", "agent", "connected", "", Verdict::Skipped),
        checked("b", "disk count", "disks", "1", "1", Verdict::Passed),
        end("b", 2, Outcome::Failed, Some(COMPARISONS_FAILED)),
        Event::ActivityStarted {
            scenario: key(),
            activity: 8,
            title: "deleting the plan".to_owned(),
        },
    ])
    .into_iter()
    .chain(told_end())
    .collect()
}

/// The end of [`two_scenarios`], all at the same time.
fn told_end() -> Vec<Record> {
    let at = Timestamp::from_second(1_770_000_020).unwrap();
    let events = vec![
        finished("b", Outcome::Failed, None, false),
        scenario("c", "A Windows VM", 20, 1),
        finished(
            "c",
            Outcome::Skipped,
            Some("not run: the run stopped at the first failure"),
            false,
        ),
        Event::Leftover {
            subject: "Plan auto-ab12/auto-ab12-cold".to_owned(),
            reason: "held by the finalizer example.com/hold".to_owned(),
        },
        Event::RunFinished {
            exit_code: 1,
            interrupted: false,
            real_milliseconds: None,
        },
    ];
    events.into_iter().map(|event| Record { at, event }).collect()
}

/// A scenario passes in its second attempt.
pub fn retried() -> Vec<Record> {
    records_of(vec![
        run_started(1),
        scenario("a", "Flaky", 3, 1),
        begin("a", 0, "Given ", "luck"),
        end("a", 0, Outcome::Failed, Some("no luck")),
        finished("a", Outcome::Failed, None, true),
        scenario("a-2", "Flaky", 3, 2),
        begin("a-2", 0, "Given ", "luck"),
        end("a-2", 0, Outcome::Passed, None),
        finished("a-2", Outcome::Passed, None, false),
        Event::RunFinished {
            exit_code: 0,
            interrupted: false,
            real_milliseconds: None,
        },
    ])
}

/// One scenario passes, one is cut off, one is not run.
pub fn interrupted() -> Vec<Record> {
    records_of(vec![
        run_started(3),
        scenario("a", "A plan is refused", 3, 1),
        begin("a", 0, "Then ", "the plan is not ready"),
        end("a", 0, Outcome::Passed, None),
        finished("a", Outcome::Passed, None, false),
        scenario("b", "A Linux VM", 12, 1),
        begin("b", 0, "When ", "the migration runs"),
        end(
            "b",
            0,
            Outcome::Interrupted,
            Some("interrupted while waiting for the end of the migration"),
        ),
        finished("b", Outcome::Interrupted, None, false),
        scenario("c", "A Windows VM", 20, 1),
        finished("c", Outcome::Skipped, Some("not run: the run was interrupted"), false),
        Event::RunFinished {
            exit_code: 130,
            interrupted: true,
            real_milliseconds: None,
        },
    ])
}

/// The target cannot be used.
pub fn unusable() -> Vec<Record> {
    let message = "the target is not usable: there is no MTV on https://127.0.0.1:6443";
    records_of(vec![
        run_started(2),
        Event::Unusable {
            reason: "there is no MTV on https://127.0.0.1:6443".to_owned(),
        },
        scenario("a", "A plan is refused", 3, 1),
        finished("a", Outcome::Failed, Some(message), false),
        scenario("b", "A Linux VM", 12, 1),
        finished("b", Outcome::Failed, Some(message), false),
        Event::RunFinished {
            exit_code: 3,
            interrupted: false,
            real_milliseconds: None,
        },
    ])
}

/// A scenario fails, and what it created is kept.
pub fn kept() -> Vec<Record> {
    let kept = |scenario: Option<&str>, subjects: &[&str]| Event::Kept {
        scenario: scenario.map(|key| ScenarioKey(key.to_owned())),
        subjects: subjects.iter().map(|subject| (*subject).to_owned()).collect(),
        remove_with: "mtv-bdd cleanup --run auto-ab12".to_owned(),
    };
    records_of(vec![
        run_started(1),
        scenario("a", "A Linux VM", 3, 1),
        begin("a", 0, "When ", "the migration runs"),
        end("a", 0, Outcome::Failed, Some("it failed")),
        finished("a", Outcome::Failed, None, false),
        kept(None, &["Secret auto-ab12/login", "Namespace auto-ab12"]),
        kept(
            Some("a"),
            &[
                "PersistentVolumeClaim auto-ab12/disk-0",
                "VirtualMachine auto-ab12/rhel8",
                "Plan auto-ab12/cold",
                "NetworkMap auto-ab12/cold",
            ],
        ),
        Event::RunFinished {
            exit_code: 1,
            interrupted: false,
            real_milliseconds: None,
        },
    ])
}
