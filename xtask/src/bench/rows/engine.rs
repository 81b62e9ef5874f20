//! What a step costs beyond its own work, all reporters on.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use super::super::{
    bound::Bound,
    measure::{features, process, suite},
    peer::Peer,
    row::{Effort, Row, Subject, Values, bounded},
    unit::Unit,
};

/// Steps that ask for what is known already.
const STEPS: usize = 2000;

static CUCUMBER: Peer = Peer {
    name: "cucumber alone",
    variables: &["CUCUMBER"],
    obtain: "`cargo build --package xtask --example cucumber-alone` builds target/debug/examples/cucumber-alone, which \
             runs the same features with steps that do nothing",
    measure: alone,
};

pub const ROW: Row = Row {
    name: "engine",
    title: "each further step that has nothing to do, all reporters on",
    effort: Effort::Low,
    figures: &[bounded("CPU", Unit::Seconds, Bound::by_profile(150e-6, 30e-6))],
    peer: Some(&CUCUMBER),
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let cpu = |steps: usize| {
        let features = features::write(subject.folder, "cold", 1, &features::with_idle_steps(steps))?;
        Ok(suite::run(subject, &features, &[])?.process.cpu)
    };
    per_step(cpu)
}

fn alone(binaries: &[PathBuf], folder: &Path) -> Result<Values> {
    let cpu = |steps: usize| {
        let features = features::write(folder, "cold", 1, &features::with_idle_steps(steps))?;
        let mut commands = binaries.iter().map(Command::new);
        let mut command = commands.next().unwrap_or_else(|| Command::new("cucumber-alone"));
        Ok(process::run(command.arg(features), folder, |_, _| ())?.succeeded()?.cpu)
    };
    per_step(cpu)
}

fn per_step(cpu: impl Fn(usize) -> Result<f64>) -> Result<Values> {
    let (without, with) = (cpu(0)?, cpu(STEPS)?);
    Ok(Values::from([("CPU", (with - without).max(0.0) / STEPS as f64)]))
}
