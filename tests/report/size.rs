//! The page of a large run is small, and can be used.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{
    browser::{Browser, Look},
    told,
};

const SCENARIOS: usize = 1000;

/// The scenarios of the run, repeated under other names.
fn log() -> String {
    let log = told::run().file("events.ndjson");
    let records: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (first, last) = (&records[0], records.last().unwrap());
    let of_scenarios = |record: &&Value| record["event"]["scenario"].is_string();
    let keys: Vec<&str> = records
        .iter()
        .filter(|record| record["event"]["type"] == "scenario-started")
        .map(|record| record["event"]["scenario"].as_str().unwrap())
        .collect();
    let mut large = format!("{first}\n");
    for number in 0..SCENARIOS {
        let key = keys[number % keys.len()];
        for record in records
            .iter()
            .filter(of_scenarios)
            .filter(|record| record["event"]["scenario"] == key)
        {
            let mut record = record.clone();
            let event = &mut record["event"];
            event["scenario"] = format!("{number}").into();
            if event["type"] == "scenario-started" {
                event["name"] = format!("{} {number}", event["name"].as_str().unwrap()).into();
                event["feature"] = format!("Feature {}", number / 40).into();
                event["line"] = number.into();
            }
            // Every VM has a unique name.
            let text = record
                .to_string()
                .replace("mtv-tests-rhel8-", &format!("mtv-tests-{number}-"));
            writeln!(large, "{text}").unwrap();
        }
    }
    large + &format!("{last}\n")
}

#[test]
fn a_thousand_scenarios_fit_into_three_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let page = told::page_of(folder.path(), &log());
    let bytes = std::fs::metadata(&page).unwrap().len();
    assert!(bytes < 3_000_000, "{bytes}");
    let look = Look {
        width: 1280,
        scheme: "light",
    };
    let Some(mut browser) = Browser::open(&page, look) else {
        return;
    };
    assert_eq!(
        browser.value("document.querySelectorAll('.scenario').length"),
        SCENARIOS
    );
    browser.value("document.querySelector('#s998').open = true; new Promise(done => setTimeout(done, 300))");
    let details = browser.text("document.querySelector('#s998').innerText");
    assert!(details.contains("every VM has 2 disks"), "{details}");
    browser.value("location.hash = '#q=mtv-tests-996-'; new Promise(done => setTimeout(done, 1000))");
    let found = browser.value("[...document.querySelectorAll('.scenario:not([hidden])')].map(scenario => scenario.id)");
    assert_eq!(found, serde_json::json!(["s997"]), "packed details are searched, too");
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}
