//! What each further cold scenario of a run costs.

use anyhow::Result;

use super::super::{
    bound::Bound,
    measure::{features, suite},
    row::{Effort, Row, Subject, Values, bounded},
    unit::Unit,
};

/// Scenarios of the larger run beyond those of the smaller one.
const MORE: usize = 10;

pub const ROW: Row = Row {
    name: "cold",
    title: "each further cold scenario of a run, one after the other",
    effort: Effort::Low,
    figures: &[
        bounded("wall", Unit::Seconds, Bound::release(0.1)),
        bounded("CPU", Unit::Seconds, Bound::by_profile(0.2, 0.03)),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let run = |scenarios| {
        let features = features::write(subject.folder, "cold", scenarios, features::COLD)?;
        suite::run(subject, &features, &["--concurrency", "1"])
    };
    let few = run(1)?.process;
    let many = run(1 + MORE)?.process;
    let each = |many: f64, few: f64| (many - few).max(0.0) / MORE as f64;
    Ok(Values::from([
        ("wall", each(many.wall, few.wall)),
        ("CPU", each(many.cpu, few.cpu)),
    ]))
}
