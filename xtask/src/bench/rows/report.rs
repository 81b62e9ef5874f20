//! The reports of a run of a thousand scenarios.

use std::{fmt::Write as _, fs};

use anyhow::{Context, Result};
use serde_json::Value;

use super::super::{
    bound::Bound,
    measure::{features, process, suite},
    row::{Effort, Row, Subject, Values, bounded, figure},
    unit::Unit,
};

const SCENARIOS: usize = 1000;

pub const ROW: Row = Row {
    name: "report",
    title: "the reports of 1,000 scenarios, from their event log",
    effort: Effort::Low,
    figures: &[
        bounded("size of report.html", Unit::Bytes, Bound::at_most(3e6)),
        figure("wall", Unit::Seconds),
        figure("CPU", Unit::Seconds),
        figure("peak memory", Unit::Bytes),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let features = features::write(subject.folder, "cold", 1, features::COLD)?;
    let run = suite::run(subject, &features, &[])?;
    let log = fs::read_to_string(run.folder.join("events.ndjson")).context("the run has no event log")?;
    let folder = subject.folder.join("large");
    fs::create_dir_all(&folder).context("could not create a folder for the reports")?;
    fs::write(folder.join("events.ndjson"), repeated(&log)?).context("could not write an event log")?;
    let path = folder.display().to_string();
    let made = process::run(
        &mut suite::command(subject, &["report", &path]),
        subject.folder,
        |_, _| (),
    )?
    .succeeded()?;
    let page = fs::metadata(folder.join("report.html")).context("there is no report.html")?;
    Ok(Values::from([
        ("size of report.html", page.len() as f64),
        ("wall", made.wall),
        ("CPU", made.cpu),
        ("peak memory", made.peak),
    ]))
}

/// The log of one scenario as the log of many with other names.
fn repeated(log: &str) -> Result<String> {
    let records = log
        .lines()
        .map(serde_json::from_str::<Value>)
        .collect::<Result<Vec<_>, _>>()?;
    let (of_scenario, of_run): (Vec<_>, Vec<_>) = records
        .iter()
        .partition(|record| record["event"]["scenario"].is_string());
    let (last, first) = of_run.split_last().context("the event log is empty")?;
    let mut large = String::new();
    for record in first {
        writeln!(large, "{record}")?;
    }
    for number in 0..SCENARIOS {
        for record in &of_scenario {
            let mut record = (*record).clone();
            let event = &mut record["event"];
            event["scenario"] = number.to_string().into();
            if event["type"] == "scenario-started" {
                event["name"] = format!("VM {number} arrives").into();
                event["feature"] = format!("Feature {}", number / 40).into();
                event["line"] = number.into();
            }
            // Every VM has a name of its own.
            writeln!(
                large,
                "{}",
                record
                    .to_string()
                    .replace("mtv-tests-rhel8-", &format!("mtv-tests-{number}-"))
            )?;
        }
    }
    writeln!(large, "{last}")?;
    Ok(large)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_of_one_scenario_becomes_one_of_many() {
        let log = [
            r#"{"event":{"type":"run-started"}}"#,
            r#"{"event":{"type":"scenario-started","scenario":"a","name":"b"}}"#,
            r#"{"event":{"type":"scenario-finished","scenario":"a"}}"#,
            r#"{"event":{"type":"run-finished"}}"#,
        ];
        let large = repeated(&log.join("\n")).unwrap();
        assert_eq!(large.lines().count(), 2 + 2 * SCENARIOS);
        assert!(large.ends_with("{\"event\":{\"type\":\"run-finished\"}}\n"));
        assert!(large.contains("\"scenario\":\"999\""));
        assert!(repeated("").is_err());
    }
}
