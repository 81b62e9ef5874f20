//! Names that contain markup, escape sequences and paths.

use std::path::Path;

use crate::{
    browser::{Browser, Look},
    told,
};

const NAMES: &[&str] = &[
    "</title></style><script>window.caught = 1</script>",
    "\"><img src=x onerror=\"window.caught = 2\">",
    "' onmouseover='window.caught = 3",
    "<!-- --> ]]> &lt;b&gt; &amp;",
    "</textarea></noscript><svg onload=window.caught=4>",
    "\u{202e}gnp.exe\u{2066} \u{0634}\u{0643}\u{0631}\u{0627}",
    "javascript:window.caught=5",
];

/// The log of the run with a hostile name in every field that holds a name.
fn log() -> String {
    let mut log = told::run().file("events.ndjson");
    let events: Vec<&str> = log.lines().collect();
    let mut numbered = 0;
    let hostile = events.iter().map(|line| {
        let mut record: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = |numbered: &mut usize| {
            *numbered += 1;
            NAMES[*numbered % NAMES.len()]
        };
        let event = &mut record["event"];
        for field in ["name", "feature", "rule", "text", "message", "title", "vm", "provider"] {
            if event[field].is_string() || field == "rule" && event["type"] == "scenario-started" {
                event[field] = name(&mut numbered).into();
            }
        }
        if event["type"] == "scenario-started" {
            event["tags"] = serde_json::json!(NAMES);
            event["feature"] = "one".into();
        }
        if event["type"] == "step-started" {
            event["table"] = serde_json::json!([NAMES, ["a plain cell"]]);
            event["docString"] = NAMES.join("\n").into();
        }
        if event["type"] == "run-started" {
            for field in ["name", "server", "kubernetes"] {
                event["target"][field] = name(&mut numbered).into();
            }
            event["invocation"]["arguments"] = serde_json::json!(NAMES);
        }
        for field in ["vm", "check", "subject", "expected", "observed", "note"] {
            if event["finding"].is_object() {
                event["finding"][field] = name(&mut numbered).into();
            }
        }
        record.to_string() + "\n"
    });
    let hostile = hostile.collect();
    log = hostile;
    log
}

#[test]
fn names_are_escaped() {
    let folder = tempfile::tempdir().unwrap();
    let page = told::page_of(folder.path(), &log());
    examine(&page);
}

#[test]
fn messages_are_escaped() {
    let folder = tempfile::tempdir().unwrap();
    let log = told::run().file("events.ndjson");
    let endless = "a\u{1b}[31m\u{0}".repeat(2_000_000);
    let log: String = log
        .lines()
        .map(|line| {
            let mut record: serde_json::Value = serde_json::from_str(line).unwrap();
            if record["event"]["message"].is_string() {
                record["event"]["message"] = endless.clone().into();
            }
            record.to_string() + "\n"
        })
        .chain(["this is no event\n".to_owned()])
        .collect();
    let page = std::fs::read_to_string(told::page_of(folder.path(), &log)).unwrap();
    assert!(page.len() < 3_000_000, "{}", page.len());
    assert!(!page.contains(['\u{1b}', '\u{0}']));
    assert!(page.contains("1 line of its event log could not be understood"));
}

fn examine(page: &Path) {
    let look = Look {
        width: 390,
        scheme: "light",
    };
    let Some(mut browser) = Browser::open(page, look) else {
        return;
    };
    browser.press(&["e"]);
    assert!(browser.value("window.caught").is_null());
    assert_eq!(browser.value("document.querySelectorAll('script').length"), 1);
    assert_eq!(
        browser.value("document.querySelectorAll('img, [onload], [onerror], [onmouseover]').length"),
        0
    );
    let cells = format!("document.querySelectorAll('.given td').length % {}", NAMES.len() + 1);
    assert_eq!(browser.value(&cells), 0);
    assert_ne!(browser.value("document.querySelectorAll('.given').length"), 0);
    let text = browser.text("document.body.textContent");
    for name in NAMES {
        assert!(text.contains(name), "{name} is not shown as it is");
    }
    assert_eq!(browser.requests.len(), 1, "{:?}", browser.requests);
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
    let wide = browser.value("document.documentElement.scrollWidth");
    assert!(wide.as_u64().unwrap() <= 390, "{wide}");
}
