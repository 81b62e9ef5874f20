//! Builds of the workspace: from nothing, and after a step was edited.

use std::{
    fs::{File, FileTimes},
    path::Path,
    process::Command,
    time::SystemTime,
};

use anyhow::{Context, Result};

use super::super::{
    bound::Bound,
    builds::Profile,
    measure::process,
    row::{Effort, Row, Subject, Values, bounded},
    unit::Unit,
};
use crate::generate::root;

/// A file of steps.
const STEPS: &str = "src/steps/plan.rs";

pub const ROW: Row = Row {
    name: "build",
    title: "`cargo test --no-run --test bdd`: a clean build, and after a step was edited (debug only)",
    effort: Effort::High,
    figures: &[
        bounded("clean", Unit::Seconds, Bound::at_most(480.0)),
        bounded("incremental", Unit::Seconds, Bound::at_most(8.0)),
    ],
    peer: None,
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    // Other binaries are no builds of this workspace.
    if subject.build.profile == Profile::Release || !subject.build.path.starts_with(root()) {
        return Ok(Values::new());
    }
    let build = || {
        let mut cargo = Command::new("cargo");
        cargo
            .current_dir(root())
            .args([
                "test",
                "--quiet",
                "--no-run",
                "--package",
                "mtv-bdd",
                "--test",
                "bdd",
                "--target-dir",
            ])
            .arg(subject.folder.join("target"));
        process::run(&mut cargo, subject.folder, |_, _| ())?.succeeded()
    };
    let clean = build()?;
    touch(&root().join(STEPS))?;
    let incremental = build()?;
    Ok(Values::from([("clean", clean.wall), ("incremental", incremental.wall)]))
}

/// Makes a file newer, as an editor does.
fn touch(path: &Path) -> Result<()> {
    let file = File::options().write(true).open(path);
    let file = file.with_context(|| format!("could not open {}", path.display()))?;
    file.set_times(FileTimes::new().set_modified(SystemTime::now()))
        .context("could not touch a file")
}
