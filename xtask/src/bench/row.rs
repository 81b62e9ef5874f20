//! A row of the table: what is measured, in which figures, and what they must not exceed.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;

use super::{bound::Bound, builds::Build, peer::Peer, unit::Unit};

/// One measurement: values by the name of their figure.
pub type Values = BTreeMap<&'static str, f64>;

/// A figure of a row.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Name within the row: `wall`, `requests`.
    pub name: &'static str,
    /// Unit.
    pub unit: Unit,
    /// Bound.
    pub bound: Bound,
}

/// A figure without a bound.
pub const fn figure(name: &'static str, unit: Unit) -> Figure {
    bounded(name, unit, Bound::None)
}

/// A figure with a bound.
pub const fn bounded(name: &'static str, unit: Unit, bound: Bound) -> Figure {
    Figure { name, unit, bound }
}

/// How long a row takes, and so when it is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Seconds; also measured with `--quick`.
    Low,
    /// Up to a minute per round.
    Medium,
    /// Minutes; measured once, with `--slow` or when it is named.
    High,
}

/// What a measurement is about.
pub struct Subject<'a> {
    /// The build.
    pub build: &'a Build,
    /// An empty folder for the measurement.
    pub folder: &'a Path,
}

/// A row.
pub struct Row {
    /// Name on the command line.
    pub name: &'static str,
    /// What is measured, in one line.
    pub title: &'static str,
    /// How long it takes.
    pub effort: Effort,
    /// Its figures.
    pub figures: &'static [Figure],
    /// Another program that does the same work.
    pub peer: Option<&'static Peer>,
    /// Measures a build once.
    pub measure: fn(&Subject<'_>) -> Result<Values>,
}
