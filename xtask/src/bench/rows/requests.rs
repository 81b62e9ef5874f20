//! Requests and bytes of a cold scenario, counted by proxies in front of a lab.

use anyhow::Result;

use super::super::{
    bound::Bound,
    measure::{counted::Counted, features},
    row::{Effort, Row, Subject, Values, bounded, figure},
    unit::Unit,
};

/// Scenarios of the larger run beyond those of the smaller one.
const MORE: usize = 4;

pub const ROW: Row = Row {
    name: "requests",
    title: "requests of a run of one cold scenario on a lab, and of each further one",
    effort: Effort::Medium,
    figures: &[
        bounded("API requests", Unit::Count, Bound::at_most(60.0)),
        bounded("API bytes", Unit::Bytes, Bound::at_most(0.3e6)),
        bounded("inventory requests", Unit::Count, Bound::at_most(2.0)),
        figure("inventory bytes", Unit::Bytes),
        figure("API requests, each further", Unit::Count),
        figure("inventory requests, each further", Unit::Count),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let counted = Counted::start(subject, "max")?;
    let run = |scenarios| {
        let features = features::write(subject.folder, "cold", scenarios, features::COLD)?;
        counted.run(subject, &features, &[])
    };
    let (one, many) = (run(1)?, run(1 + MORE)?);
    let each = |many: f64, one: f64| (many - one) / MORE as f64;
    Ok(Values::from([
        ("API requests", one.api.0),
        ("API bytes", one.api.1),
        ("inventory requests", one.inventory.0),
        ("inventory bytes", one.inventory.1),
        ("API requests, each further", each(many.api.0, one.api.0)),
        (
            "inventory requests, each further",
            each(many.inventory.0, one.inventory.0),
        ),
    ]))
}
