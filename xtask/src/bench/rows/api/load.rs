//! The load: creates, reads, lists, patches, watches, deletes.

use std::{sync::Arc, time::Instant};

use anyhow::{Context, Result, bail};
use futures::{Stream, StreamExt as _, TryStreamExt as _, future::try_join_all, stream};
use tokio::sync::mpsc;

use super::client::Client;
use crate::bench::{
    measure::{cpu, lines::lines, memory},
    row::Values,
    stats::percentile,
};

const OBJECTS: usize = 10_000;
const AT_A_TIME: usize = 16;
const GETS: usize = 2000;
const LISTS: usize = 5;
const LABEL_LISTS: usize = 50;
const PATCHES: usize = 2000;
const UPDATES: usize = 300;
const WATCHERS: usize = 100;
const NEWS: usize = 20;

/// Measures a server that consists of these processes.
pub async fn run(client: &Client, processes: &[u32]) -> Result<Values> {
    let sum = |read: fn(u32) -> Option<f64>| -> f64 { processes.iter().filter_map(|process| read(*process)).sum() };
    let empty = sum(memory::resident);
    client.create_namespace().await?;
    let busy = sum(cpu::whole);
    let created = rate(OBJECTS, AT_A_TIME, |number| client.create(number)).await?;
    let busy = sum(cpu::whole) - busy;
    let got = rate(GETS, 1, |number| client.get(number)).await?;
    let listed = rate(LISTS, 1, |_| client.list()).await?;
    let by_label = rate(LABEL_LISTS, 1, |_| client.list_by_label()).await?;
    let patched = rate(PATCHES, AT_A_TIME, |number| client.patch(number, "patched")).await?;
    let updated = rate(UPDATES, 1, |number| async move {
        client.update(0, &number.to_string()).await
    })
    .await?;
    let news = fan_out(client).await?;
    let delete = Instant::now();
    client.delete_all().await?;
    let deleted = OBJECTS as f64 / delete.elapsed().as_secs_f64();
    let percent = |percent| percentile(&news, percent).context("no change was seen");
    Ok(Values::from([
        ("create, 16 at a time", created),
        ("create, CPU of the server", busy / OBJECTS as f64),
        ("get", got),
        ("list of 10,000", 1.0 / listed),
        ("list by label", by_label),
        ("merge patch, 16 at a time", patched),
        ("update of one object", updated),
        ("100 watchers, p50", percent(50)?),
        ("100 watchers, p99", percent(99)?),
        ("deletecollection", deleted),
        ("memory, empty", empty),
        ("memory, peak", sum(memory::peak)),
    ]))
}

/// Makes so many requests; returns how many per second were answered.
async fn rate<F: Future<Output = Result<()>>>(
    count: usize,
    at_a_time: usize,
    request: impl Fn(usize) -> F,
) -> Result<f64> {
    let start = Instant::now();
    stream::iter(0..count)
        .map(request)
        .buffer_unordered(at_a_time)
        .try_for_each(|()| async { Ok(()) })
        .await?;
    Ok(count as f64 / start.elapsed().as_secs_f64())
}

/// Changes an object that many watch; returns the seconds from each change to each watcher.
async fn fan_out(client: &Client) -> Result<Vec<f64>> {
    const WATCHED: usize = 1;
    let answers = try_join_all((0..WATCHERS).map(|_| client.watch(WATCHED))).await?;
    let (sender, mut seen) = mpsc::unbounded_channel();
    let text: Arc<str> = "news-".into();
    let watchers: Vec<_> = answers
        .into_iter()
        .map(|answer| tokio::spawn(watcher(lines(answer.bytes_stream()), text.clone(), sender.clone())))
        .collect();
    drop(sender);
    let mut delays = Vec::new();
    for number in 0..NEWS {
        let start = Instant::now();
        client.patch(WATCHED, &format!("{text}{number}")).await?;
        for _ in 0..WATCHERS {
            let Some(at) = seen.recv().await else {
                bail!("all watches have ended");
            };
            delays.push(Instant::duration_since(&at, start).as_secs_f64());
        }
    }
    for watcher in watchers {
        watcher.abort();
    }
    Ok(delays)
}

async fn watcher(lines: impl Stream<Item = Vec<u8>>, text: Arc<str>, sender: mpsc::UnboundedSender<Instant>) {
    let mut lines = std::pin::pin!(lines);
    while let Some(line) = lines.next().await {
        // A watch begins with the object as it is.
        let is_news = line.windows(text.len()).any(|window| window == text.as_bytes());
        if is_news && sender.send(Instant::now()).is_err() {
            return;
        }
    }
}
