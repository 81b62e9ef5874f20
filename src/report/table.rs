//! Findings as a table of plain text.

use crate::checks::finding::{Finding, Verdict};

/// The findings that failed, one a line, columns aligned; nothing when none did.
pub fn failures<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<String> {
    let failed = findings
        .into_iter()
        .filter(|finding| finding.verdict == Verdict::Failed);
    let rows: Vec<[&str; 6]> = failed
        .map(|f| {
            [
                &f.vm,
                &f.check,
                &f.subject,
                &f.expected,
                &f.observed,
                f.note.as_deref().unwrap_or(""),
            ]
            .map(|s| s as &str)
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = ["VM", "check", "compared", "expected", "observed", ""];
    let all: Vec<[&str; 6]> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| {
        all.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    all.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        })
        .collect()
}
