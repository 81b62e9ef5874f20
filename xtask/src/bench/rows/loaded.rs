//! The default run beside busy threads.

use std::{
    hint::black_box,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use anyhow::Result;

use super::super::{
    bound::Bound,
    measure::suite,
    row::{Effort, Row, Subject, Values, bounded, figure},
    unit::Unit,
};

/// Busy threads beside the run.
const LOAD: u32 = 20;

/// A run beside a load may take (1 + load / 2) times the time.
const SLOWER: f64 = 11.0;

pub const ROW: Row = Row {
    name: "loaded",
    title: "all features that are shipped, beside 20 busy threads",
    effort: Effort::High,
    figures: &[
        figure("wall", Unit::Seconds),
        bounded("times slower", Unit::Count, Bound::at_most(SLOWER)),
        bounded("other outcomes", Unit::Count, Bound::at_most(0.0)),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let run = || suite::run(subject, &subject.build.root.join("features"), &[]);
    let alone = run()?;
    let stop = AtomicBool::new(false);
    let loaded = thread::scope(|scope| {
        for _ in 0..LOAD {
            scope.spawn(|| {
                let mut number = 0_u64;
                while !stop.load(Ordering::Relaxed) {
                    number = black_box(number.wrapping_add(1));
                }
            });
        }
        let loaded = run();
        stop.store(true, Ordering::Relaxed);
        loaded
    })?;
    let mut other = 0.0;
    for total in [["scenarios", "passed"], ["checks", "passed"], ["checks", "skipped"]] {
        let path = ["totals", total[0], total[1]];
        other += (alone.summary(&path)? - loaded.summary(&path)?).abs();
    }
    Ok(Values::from([
        ("wall", loaded.process.wall),
        ("times slower", loaded.process.wall / alone.process.wall),
        ("other outcomes", other),
    ]))
}
