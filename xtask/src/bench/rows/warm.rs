//! A warm migration that is cut over after two hours.

use anyhow::Result;

use super::super::{
    bound::Bound,
    measure::{features, suite},
    row::{Effort, Row, Subject, Values, bounded, figure},
    unit::Unit,
};

pub const ROW: Row = Row {
    name: "warm",
    title: "a run of one warm scenario with its cutover in 2 hours",
    effort: Effort::Low,
    figures: &[
        bounded("wall", Unit::Seconds, Bound::at_most(1.0)),
        figure("CPU", Unit::Seconds),
    ],
    peer: None,
    measure,
};

/// The default is shorter than the migration.
const PATIENCE: &str = "timeouts.migration=4 hours";

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let features = features::write(subject.folder, "warm", 1, &features::warm("2 hours"))?;
    let run = suite::run(subject, &features, &["--set", PATIENCE])?;
    Ok(Values::from([("wall", run.process.wall), ("CPU", run.process.cpu)]))
}
