//! The list of all rows, in the order of the table.

use super::{
    super::{
        peer::Peer,
        row::{Effort, Row},
    },
    api, cold, default_run, engine, first_step, idle, in_flight, inventory, lint, loaded, reaction, report, requests,
    teardown, thousand, vcenter, waiting, warm, workspace,
};

/// All rows.
pub static ALL: &[Row] = &[
    first_step::ROW,
    cold::ROW,
    warm::ROW,
    default_run::ROW,
    loaded::ROW,
    thousand::ROW,
    in_flight::ROW,
    idle::ROW,
    reaction::ROW,
    requests::ROW,
    waiting::ROW,
    engine::ROW,
    lint::ROW,
    report::ROW,
    teardown::ROW,
    inventory::ROW,
    api::ROW,
    vcenter::ROW,
    workspace::ROW,
];

/// All peers.
pub fn peers() -> impl Iterator<Item = &'static Peer> {
    ALL.iter().filter_map(|row| row.peer)
}

/// The peers of some rows.
pub fn peers_of(rows: &[&Row]) -> impl Iterator<Item = &'static Peer> {
    rows.iter().filter_map(|row| row.peer)
}

/// The rows and peers in words.
pub fn list() -> String {
    let mut text = String::new();
    for row in ALL {
        let slow = match row.effort {
            Effort::Low => "",
            Effort::Medium => " (not with --quick)",
            Effort::High => " (slow)",
        };
        text.push_str(&format!("{:<12}  {}{slow}\n", row.name, row.title));
    }
    text.push('\n');
    for peer in peers() {
        text.push_str(&format!("{}\n", peer.hint()));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn rows_and_their_figures_have_names_of_their_own() {
        let mut rows = BTreeSet::new();
        for row in ALL {
            assert!(rows.insert(row.name), "two rows {}", row.name);
            let figures: BTreeSet<_> = row.figures.iter().map(|figure| figure.name).collect();
            assert_eq!(figures.len(), row.figures.len(), "figures of {}", row.name);
        }
    }
}
