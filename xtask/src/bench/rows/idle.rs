//! A lab that nobody uses any more.

use std::{thread, time::Duration};

use anyhow::{Context, Result};

use super::super::{
    bound::Bound,
    measure::{cpu::Threads, features, lab::Lab, memory, suite},
    row::{Effort, Row, Subject, Values, bounded, figure},
    unit::Unit,
};

/// Time for the lab to come to rest.
const SETTLE: Duration = Duration::from_secs(4);

/// Time that is measured.
const WATCH: Duration = Duration::from_secs(10);

pub const ROW: Row = Row {
    name: "idle",
    title: "a lab at its default speed that has migrated a VM, whose objects were kept",
    effort: Effort::Medium,
    figures: &[
        bounded("part of a core", Unit::Share, Bound::at_most(0.002)),
        figure("memory", Unit::Bytes),
        figure("growth per hour", Unit::Bytes),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let lab = Lab::start(subject, &[])?;
    let features = features::write(subject.folder, "cold", 1, features::COLD)?;
    let profile = lab.profile().display().to_string();
    suite::run(subject, &features, &["--profile", &profile, "--keep=always"])?;
    thread::sleep(SETTLE);
    let look = || {
        Threads::read(lab.pid())
            .zip(memory::resident(lab.pid()))
            .context("the lab has ended")
    };
    let (cpu_before, memory_before) = look()?;
    thread::sleep(WATCH);
    let (cpu_after, memory_after) = look()?;
    let seconds = WATCH.as_secs_f64();
    Ok(Values::from([
        ("part of a core", cpu_after.since(&cpu_before) / seconds),
        ("memory", memory_after),
        (
            "growth per hour",
            (memory_after - memory_before).max(0.0) * 3600.0 / seconds,
        ),
    ]))
}
