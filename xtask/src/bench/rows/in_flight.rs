//! Two hundred scenarios at the same time.

use anyhow::Result;

use super::super::{
    bound::Bound,
    measure::{features, suite},
    row::{Effort, Row, Subject, Values, bounded, figure},
    unit::Unit,
};

pub const ROW: Row = Row {
    name: "in-flight",
    title: "200 cold scenarios at the same time",
    effort: Effort::High,
    figures: &[
        bounded("peak memory", Unit::Bytes, Bound::at_most(300e6)),
        figure("wall", Unit::Seconds),
        figure("CPU", Unit::Seconds),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let features = features::write(subject.folder, "cold", 200, features::COLD)?;
    let run = suite::run(subject, &features, &["--concurrency", "200"])?;
    Ok(Values::from([
        ("peak memory", run.process.peak),
        ("wall", run.process.wall),
        ("CPU", run.process.cpu),
    ]))
}
