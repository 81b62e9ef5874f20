//! Removal of what a run left, by `mtv-bdd cleanup`.

use std::fs;

use anyhow::{Context, Result};

use super::super::{
    bound::Bound,
    measure::{features, lab::Lab, process, suite},
    row::{Effort, Row, Subject, Values, bounded, figure},
    unit::Unit,
};

/// Scenarios whose objects are kept; each has a dozen.
const SCENARIOS: usize = 40;

/// Objects that the time is scaled to.
const OBJECTS: f64 = 500.0;

pub const ROW: Row = Row {
    name: "teardown",
    title: "`cleanup` of a run whose objects were kept, on a lab at full speed",
    effort: Effort::Medium,
    figures: &[
        bounded("wall for 500 objects", Unit::Seconds, Bound::at_most(2.0)),
        figure("objects", Unit::Count),
        figure("CPU", Unit::Seconds),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let lab = Lab::start(subject, &["--speed", "max"])?;
    let profile = lab.profile().display().to_string();
    let features = features::write(subject.folder, "cold", SCENARIOS, features::COLD)?;
    let run = suite::run(subject, &features, &["--profile", &profile, "--keep=always"])?;
    let journal = fs::read_to_string(run.folder.join("journal.ndjson")).context("the run has no journal")?;
    let count = |line: &str| {
        journal
            .lines()
            .filter(|text| text.contains(&format!("\"line\":\"{line}\"")))
            .count()
    };
    let objects = count("confirmed").saturating_sub(count("removed")) as f64;
    let id = run
        .folder
        .file_name()
        .context("the run has no id")?
        .to_string_lossy()
        .into_owned();
    let arguments = ["cleanup", "--profile", &profile, "--run", &id];
    let ended = process::run(&mut suite::command(subject, &arguments), subject.folder, |_, _| ())?.succeeded()?;
    Ok(Values::from([
        ("wall for 500 objects", ended.wall * OBJECTS / objects.max(1.0)),
        ("objects", objects),
        ("CPU", ended.cpu),
    ]))
}
