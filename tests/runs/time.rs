//! Virtual time of a run on the embedded lab: long waits pass at once, the load of the machine changes nothing, the same
//! seed repeats a run, and what waits for ever is told.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::Value;

use crate::binary::{Finished, feature, mtv_bdd, text};

/// A warm migration with two hours to its cutover.
const LONG: &str = "\
@warm
Feature: Long
  @vsphere
  Scenario: A cutover in two hours
    Given a source provider
    And precopies are taken every 30 minutes
    And a clone of the VM \"mtv-tests-rhel8\"
      | power | on |
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration runs with cutover in 2 hours
    Then the migration succeeds
    And at least 4 precopies were taken
";

const HELD: &str = "\
@cold
Feature: Held
  @vsphere
  Scenario: Nobody lets go
    Given a source provider
    And a clone of the VM \"mtv-tests-rhel8\"
    And the lab holds \"disk transfer\"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
";

/// The event log without the real duration of the run and its arguments.
fn events(run: &Finished) -> Vec<Value> {
    let log = run.file("events.ndjson");
    let mut events: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for record in &mut events {
        let event = record["event"].as_object_mut().unwrap();
        event.remove("realMilliseconds");
        event.remove("invocation");
    }
    events
}

/// Does the work while other threads use all processors.
fn under_load<T>(work: impl FnOnce() -> T) -> T {
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let done = work();
        ended.store(true, Ordering::Relaxed);
        done
    })
}

#[test]
fn the_same_seed_gives_the_same_events_whatever_the_load() {
    let (_folder, path) = feature(LONG);
    let again = ["run", "--seed", "7", "--concurrency", "1", "--input", text(&path)];
    let first = mtv_bdd(&again);
    assert_eq!(first.code, 0, "{}", first.said());
    let second = under_load(|| mtv_bdd(&again));
    assert_eq!(second.code, 0, "{}", second.said());
    let (first_events, second_events) = (events(&first), events(&second));
    for (first, second) in first_events.iter().zip(&second_events) {
        assert_eq!(first, second);
    }
    assert_eq!(first_events.len(), second_events.len());

    let seconds = first.summary()["durationMilliseconds"].as_u64().unwrap() / 1000;
    assert!((7_200..9_000).contains(&seconds), "{seconds} s in the lab");
    let real = first.summary()["realMilliseconds"].as_u64().unwrap();
    assert!(real < 7_200_000 / 10, "{real} ms in reality");

    let other = mtv_bdd(&["run", "--seed", "8", "--input", text(&path)]);
    assert_ne!(other.summary()["run"], first.summary()["run"]);
}

#[test]
fn a_hold_that_nobody_releases_is_told_as_a_deadlock() {
    let (_folder, path) = feature(HELD);
    let run = mtv_bdd(&["run", "--seed", "7", "--input", text(&path)]);
    assert_eq!(run.code, 1, "{}", run.said());
    assert!(run.file("report.html").contains("--seed 7"), "the line that repeats it");
    let deadlock = "deadlock: nothing has happened in the lab for ";
    assert!(run.stdout.contains(deadlock), "{}", run.said());
    assert!(
        run.stdout.contains("the lab holds \"disk transfer\" of "),
        "{}",
        run.said()
    );
}

#[test]
fn a_lab_of_another_process_has_no_virtual_time() {
    let lab = mtv_bdd(&["lab", "--speed", "virtual"]);
    assert_eq!(lab.code, 2);
    assert!(
        lab.stderr
            .contains("virtual time is for the lab that a run starts itself"),
        "{}",
        lab.stderr
    );
    let target = crate::binary::silent_target();
    let settings = target.path().join("settings.toml");
    let run = mtv_bdd(&["run", "--profile", text(&settings), "--set", "target.speed=virtual"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("only the lab that a run starts itself has virtual time"),
        "{}",
        run.stderr
    );
}
