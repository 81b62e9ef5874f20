//! The row: figures, and the server of a build.

use anyhow::{Context, Result};
use tokio::runtime::Runtime;

use super::{client::Client, load, peer::KUBE_APISERVER};
use crate::bench::{
    bound::Bound,
    measure::lab::Lab,
    row::{Effort, Figure, Row, Subject, Values, bounded, figure},
    unit::Unit::{self, Bytes, PerSecond, Seconds},
};

const fn ahead(name: &'static str, unit: Unit) -> Figure {
    bounded(name, unit, Bound::BetterThanPeer)
}

pub const ROW: Row = Row {
    name: "api",
    title: "the lab's API server: 10,000 ConfigMaps, one client",
    effort: Effort::Medium,
    figures: &[
        ahead("create, 16 at a time", PerSecond),
        figure("create, CPU of the server", Seconds),
        ahead("get", PerSecond),
        ahead("list of 10,000", Seconds),
        ahead("list by label", PerSecond),
        ahead("merge patch, 16 at a time", PerSecond),
        ahead("update of one object", PerSecond),
        ahead("100 watchers, p50", Seconds),
        ahead("100 watchers, p99", Seconds),
        ahead("deletecollection", PerSecond),
        figure("memory, empty", Bytes),
        figure("memory, peak", Bytes),
    ],
    peer: Some(&KUBE_APISERVER),
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let lab = Lab::start(subject, &["--controllers", "core"])?;
    let (server, token) = lab.api()?;
    let runtime = Runtime::new().context("could not start the runtime")?;
    runtime.block_on(async { load::run(&Client::new(server, token)?, &[lab.pid()]).await })
}
