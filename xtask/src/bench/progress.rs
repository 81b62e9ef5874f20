//! Lines on standard error that say what is measured, since some rows take minutes.

use super::row::{Row, Values};

/// Says what comes next.
pub fn say(text: &str) {
    eprintln!("{text}");
}

/// Says what was measured.
pub fn measured(row: &Row, column: &str, round: usize, rounds: usize, values: &Values) {
    let figures: Vec<_> = row
        .figures
        .iter()
        .filter_map(|figure| {
            let value = values.get(figure.name)?;
            Some(format!("{} {}", figure.name, figure.unit.format(*value)))
        })
        .collect();
    say(&format!(
        "  {column}, round {round} of {rounds}: {}",
        figures.join(", ")
    ));
}
