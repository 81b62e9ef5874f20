//! Process start to first step, and the whole of a run with one scenario.

use anyhow::{Context, Result};

use super::super::{
    bound::Bound,
    measure::{features, suite},
    row::{Effort, Row, Subject, Values, bounded, figure},
    unit::Unit,
};

pub const ROW: Row = Row {
    name: "first-step",
    title: "a run of one cold scenario: process start to first step, and to the end",
    effort: Effort::Low,
    figures: &[
        bounded("first step", Unit::Seconds, Bound::by_profile(0.15, 0.05)),
        figure("first step, CPU", Unit::Seconds),
        figure("whole run", Unit::Seconds),
        figure("whole run, CPU", Unit::Seconds),
        figure("peak memory", Unit::Bytes),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let features = features::write(subject.folder, "cold", 1, features::COLD)?;
    let run = suite::run(subject, &features, &[])?;
    let (wall, cpu) = run.first_step.context("no step was seen in the event log")?;
    Ok(Values::from([
        ("first step", wall),
        ("first step, CPU", cpu),
        ("whole run", run.process.wall),
        ("whole run, CPU", run.process.cpu),
        ("peak memory", run.process.peak),
    ]))
}
