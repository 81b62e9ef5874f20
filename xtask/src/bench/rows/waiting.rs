//! Requests while a migration waits for its cutover.

use anyhow::Result;

use super::super::{
    bound::Bound,
    measure::{counted::Counted, features},
    row::{Effort, Row, Subject, Values, bounded},
    unit::Unit,
};

pub const ROW: Row = Row {
    name: "waiting",
    title: "requests for each hour that a warm migration waits for its cutover, on a lab",
    effort: Effort::High,
    figures: &[bounded("API requests", Unit::Count, Bound::at_most(20.0))],
    peer: None,
    measure,
};

/// The default is shorter than the migration.
const PATIENCE: &str = "timeouts.migration=4 hours";

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let counted = Counted::start(subject, "60")?;
    let requests = |cutover| {
        let features = features::write(&subject.folder.join(cutover), "warm", 1, &features::warm(cutover))?;
        Ok::<_, anyhow::Error>(counted.run(subject, &features, &["--set", PATIENCE])?.api.0)
    };
    // The first run also sets up what the lab has from then on.
    requests("10 minutes")?;
    let (short, long) = (requests("10 minutes")?, requests("70 minutes")?);
    Ok(Values::from([("API requests", (long - short).max(0.0))]))
}
