//! The table: one line per figure, one column per build, and the peer's column.

use super::{
    bound::Bound,
    builds::Profile,
    differences::change,
    row::{Figure, Row},
    store::Stored,
};

/// Column of the peers in stored tables.
pub const PEER: &str = "peer";

/// A column of a build.
pub struct Column {
    /// Name of the build.
    pub name: String,
    /// Its profile.
    pub profile: Profile,
}

/// A table to print.
pub struct Table<'a> {
    /// Its rows.
    pub rows: &'a [&'a Row],
    /// Its columns, without the peer's.
    pub columns: &'a [Column],
    /// The figures.
    pub now: &'a Stored,
    /// What they are compared with.
    pub before: Option<&'a Stored>,
}

impl Table<'_> {
    /// The table in Markdown, aligned.
    pub fn markdown(&self) -> String {
        let mut lines = vec![self.head()];
        for row in self.rows {
            let mut title = format!("`{}`: {}", row.name, row.title);
            for figure in row.figures {
                let columns = self.columns.iter().map(|column| self.cell(row, figure, column));
                let bound = figure.bound.describe(figure.unit);
                let line = [std::mem::take(&mut title), figure.name.to_owned(), bound];
                lines.push(
                    line.into_iter()
                        .chain(columns)
                        .chain([self.peer(row, figure)])
                        .collect(),
                );
            }
        }
        aligned(&lines)
    }

    /// The bounds that are broken, in words.
    pub fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for row in self.rows {
            for figure in row.figures {
                for column in self.columns {
                    if let Some(value) = self.value(row, figure, column)
                        && self.is_broken(row, figure, column, value)
                    {
                        broken.push(format!(
                            "{} {} ({}): {}, bound {}",
                            row.name,
                            figure.name,
                            column.name,
                            figure.unit.format(value),
                            self.bound(row, figure)
                        ));
                    }
                }
            }
        }
        broken
    }

    fn head(&self) -> Vec<String> {
        let columns = self.columns.iter().map(|column| column.name.as_str());
        let head = ["row", "figure", "bound"].into_iter().chain(columns).chain([PEER]);
        head.map(str::to_owned).collect()
    }

    fn value(&self, row: &Row, figure: &Figure, column: &Column) -> Option<f64> {
        self.now.median(row.name, figure.name, &column.name)
    }

    fn is_broken(&self, row: &Row, figure: &Figure, column: &Column, value: f64) -> bool {
        let peer = self.now.median(row.name, figure.name, PEER);
        figure.bound.is_broken(figure.unit, value, column.profile, peer)
    }

    fn bound(&self, row: &Row, figure: &Figure) -> String {
        match (figure.bound, self.now.median(row.name, figure.name, PEER)) {
            (Bound::BetterThanPeer, Some(peer)) => format!("better than {}", figure.unit.format(peer)),
            (bound, _) => bound.describe(figure.unit),
        }
    }

    fn cell(&self, row: &Row, figure: &Figure, column: &Column) -> String {
        let Some(value) = self.value(row, figure, column) else {
            return "–".to_owned();
        };
        let mut cell = figure.unit.format(value);
        let before = self
            .before
            .and_then(|before| before.median(row.name, figure.name, &column.name));
        if let Some(change) = change(before, value) {
            cell = format!("{cell} ({change})");
        }
        if self.is_broken(row, figure, column, value) {
            cell = format!("{cell} **over**");
        }
        cell
    }

    fn peer(&self, row: &Row, figure: &Figure) -> String {
        match (self.now.median(row.name, figure.name, PEER), row.peer) {
            (Some(value), _) => figure.unit.format(value),
            (None, Some(peer)) if figure.name == row.figures.first().map_or("", |first| first.name) => {
                format!("needs {}", peer.variables.join(", "))
            }
            (None, _) => "–".to_owned(),
        }
    }
}

fn aligned(lines: &[Vec<String>]) -> String {
    let count = lines.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        text.push('|');
        for (cell, width) in line.iter().zip(&widths) {
            text.push_str(&format!(" {cell:<width$} |"));
        }
        text.push('\n');
        if number == 0 {
            let rule: String = widths
                .iter()
                .map(|width| format!(" {} |", "-".repeat(*width)))
                .collect();
            text.push_str(&format!("|{rule}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::bench::{
        peer::Peer,
        row::{Effort, Values, bounded, figure},
        unit::Unit,
    };

    static PROGRAM: Peer = Peer {
        name: "another program",
        variables: &["ANOTHER"],
        obtain: "it is in the package `another`",
        measure: |_: &[std::path::PathBuf], _: &Path| Ok(Values::new()),
    };

    static ROW: Row = Row {
        name: "list",
        title: "a list of things",
        effort: Effort::Low,
        figures: &[
            bounded("wall", Unit::Seconds, Bound::BetterThanPeer),
            bounded("memory", Unit::Bytes, Bound::by_profile(2000.0, 1000.0)),
            figure("requests", Unit::Count),
        ],
        peer: Some(&PROGRAM),
        measure: |_| Ok(Values::new()),
    };

    fn columns() -> Vec<Column> {
        [("debug", Profile::Debug), ("release", Profile::Release)]
            .map(|(name, profile)| Column {
                name: name.to_owned(),
                profile,
            })
            .into()
    }

    fn stored(values: &[(&str, &str, f64)]) -> Stored {
        let mut stored = Stored::default();
        for (figure, column, value) in values {
            stored.set("list", figure, column, *value);
        }
        stored
    }

    #[test]
    fn changes_and_broken_bounds_are_marked() {
        let before = stored(&[("wall", "debug", 0.1)]);
        let now = stored(&[
            ("wall", "debug", 0.15),
            ("wall", "release", 0.05),
            ("wall", PEER, 0.12),
            ("memory", "debug", 1500.0),
            ("memory", "release", 1500.0),
            ("requests", "debug", 12.0),
        ]);
        let columns = columns();
        let table = Table {
            rows: &[&ROW],
            columns: &columns,
            now: &now,
            before: Some(&before),
        };
        let text = table.markdown();
        assert_eq!(
            text.lines()
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect::<Vec<_>>(),
            [
                "| row | figure | bound | debug | release | peer |",
                text.lines().nth(1).unwrap(),
                "| `list`: a list of things | wall | better than the peer | 150 ms (+50 %) **over** | 50 ms | 120 ms |",
                "| | memory | ≤ 2 kB debug, ≤ 1 kB release | 1.5 kB | 1.5 kB **over** | – |",
                "| | requests | – | 12 | – | – |",
            ]
        );
        assert_eq!(
            table.broken(),
            [
                "list wall (debug): 150 ms, bound better than 120 ms",
                "list memory (release): 1.5 kB, bound ≤ 2 kB debug, ≤ 1 kB release",
            ]
        );
    }

    #[test]
    fn a_missing_peer_says_what_it_needs() {
        let now = stored(&[("wall", "debug", 0.15)]);
        let columns = columns();
        let table = Table {
            rows: &[&ROW],
            columns: &columns,
            now: &now,
            before: None,
        };
        assert!(table.markdown().contains("needs ANOTHER"));
        assert!(table.broken().is_empty());
    }
}
