//! The default run: all features that are shipped.

use anyhow::Result;

use super::super::{
    bound::Bound,
    measure::suite,
    row::{Effort, Row, Subject, Values, bounded, figure},
    unit::Unit,
};

pub const ROW: Row = Row {
    name: "default-run",
    title: "all features that are shipped, as `cargo test --test bdd` runs them",
    effort: Effort::Medium,
    figures: &[
        bounded("wall", Unit::Seconds, Bound::at_most(10.0)),
        figure("CPU", Unit::Seconds),
        figure("peak memory", Unit::Bytes),
        figure("scenarios", Unit::Count),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let run = suite::run(subject, &subject.build.root.join("features"), &[])?;
    Ok(Values::from([
        ("wall", run.process.wall),
        ("CPU", run.process.cpu),
        ("peak memory", run.process.peak),
        ("scenarios", run.summary(&["totals", "scenarios", "passed"])?),
    ]))
}
