//! The time from a change of a status to the end of the step that waits for it.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use futures::{Stream, StreamExt as _};
use jiff::Timestamp;
use serde_json::Value;
use tokio::{runtime::Runtime, sync::mpsc};

use super::super::{
    bound::Bound,
    measure::{features, lab::Lab, lines::lines, proxy, suite},
    row::{Effort, Row, Subject, Values, bounded},
    stats::percentile,
    unit::Unit,
};

/// Migrations that are watched.
const SCENARIOS: usize = 20;

/// Plans of all namespaces.
const PLANS: &str = "apis/forklift.konveyor.io/v1beta1/plans?watch=true";

pub const ROW: Row = Row {
    name: "reaction",
    title: "a Plan has succeeded, as a watch beside the suite sees it, to the step's end, on a lab",
    effort: Effort::Medium,
    figures: &[
        bounded("p50", Unit::Seconds, Bound::release(0.002)),
        bounded("p99", Unit::Seconds, Bound::release(0.01)),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let lab = Lab::start(subject, &["--speed", "max"])?;
    let (server, token) = lab.api()?;
    let runtime = Runtime::new().context("could not start the runtime")?;
    let (sender, mut seen) = mpsc::unbounded_channel();
    let watch = proxy::client()?.get(format!("{server}/{PLANS}")).bearer_auth(token);
    let answer = runtime.block_on(async { watch.send().await?.error_for_status() })?;
    runtime.spawn(record(lines(answer.bytes_stream()), sender));
    let features = features::write(subject.folder, "cold", SCENARIOS, features::COLD)?;
    let profile = lab.profile().display().to_string();
    let run = suite::run(subject, &features, &["--concurrency", "1", "--profile", &profile])?;
    let seen = successes(std::iter::from_fn(|| seen.try_recv().ok()));
    let ended = ends(&run.folder)?;
    if seen.len() != ended.len() {
        bail!("{} migrations succeeded, and the watch saw {}", ended.len(), seen.len());
    }
    let pairs = ended.iter().zip(&seen);
    // The suite's watch may be served first.
    let reactions: Vec<f64> = pairs
        .map(|(ended, seen)| ended.duration_since(*seen).as_secs_f64().max(0.0))
        .collect();
    let percent = |percent| percentile(&reactions, percent).context("no migration was run");
    Ok(Values::from([("p50", percent(50)?), ("p99", percent(99)?)]))
}

/// Sends each event of a watch with the time at which it came. It is read later, so that nothing delays the next one.
async fn record(lines: impl Stream<Item = Vec<u8>>, sender: mpsc::UnboundedSender<(Timestamp, Vec<u8>)>) {
    let mut lines = std::pin::pin!(lines);
    while let Some(line) = lines.next().await {
        if sender.send((Timestamp::now(), line)).is_err() {
            return;
        }
    }
}

/// When each Plan succeeded.
fn successes(events: impl Iterator<Item = (Timestamp, Vec<u8>)>) -> Vec<Timestamp> {
    let (mut known, mut times) = (Vec::new(), Vec::new());
    for (at, line) in events {
        let Ok(event) = serde_json::from_slice::<Value>(&line) else {
            continue;
        };
        let (status, uid) = (&event["object"]["status"], &event["object"]["metadata"]["uid"]);
        let mut conditions = status["conditions"].as_array().into_iter().flatten();
        let has_succeeded =
            conditions.any(|condition| condition["type"] == "Succeeded" && condition["status"] == "True");
        if has_succeeded && !known.contains(uid) {
            known.push(uid.clone());
            times.push(at);
        }
    }
    times
}

/// When the steps ended that run a migration.
fn ends(folder: &Path) -> Result<Vec<Timestamp>> {
    let log = fs::read_to_string(folder.join("events.ndjson")).context("the run has no event log")?;
    let (mut running, mut ends) = (None, Vec::new());
    for line in log.lines() {
        let record: Value = serde_json::from_str(line).context("the event log is malformed")?;
        let event = &record["event"];
        let step = (event["scenario"].clone(), event["step"].clone());
        if event["type"] == "step-started" && event["text"] == "the migration runs" {
            running = Some(step);
        } else if event["type"] == "step-finished" && running.as_ref() == Some(&step) {
            let at = record["at"].as_str().context("a record without a time")?;
            ends.push(at.parse().context("a record with a malformed time")?);
        }
    }
    Ok(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_succeeds_once() {
        let event = |uid: &str, status: &str| {
            let conditions = serde_json::json!([{"type": "Succeeded", "status": status}]);
            let object = serde_json::json!({"metadata": {"uid": uid}, "status": {"conditions": conditions}});
            serde_json::json!({"type": "MODIFIED", "object": object})
                .to_string()
                .into_bytes()
        };
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let events = [("a", "False"), ("a", "True"), ("a", "True"), ("b", "True")];
        let events = (1..)
            .zip(events)
            .map(|(second, (uid, status))| (at(second), event(uid, status)));
        assert_eq!(successes(events), [at(2), at(4)]);
    }

    #[test]
    fn only_the_ends_of_migrations_are_taken() {
        let folder = tempfile::tempdir().unwrap();
        let log = [
            r#"{"at":"2026-01-01T00:00:00Z","event":{"type":"step-started","scenario":"a","step":3,"text":"a plan"}}"#,
            r#"{"at":"2026-01-01T00:00:01Z","event":{"type":"step-finished","scenario":"a","step":3}}"#,
            r#"{"at":"2026-01-01T00:00:02Z","event":{"type":"step-started","scenario":"a","step":4,"text":"the migration runs"}}"#,
            r#"{"at":"2026-01-01T00:00:03Z","event":{"type":"step-finished","scenario":"a","step":4}}"#,
        ];
        fs::write(folder.path().join("events.ndjson"), log.join("\n")).unwrap();
        assert_eq!(
            ends(folder.path()).unwrap(),
            ["2026-01-01T00:00:03Z".parse::<Timestamp>().unwrap()]
        );
    }
}
