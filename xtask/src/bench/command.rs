//! `cargo xtask bench`: measures the rows for each build in turns, and prints, compares and stores the medians.

use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{
    builds::{self, Build},
    machine, progress,
    row::{Effort, Row, Subject, Values},
    rows,
    stats::median,
    store::Stored,
    table::{Column, PEER, Table},
};
use crate::generate::{self, root};

/// Options of `cargo xtask bench`.
#[derive(Debug, Args)]
pub struct Options {
    /// Measure this built `mtv-bdd`; may be repeated, then the builds take turns. A binary in a folder `release` is
    /// held to the bounds of release builds, and one in another checkout runs with the features and settings there [default: debug and release of the workspace, which are built first]
    #[arg(long, value_name = "[NAME=]PATH")]
    binary: Vec<Build>,
    /// Measure only this row, also if it is slow; may be repeated
    #[arg(long, value_name = "NAME")]
    row: Vec<String>,
    /// Measure a few rows once, of the debug build
    #[arg(long, conflicts_with = "slow")]
    quick: bool,
    /// Measure the slow rows, too
    #[arg(long)]
    slow: bool,
    /// Measure each row so many times [default: 3; slow rows once]
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// List the rows and the peers, and measure nothing
    #[arg(long)]
    list: bool,
    /// Store the medians in xtask/bench.json and write docs/performance.md
    #[arg(long, conflicts_with = "binary")]
    save: bool,
    /// Fail if a bound is broken
    #[arg(long)]
    check: bool,
}

/// Rounds of a row.
const ROUNDS: usize = 3;

/// Measures.
pub fn run(options: &Options) -> Result<()> {
    if options.list {
        print!("{}", rows::list());
        return Ok(());
    }
    let selected = options.select()?;
    let builds = if options.binary.is_empty() {
        builds::of_workspace(&root(), options.quick)?
    } else {
        options.binary.clone()
    };
    builds::check_names(&builds)?;
    let before = Stored::read(&root())?;
    let load = machine::describe_load();
    let mut now = Stored {
        machine: machine::describe(),
        commit: commit(),
        columns: builds.iter().map(|build| build.name.clone()).collect(),
        ..Stored::default()
    };
    let mut failed = Vec::new();
    for (position, row) in selected.iter().enumerate() {
        progress::say(&format!(
            "[{}/{}] {}: {}",
            position + 1,
            selected.len(),
            row.name,
            row.title
        ));
        options.measure(row, &builds, &mut now, &mut failed)?;
    }
    now.load = format!("{load} before, {} after", machine::describe_load());
    let columns: Vec<_> = builds
        .iter()
        .map(|build| Column {
            name: build.name.clone(),
            profile: build.profile,
        })
        .collect();
    if options.save {
        now.keep_from(&before);
    }
    // Peers do not change with the suite: a stored figure will do.
    if before.machine == now.machine {
        now.keep_peers(&before);
    }
    let table = Table {
        rows: &selected,
        columns: &columns,
        now: &now,
        before: Some(&before).filter(|before| before.machine == now.machine),
    };
    println!(
        "{}; {}; commit {}\n\n{}",
        now.machine,
        now.load,
        now.commit,
        table.markdown()
    );
    for peer in rows::peers_of(&selected) {
        if peer.binaries()?.is_none() {
            println!("{}", peer.hint());
        }
    }
    for failure in &failed {
        println!("not measured: {failure}");
    }
    let broken = table.broken();
    for bound in &broken {
        println!("over its bound: {bound}");
    }
    if options.save {
        now.write(&root())?;
        generate::write()?;
    }
    if options.check && !(broken.is_empty() && failed.is_empty()) {
        bail!(
            "{} bounds are broken, {} measurements failed",
            broken.len(),
            failed.len()
        );
    }
    Ok(())
}

impl Options {
    fn select(&self) -> Result<Vec<&'static Row>> {
        for name in &self.row {
            if !rows::ALL.iter().any(|row| row.name == name) {
                bail!("there is no row {name:?}; `cargo xtask bench --list` names all of them");
            }
        }
        let is_selected = |row: &&Row| {
            if self.row.is_empty() {
                match row.effort {
                    Effort::Low => true,
                    Effort::Medium => !self.quick,
                    Effort::High => self.slow,
                }
            } else {
                self.row.iter().any(|name| name == row.name)
            }
        };
        Ok(rows::ALL.iter().filter(is_selected).collect())
    }

    fn rounds(&self, row: &Row) -> usize {
        let usual = if self.quick || row.effort == Effort::High {
            1
        } else {
            ROUNDS
        };
        self.rounds.unwrap_or(usual).max(1)
    }

    fn measure(&self, row: &Row, builds: &[Build], now: &mut Stored, failed: &mut Vec<String>) -> Result<()> {
        let peer = match row.peer {
            Some(peer) => peer.binaries()?.map(|binaries| (peer, binaries)),
            None => None,
        };
        let rounds = self.rounds(row);
        let mut series: Vec<(&str, Vec<Values>)> = builds.iter().map(|build| (build.name.as_str(), vec![])).collect();
        series.extend(peer.as_ref().map(|_| (PEER, vec![])));
        for round in 1..=rounds {
            for (column, measured) in &mut series {
                let folder = tempfile::tempdir().context("could not create a folder to measure in")?;
                let build = builds.iter().find(|build| build.name == *column);
                let values = match (build, &peer) {
                    (Some(build), _) => (row.measure)(&Subject {
                        build,
                        folder: folder.path(),
                    }),
                    (None, Some((peer, binaries))) => (peer.measure)(binaries, folder.path()),
                    (None, None) => continue,
                };
                match values {
                    Ok(values) => {
                        progress::measured(row, column, round, rounds, &values);
                        measured.push(values);
                    }
                    Err(error) => {
                        progress::say(&format!("  {column}, round {round} of {rounds}: {error:#}"));
                        failed.push(format!("{} ({column}): {error:#}", row.name));
                    }
                }
            }
        }
        for (column, measured) in &series {
            for figure in row.figures {
                let values: Vec<f64> = measured
                    .iter()
                    .filter_map(|values| values.get(figure.name).copied())
                    .collect();
                if let Some(value) = median(&values) {
                    now.set(row.name, figure.name, column, value);
                }
            }
        }
        Ok(())
    }
}

fn commit() -> String {
    let git = Command::new("git")
        .current_dir(root())
        .args(["describe", "--always", "--dirty"])
        .output();
    git.ok()
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}
