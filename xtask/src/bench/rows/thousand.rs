//! Memory of a run of a thousand scenarios.

use anyhow::{Context, Result};

use super::super::{
    bound::Bound,
    measure::{features, suite},
    row::{Effort, Row, Subject, Values, bounded, figure},
    stats::median,
    unit::Unit,
};

const SCENARIOS: usize = 1000;

/// Scenarios after which memory must not grow further.
const WARM_UP: usize = 100;

/// Readings at the end of the run of which the median is taken.
const LAST: usize = 50;

pub const ROW: Row = Row {
    name: "thousand",
    title: "a run of 1,000 cold scenarios",
    effort: Effort::High,
    figures: &[
        bounded("peak memory", Unit::Bytes, Bound::at_most(200e6)),
        bounded("growth per scenario after 100", Unit::Bytes, Bound::at_most(16e3)),
        figure("wall", Unit::Seconds),
        figure("CPU", Unit::Seconds),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let features = features::write(subject.folder, "cold", SCENARIOS, features::COLD)?;
    let run = suite::run(subject, &features, &[])?;
    let growth = growth(&run.memory).context("memory was not read often enough")?;
    Ok(Values::from([
        ("peak memory", run.process.peak),
        ("growth per scenario after 100", growth.max(0.0)),
        ("wall", run.process.wall),
        ("CPU", run.process.cpu),
    ]))
}

/// Growth per scenario from the scenarios around the hundredth to the last ones.
fn growth(memory: &[(usize, f64)]) -> Option<f64> {
    let warm = memory.iter().position(|(scenarios, _)| *scenarios >= WARM_UP)?;
    let (early, late) = (warm..warm + LAST, memory.len().checked_sub(LAST)?..memory.len());
    let middle = |range: std::ops::Range<usize>| {
        let (scenarios, bytes): (Vec<_>, Vec<_>) = memory
            .get(range)?
            .iter()
            .map(|(at, bytes)| (*at as f64, *bytes))
            .unzip();
        median(&scenarios).zip(median(&bytes))
    };
    let (from, to) = (middle(early)?, middle(late)?);
    (to.0 > from.0).then(|| (to.1 - from.1) / (to.0 - from.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_ignores_the_first_hundred() {
        let memory: Vec<_> = (1..=400)
            .map(|scenarios: usize| {
                let after = scenarios.saturating_sub(100);
                (scenarios, (scenarios.min(100) * 1_000_000 + after * 500) as f64)
            })
            .collect();
        assert_eq!(growth(&memory), Some(500.0));
        assert_eq!(growth(&memory[..90]), None);
    }
}
