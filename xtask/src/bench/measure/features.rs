//! Feature files of any size.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Scenarios of one feature of a large file.
const PER_FEATURE: usize = 40;

/// Steps of a cold migration of one VM.
pub const COLD: &[&str] = &[
    "Given a source provider",
    "And a clone of the VM \"mtv-tests-rhel8\"",
    "And storage and networks are mapped from the inventory",
    "And a cold migration plan",
    "When the migration runs",
    "Then the migration succeeds",
    "And every VM was migrated",
    "And every VM has 1 disk",
    "And every VM passes all applicable checks",
];

/// Steps of a warm migration of one VM with a precopy per hour, cut over so late.
pub fn warm(cutover: &str) -> Vec<String> {
    let steps = [
        "Given a source provider",
        "And a clone of the VM \"mtv-tests-rhel8\"",
        "  | power | on |",
        "And storage and networks are mapped from the inventory",
        "And a warm migration plan",
    ];
    let cutover = format!("When the migration runs with cutover in {cutover}");
    let then = [
        "Then the migration succeeds",
        "And every VM passes all applicable checks",
    ];
    let steps = steps.into_iter().map(str::to_owned);
    steps.chain([cutover]).chain(then.map(str::to_owned)).collect()
}

/// Steps of a cold migration with so many more that ask for what is known already.
pub fn with_idle_steps(count: usize) -> Vec<String> {
    let steps = COLD.iter().map(|step| (*step).to_owned());
    steps
        .chain((0..count).map(|_| "And the migration succeeds".to_owned()))
        .collect()
}

/// Writes feature files with so many scenarios of these steps into a folder.
///
/// # Errors
/// The files cannot be written.
pub fn write<S: AsRef<str>>(folder: &Path, kind: &str, scenarios: usize, steps: &[S]) -> Result<PathBuf> {
    let folder = folder.join(format!("features-{scenarios}-{}", steps.len()));
    fs::create_dir_all(&folder).with_context(|| format!("could not create {}", folder.display()))?;
    let mut left = scenarios;
    let mut number = 0;
    while left > 0 {
        let some = left.min(PER_FEATURE);
        let mut text = format!("@{kind} @tier1 @vsphere\nFeature: Part {number} of a benchmark\n");
        for scenario in 0..some {
            // Writing to a String cannot fail.
            let _ = write!(text, "\n  Scenario: VM {scenario} of part {number} arrives\n");
            for step in steps {
                let _ = writeln!(text, "    {}", step.as_ref());
            }
        }
        let path = folder.join(format!("part-{number}.feature"));
        fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
        left -= some;
        number += 1;
    }
    Ok(folder)
}
