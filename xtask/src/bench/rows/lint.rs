//! Lint and dry run of a thousand scenarios.

use anyhow::Result;

use super::super::{
    bound::Bound,
    measure::{features, process, suite},
    row::{Effort, Row, Subject, Values, bounded, figure},
    unit::Unit,
};

pub const ROW: Row = Row {
    name: "lint",
    title: "lint and dry run of 1,000 scenarios",
    effort: Effort::Low,
    figures: &[
        bounded("wall", Unit::Seconds, Bound::release(0.3)),
        figure("lint alone", Unit::Seconds),
        figure("CPU", Unit::Seconds),
        figure("peak memory", Unit::Bytes),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let features = features::write(subject.folder, "cold", 1000, features::COLD)?;
    let input = features.display().to_string();
    let run = |arguments: &[&str]| {
        process::run(&mut suite::command(subject, arguments), subject.folder, |_, _| ())?.succeeded()
    };
    let lint = run(&["lint", "--input", &input])?;
    let dry_run = run(&["run", "--input", &input, "--dry-run"])?;
    Ok(Values::from([
        ("wall", lint.wall + dry_run.wall),
        ("lint alone", lint.wall),
        ("CPU", lint.cpu + dry_run.cpu),
        ("peak memory", lint.peak.max(dry_run.peak)),
    ]))
}
