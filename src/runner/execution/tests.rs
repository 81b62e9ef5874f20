//! Executes a small test suite whose scenarios misbehave on purpose.

use std::{
    cell::RefCell,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use cucumber::{Cucumber as Engine, cli::Opts, given, then, when};

use super::*;
use crate::{
    events::event::{Event as Happened, Outcome, Record},
    report::model::Run,
    runner::{
        outline,
        parser::Parser,
        plan::{ExpandedFile, Filter, SelectedProvider},
        source::Reading,
        writer::Writer,
    },
};

const A_WHILE: Duration = Duration::from_millis(20);

thread_local! {
    /// Number of scenarios between their begin and the end of their teardown, and the maximum so far.
    static ABOUT: RefCell<(usize, usize)> = const { RefCell::new((0, 0)) };
    static TRIES: AtomicUsize = const { AtomicUsize::new(0) };
}

#[derive(Debug, World)]
#[world(init = Self::new)]
struct Toy;

impl Toy {
    async fn new() -> anyhow::Result<Self> {
        if BROKEN.with(|broken| *broken.borrow()) {
            Err(anyhow::anyhow!("the cause").context("the world is broken"))
        } else {
            Ok(Self)
        }
    }
}

thread_local! {
    static BROKEN: RefCell<bool> = const { RefCell::new(false) };
}

#[given("a calm start")]
#[then("all is well")]
async fn passes(_: &mut Toy) {
    tokio::task::yield_now().await;
}

#[when("something breaks")]
async fn breaks(_: &mut Toy) -> Result<(), String> {
    Err("it broke: because of this".to_owned())
}

#[when("somebody panics")]
async fn panics(_: &mut Toy) {
    panic!("there is something");
}

#[when("it works at the second try")]
async fn flaky(_: &mut Toy) -> Result<(), String> {
    match TRIES.with(|tries| tries.fetch_add(1, Ordering::Relaxed)) {
        0 => Err("not yet".to_owned()),
        _ => Ok(()),
    }
}

#[when("nothing happens for a week")]
async fn hangs(_: &mut Toy) {
    sim_clock::sleep(Duration::from_secs(7 * 24 * 3600)).await;
}

#[when("it takes a while")]
async fn takes_a_while(_: &mut Toy) {
    sim_clock::sleep(A_WHILE).await;
}

struct Teardown;

impl Hooks<Toy> for Teardown {
    async fn begin(&self, _: &Planned, _: &ScenarioKey, _: &mut Toy) -> Result<(), String> {
        ABOUT.with_borrow_mut(|(now, most)| {
            *now += 1;
            *most = (*most).max(*now);
        });
        Ok(())
    }

    async fn end(&self, key: &ScenarioKey, _: bool) -> Result<(), String> {
        sim_clock::sleep(A_WHILE).await;
        ABOUT.with_borrow_mut(|(now, _)| *now = now.saturating_sub(1));
        if key.0.contains("stubborn") {
            Err("the teardown failed".to_owned())
        } else {
            Ok(())
        }
    }
}

/// Runs the scenarios of a feature; returns the calls in order and the resulting run.
fn run(text: &str, pace: Pace, interrupt_after: Option<Duration>) -> (Vec<Happened>, Run) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let file = Reading::parse(text, Path::new("/x/a.feature"), "a.feature")
            .file
            .unwrap();
        let scenarios = outline::expand(&file).0;
        let files = [ExpandedFile {
            file,
            scenarios,
            lines: Vec::new(),
        }];
        let providers = [SelectedProvider {
            key: "p".to_owned(),
            tag: "vsphere".to_owned(),
        }];
        let plan = Rc::new(Plan::new(&files, &providers, &Filter::default()));
        let happened = Rc::new(RefCell::new(Vec::new()));
        let cancel = CancellationToken::new();
        if let Some(after) = interrupt_after {
            let cancel = cancel.clone();
            tokio::spawn(async move {
                sim_clock::sleep(after).await;
                cancel.cancel();
            });
        }
        let log = Rc::clone(&happened);
        let writer = Writer::new(Rc::clone(&plan), cancel.clone(), move |event| {
            log.borrow_mut().push(event)
        });
        let runner = Execution {
            plan: Rc::clone(&plan),
            hooks: Teardown,
            steps: Toy::collection(),
            pace,
            cancel,
        };
        let options = Opts {
            re_filter: None,
            tags_filter: None,
            parser: cli::Empty,
            runner: cli::Empty,
            writer: cli::Empty,
            custom: cli::Empty,
        };
        let engine = Engine::<Toy, _, _, _, _, cli::Empty>::custom(Parser(plan), runner, writer).with_cli(options);
        let mut writer = engine.run(()).await;
        writer.close(Outcome::Skipped, "not run");
        drop(writer);
        let events = happened.borrow().clone();
        let records: Vec<Record> = events
            .iter()
            .map(|event| Record {
                at: jiff::Timestamp::UNIX_EPOCH,
                event: event.clone(),
            })
            .collect();
        (events, Run::fold(&records))
    })
}

fn one() -> Pace {
    Pace {
        retry: None,
        retry_after: None,
        concurrency: 1,
        fail_fast: false,
        failed: Arc::default(),
        heed: A_WHILE,
    }
}

fn many() -> Pace {
    Pace {
        concurrency: 8,
        ..one()
    }
}

/// The outcome of each scenario, in the order in which they began.
fn outcomes(run: &Run) -> Vec<(&str, Outcome)> {
    let scenarios = run.features.iter().flat_map(|feature| &feature.scenarios);
    scenarios
        .map(|scenario| (scenario.name.as_str(), scenario.outcome().unwrap()))
        .collect()
}

#[test]
fn a_failed_step_is_reported_before_the_teardown_and_ends_its_scenario() {
    let text = "Feature: F\n  Background:\n    Given a calm start\n  Scenario: S\n    When something breaks\n    Then all is well\n";
    let (events, run) = run(text, one(), None);
    let kinds: Vec<&str> = events
        .iter()
        .map(|event| match event {
            Happened::ScenarioStarted { .. } => "scenario",
            Happened::StepStarted { text, .. } => text,
            Happened::StepFinished {
                outcome: Outcome::Passed,
                ..
            } => "passed",
            Happened::StepFinished { message, .. } => message.as_deref().unwrap(),
            Happened::ScenarioFinished {
                outcome: Outcome::Failed,
                ..
            } => "failed",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "scenario",
            "a calm start",
            "passed",
            "something breaks",
            "it broke: because of this",
            "failed"
        ]
    );
    assert_eq!(run.scenarios().failed, 1);
}

#[test]
fn panics_and_broken_teardowns_fail_their_scenario_only() {
    let text = "Feature: F\n  Scenario: Panic\n    When somebody panics\n  Scenario: Stubborn\n    Given a calm start\n  Scenario: Good\n    Given a calm start\n";
    let (_, run) = run(text, many(), None);
    assert_eq!(
        outcomes(&run),
        [
            ("Panic [p]", Outcome::Failed),
            ("Stubborn [p]", Outcome::Failed),
            ("Good [p]", Outcome::Passed)
        ]
    );
    let reasons: Vec<_> = run.features[0]
        .scenarios
        .iter()
        .map(|s| s.last().unwrap().reason())
        .collect();
    assert_eq!(reasons, [Some("there is something"), Some("the teardown failed"), None]);
}

#[test]
fn a_world_that_cannot_be_created_fails_the_scenario() {
    BROKEN.with(|broken| *broken.borrow_mut() = true);
    let (_, run) = run("Feature: F\n  Scenario: S\n    Given a calm start\n", one(), None);
    assert_eq!(
        run.features[0].scenarios[0].last().unwrap().reason(),
        Some("the world is broken: the cause")
    );
}

#[test]
fn a_sentence_without_a_definition_never_passes() {
    let (_, run) = run("Feature: F\n  Scenario: S\n    Given nobody knows what\n", one(), None);
    assert_eq!(outcomes(&run), [("S [p]", Outcome::Failed)]);
}

#[test]
fn a_retry_begins_after_the_teardown_and_the_last_attempt_decides() {
    let text = "Feature: F\n  @retry(2).after(30ms)\n  Scenario: S\n    When it works at the second try\n";
    let (events, run) = run(text, many(), None);
    assert_eq!(outcomes(&run), [("S [p]", Outcome::Passed)]);
    let keys: Vec<_> = run.features[0].scenarios[0]
        .attempts
        .iter()
        .map(|attempt| attempt.key.0.clone())
        .collect();
    assert_eq!(keys[1], format!("{}-2", keys[0]));
    assert!(
        matches!(&events[3], Happened::ScenarioFinished { retried: true, .. }),
        "{events:?}"
    );
}

#[test]
fn a_serial_scenario_runs_alone_until_its_teardown_has_ended() {
    let serial = "Feature: F\n  @serial\n  Scenario: S1\n    When it takes a while\n  @serial\n  Scenario: S2\n    When it takes a while\n";
    ABOUT.with_borrow_mut(|about| *about = (0, 0));
    run(serial, many(), None);
    assert_eq!(ABOUT.get_most(), 1);
    let mixed = format!("{serial}  Scenario: A\n    When it takes a while\n  Scenario: B\n    When it takes a while\n");
    ABOUT.with_borrow_mut(|about| *about = (0, 0));
    run(&mixed, many(), None);
    assert_eq!(ABOUT.get_most(), 2);
}

#[test]
fn no_more_scenarios_than_allowed_run_at_once() {
    let text: String = (0..9)
        .map(|n| format!("  Scenario: S{n}\n    When it takes a while\n"))
        .collect();
    ABOUT.with_borrow_mut(|about| *about = (0, 0));
    run(
        &format!("Feature: F\n{text}"),
        Pace {
            concurrency: 3,
            ..one()
        },
        None,
    );
    assert_eq!(ABOUT.get_most(), 3);
}

#[test]
fn fail_fast_reports_the_scenarios_that_were_not_run() {
    let text =
        "Feature: F\n  Scenario: A\n    When something breaks\n  Rule: R\n    Scenario: B\n      Given a calm start\n";
    let (_, run) = run(
        text,
        Pace {
            fail_fast: true,
            ..one()
        },
        None,
    );
    assert_eq!(
        outcomes(&run),
        [("A [p]", Outcome::Failed), ("B [p]", Outcome::Skipped)]
    );
}

#[test]
fn an_interruption_drops_steps_that_ignore_it() {
    let text = "Feature: F\n  @retry(3)\n  Scenario: A\n    When nothing happens for a week\n  Scenario: B\n    Given a calm start\n";
    let (_, run) = run(text, one(), Some(3 * A_WHILE));
    assert_eq!(
        outcomes(&run),
        [("A [p]", Outcome::Interrupted), ("B [p]", Outcome::Skipped)]
    );
    assert_eq!(
        run.features[0].scenarios[0].last().unwrap().reason(),
        Some("interrupted")
    );
    assert_eq!(ABOUT.with_borrow(|(now, _)| *now), 0);
}

trait Most {
    fn get_most(&'static self) -> usize;
}

impl Most for std::thread::LocalKey<RefCell<(usize, usize)>> {
    fn get_most(&'static self) -> usize {
        self.with_borrow(|(_, most)| *most)
    }
}
