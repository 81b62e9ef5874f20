//! Findings as a table for people.

use crate::events::finding::{Finding, Verdict};

const HEADER: [&str; 6] = ["VM", "check", "of", "expected", "observed", "note"];

/// The findings that failed, one line each, in aligned columns under a header; columns that are all empty are left out.
pub fn failed(findings: &[Finding]) -> String {
    let failed = findings.iter().filter(|finding| finding.verdict == Verdict::Failed);
    let mut rows: Vec<[&str; 6]> = vec![HEADER];
    rows.extend(failed.map(|finding| {
        let note = finding.note.as_deref().unwrap_or_default();
        let Finding {
            vm,
            check,
            subject,
            expected,
            observed,
            ..
        } = finding;
        [vm, check, subject, expected, observed, note]
    }));
    aligned(&rows)
}

fn aligned(rows: &[[&str; 6]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().skip(1).filter_map(|row| row.get(column));
        match cells.map(|cell| cell.chars().count()).max() {
            None | Some(0) => None,
            Some(widest) => HEADER.get(column).map(|title| widest.max(title.len())),
        }
    };
    let widths: Vec<Option<usize>> = (0..HEADER.len()).map(width).collect();
    let line = |row: &[&str; 6]| {
        let cells = row.iter().zip(&widths);
        let cells = cells.filter_map(|(cell, width)| width.map(|width| format!("{cell:width$}")));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Comparison;

    #[test]
    fn what_failed_is_shown_in_columns() {
        let findings = [
            Comparison::equal("guest memory", "2048 MiB", "1024 MiB").of("auto-ab12-rhel8", "memory"),
            Comparison::equal("sockets", 2, 2).of("auto-ab12-rhel8", "CPU"),
            Comparison::equal("Hard disk 1", "16 GiB", "4 GiB")
                .note("claim disk-0")
                .of("win", "disk sizes"),
        ];
        insta::assert_snapshot!(failed(&findings), @r"
        VM               check       of            expected  observed  note
        auto-ab12-rhel8  memory      guest memory  2048 MiB  1024 MiB
        win              disk sizes  Hard disk 1   16 GiB    4 GiB     claim disk-0
        ");
    }

    #[test]
    fn empty_columns_are_left_out() {
        let findings = [Comparison::equal("disks", 2, 1).of("win", "disk count")];
        insta::assert_snapshot!(failed(&findings), @r"
        VM   check       of     expected  observed
        win  disk count  disks  2         1
        ");
    }
}
