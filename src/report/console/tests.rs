//! Console output while a run is in progress and at its end.

use super::*;
use crate::{
    events::{event::Progress, wait_status::WaitSnapshot},
    report::story,
};

fn console(manner: Manner) -> Console<anstream::StripStream<Vec<u8>>> {
    let out = anstream::StripStream::new(Vec::new());
    Console::new(out, PathBuf::from("target/mtv-bdd/auto-ab12"), manner)
}

fn manner() -> Manner {
    Manner {
        marks: Marks::Unicode,
        live: false,
        silence: Duration::from_secs(60),
        process: Some(4711),
        began: Timestamp::from_second(1_769_999_990).unwrap(),
    }
}

fn shown(records: &[Record]) -> String {
    let mut console = console(manner());
    for record in records {
        console.show(record).unwrap();
    }
    String::from_utf8(console.out.into_inner()).unwrap()
}

/// Console output of a run after its first `count` events, `seconds` after the last of them.
fn after<T>(
    count: usize,
    seconds: i64,
    manner: Manner,
    ask: impl Fn(&mut Console<anstream::StripStream<Vec<u8>>>, Timestamp) -> T,
) -> (T, String) {
    let records = story::two_scenarios();
    let mut console = console(manner);
    for record in &records[..count] {
        console.show(record).unwrap();
    }
    let before = console.out.as_inner().len();
    let now = records[count - 1].at + jiff::SignedDuration::from_secs(seconds);
    let asked = ask(&mut console, now);
    (
        asked,
        String::from_utf8(console.out.into_inner()[before..].to_vec()).unwrap(),
    )
}

const COPYING: usize = 12;

#[test]
fn a_live_line_shows_the_current_step_of_a_scenario() {
    let (lines, _) = after(COPYING, 185, manner(), |console, now| console.live(now));
    let lines: Vec<String> = lines
        .iter()
        .map(|line| anstream::adapter::strip_str(line).to_string())
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"[2/3] 3 min 11 s  DiskTransferV2v 55 % (5.4 of 9.8 GB), disks 100 %, 10 %");
}

#[test]
fn several_vms_are_shown_with_the_ends_of_their_names() {
    let (lines, _) = after(COPYING, 10, manner(), |console, now| {
        let event = Event::Progress {
            scenario: ScenarioKey("b".to_owned()),
            progress: Progress {
                vm: "auto-ab12-mtv-win2022-cold-x7kq".to_owned(),
                pipeline_step: "DiskTransferV2v".to_owned(),
                phase: "Running".to_owned(),
                completed: 1,
                total: 4,
                unit: "MB".to_owned(),
                disks: Vec::new(),
            },
        };
        console.show(&Record { at: now, event }).unwrap();
        console.live(now)
    });
    assert!(
        lines[0].ends_with("mtv-tests-rhel8 DiskTransferV2v 55 % (5.4 of 9.8 GB), disks 100 %, 10 % · ..x7kq DiskTransferV2v 25 % (1 of 4 MB)"),
        "{lines:?}"
    );
}

#[test]
fn the_state_before_a_run_names_the_preparation() {
    let mut console = console(manner());
    let now = manner().began + jiff::SignedDuration::from_secs(3);
    let stage = Some("looking at the target  2.00 s".to_owned());
    console.stand(now, stage, |_| None).unwrap();
    let told = String::from_utf8(console.out.into_inner()).unwrap();
    insta::assert_snapshot!(told, @r"
    where it stands after 3.00 s
    looking at the target  2.00 s
    so far: nothing
    ");
}

#[test]
fn a_scenario_without_output_gets_a_line_at_intervals() {
    let (_, early) = after(COPYING, 59, manner(), |console, now| console.tick(now).unwrap());
    assert_eq!(early, "");
    let (_, late) = after(COPYING, 60, manner(), |console, now| {
        console.tick(now).unwrap();
        console.tick(now + jiff::SignedDuration::from_secs(59)).unwrap();
    });
    insta::assert_snapshot!(late, @"[2/3]       still: When the migration runs, DiskTransferV2v 55 % (5.4 of 9.8 GB), disks 100 %, 10 %, 1 min 03 s");
    let live = Manner { live: true, ..manner() };
    let (_, below) = after(COPYING, 60, live, |console, now| console.tick(now).unwrap());
    assert_eq!(below, "", "the live lines show it");
}

#[test]
fn a_request_prints_the_state_of_all_scenarios() {
    let seen = |_| {
        Some(WaitSnapshot {
            awaited: "the end of the migration auto-ab12-cold".to_owned(),
            state: vec!["Executing=True Advisory \"The plan is EXECUTING.\"".to_owned()],
        })
    };
    let (_, told) = after(COPYING, 185, manner(), |console, now| {
        console.stand(now, None, seen).unwrap()
    });
    insta::assert_snapshot!(told, @r#"
    where it stands after 3 min 26 s
    [2/3] Cold migration: A Linux VM keeps its <memory> [vsphere]  3 min 11 s
      When the migration runs  3 min 08 s
        waiting for the migration  3 min 07 s
          waiting for the end of the migration auto-ab12-cold
            Executing=True Advisory "The plan is EXECUTING."
        mtv-tests-rhel8: DiskTransferV2v 55 % (5.4 of 9.8 GB)  3 min 05 s
          100 %  4.9 of 4.9 GB  [datastore1] rhel8/rhel8_0.vmdk
           10 %  0.5 of 4.9 GB  [datastore1] rhel8/rhel8_1.vmdk
    so far: 1 passed, 1 running, 1 waiting
    "#);
}

#[test]
fn without_unicode_the_marks_are_words() {
    let mut console = console(Manner {
        marks: Marks::Ascii,
        ..manner()
    });
    for record in story::two_scenarios() {
        console.show(&record).unwrap();
    }
    let text = String::from_utf8(console.out.into_inner()).unwrap();
    assert!(text.contains("  ok When the migration runs"), "{text}");
    assert!(text.contains("  FAIL Then every VM passes"), "{text}");
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn a_run_is_printed() {
    insta::assert_snapshot!(shown(&story::two_scenarios()));
}

#[test]
fn interrupted_scenarios_do_not_count_as_failed() {
    insta::assert_snapshot!(shown(&story::interrupted()));
}

#[test]
fn the_reason_of_an_unusable_target_is_printed_once() {
    insta::assert_snapshot!(shown(&story::unusable()));
}

#[test]
fn the_most_important_kept_objects_are_listed() {
    insta::assert_snapshot!(shown(&story::kept()));
}

#[test]
fn a_retried_scenario_keeps_its_number() {
    insta::assert_snapshot!(shown(&story::retried()));
}

#[test]
fn output_is_coloured_if_the_stream_supports_it() {
    let mut console = Console::new(Vec::new(), PathBuf::new(), manner());
    for record in story::two_scenarios() {
        console.show(&record).unwrap();
    }
    let text = String::from_utf8(console.out).unwrap();
    assert!(text.contains("\u{1b}[1m\u{1b}[31mFAILED\u{1b}[0m"), "{text:?}");
}
