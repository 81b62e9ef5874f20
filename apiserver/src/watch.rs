//! Watches: the history of a collection as a stream of lines, from any revision that it still knows.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::body::Bytes;
use futures::{Stream, stream};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    Core,
    kinds::Kind,
    list::{Query, selects},
    status::Refusal,
    store::{Change, Event, Object, TooOld, event_line},
    view::View,
};

/// How many events are taken from the history at once.
const BATCH: usize = 500;

/// How long a watch runs if the requester does not say. Kubernetes chooses between 30 and 60 minutes.
const TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// What a watch asks for beyond what a list asks for.
#[derive(Debug, Clone)]
pub struct WatchOptions {
    /// Which objects.
    pub query: Query,
    /// The form of the objects.
    pub view: View,
    /// `allowWatchBookmarks`
    pub bookmarks: bool,
    /// `sendInitialEvents`
    pub initial: bool,
    /// `timeoutSeconds`
    pub timeout: Option<Duration>,
}

struct Watch {
    core: Arc<Core>,
    kind: Arc<Kind>,
    options: WatchOptions,
    /// Everything up to this revision was sent or is of no interest.
    seen: u64,
    /// The revision of the last line that told the requester one.
    told: u64,
    ready: VecDeque<Bytes>,
    bell: tokio::sync::watch::Receiver<u64>,
    deadline: Instant,
    bookmark_at: Instant,
    bookmark_due: bool,
    over: bool,
}

/// Starts a watch. Every item of the stream is one or more lines.
pub fn start(
    core: Arc<Core>,
    kind: Arc<Kind>,
    options: WatchOptions,
) -> Result<impl Stream<Item = Result<Bytes, Infallible>> + Send, Refusal> {
    // The bell first, so that nothing can happen unheard between the state that is read and the waiting.
    let bell = core.store.bell(&kind.collection);
    let now = Instant::now();
    let mut watch = Watch {
        deadline: now + options.timeout.unwrap_or(TIMEOUT),
        bookmark_at: now + core.options.bookmark_interval,
        core,
        kind,
        options,
        seen: 0,
        told: 0,
        ready: VecDeque::new(),
        bell,
        bookmark_due: false,
        over: false,
    };
    let from = watch.options.query.revision.unwrap_or(0);
    if from == 0 || watch.options.initial {
        watch.send_state();
    } else {
        watch.seen = from;
        watch.told = from;
        if let Err(old) = watch.core.store.events_after(&watch.kind.collection, from, 0) {
            watch.end_too_old(old);
        }
    }
    Ok(stream::unfold(watch, |mut watch| async move {
        watch.next().await.map(|lines| (Ok(lines), watch))
    }))
}

impl Watch {
    /// The objects that exist, as if they had been added just now.
    fn send_state(&mut self) {
        let query = &self.options.query;
        let (revision, objects) = self.core.store.list(&self.kind.collection, query.namespace.as_deref());
        for object in objects.iter().filter(|object| selects(&self.kind, query, object)) {
            let line = self.line("ADDED", object);
            self.ready.push_back(line);
        }
        self.seen = revision;
        self.told = revision;
        if self.options.initial && self.options.bookmarks {
            let line = self.bookmark(json!({ "k8s.io/initial-events-end": "true" }));
            self.ready.push_back(line);
        }
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if !self.ready.is_empty() {
                return Some(self.take_ready());
            }
            if self.over {
                return None;
            }
            self.bell.mark_unchanged();
            match self.core.store.events_after(&self.kind.collection, self.seen, BATCH) {
                Err(old) => self.end_too_old(old),
                Ok((events, revision)) => {
                    let all = events.len() < BATCH;
                    self.read(&events);
                    self.seen = if all { self.seen.max(revision) } else { self.seen };
                    if all && std::mem::take(&mut self.bookmark_due) && self.seen > self.told {
                        let line = self.bookmark(Value::Null);
                        self.ready.push_back(line);
                    }
                    if self.ready.is_empty() && all {
                        self.wait().await;
                    }
                }
            }
        }
    }

    /// Joins the lines that are ready into one piece of the body.
    fn take_ready(&mut self) -> Bytes {
        if self.ready.len() == 1 {
            return self.ready.pop_front().unwrap_or_default();
        }
        let mut lines = Vec::with_capacity(self.ready.iter().map(Bytes::len).sum());
        self.ready.drain(..).for_each(|line| lines.extend_from_slice(&line));
        lines.into()
    }

    async fn wait(&mut self) {
        let bookmark_at = if self.options.bookmarks {
            self.bookmark_at
        } else {
            self.deadline
        };
        tokio::select! {
            rung = self.bell.changed() => self.over |= rung.is_err(),
            () = tokio::time::sleep_until(self.deadline) => self.over = true,
            () = tokio::time::sleep_until(bookmark_at) => {
                self.bookmark_at = Instant::now() + self.core.options.bookmark_interval;
                self.bookmark_due = true;
            }
        }
        if self.core.registry.is_gone(&self.kind) {
            self.over = true;
        }
    }

    fn read(&mut self, events: &[Arc<Event>]) {
        for event in events {
            self.seen = event.object.revision;
            if let Some(line) = self.event(event) {
                self.told = self.seen;
                self.ready.push_back(line);
            }
        }
    }

    /// The line of an event, if the requester is to know of it. An object that begins or ceases to be selected comes or
    /// goes in the eyes of this watch.
    fn event(&self, event: &Event) -> Option<Bytes> {
        let query = &self.options.query;
        let is = event.change != Change::Deleted && selects(&self.kind, query, &event.object);
        let was = event
            .previous
            .as_ref()
            .is_some_and(|previous| selects(&self.kind, query, previous));
        let (name, natural) = match (was, is) {
            (false, false) => return None,
            (false, true) => ("ADDED", event.change == Change::Added),
            (true, true) => ("MODIFIED", event.change == Change::Modified),
            (true, false) if event.change == Change::Deleted => ("DELETED", true),
            // The state in which it was still selected, with the revision of the change.
            (true, false) => {
                let previous = event.previous.as_ref()?;
                return Some(self.line("DELETED", &previous.at(event.object.revision)));
            }
        };
        if natural && self.options.view == View::Full && self.kind.served_as_stored() {
            return Some(event.line());
        }
        Some(self.line(name, &event.object))
    }

    fn line(&self, name: &str, object: &Arc<Object>) -> Bytes {
        event_line(name, &self.options.view.object(&self.kind, object))
    }

    fn bookmark(&mut self, annotations: Value) -> Bytes {
        self.told = self.seen;
        let (kind, api_version) = match self.options.view {
            View::Full => (self.kind.kind.as_str(), self.kind.api_version()),
            View::Metadata => ("PartialObjectMetadata", "meta.k8s.io/v1".to_owned()),
            View::Table => ("Table", "meta.k8s.io/v1".to_owned()),
        };
        let mut object = json!({
            "kind": kind,
            "apiVersion": api_version,
            "metadata": { "resourceVersion": self.seen.to_string(), "creationTimestamp": null },
        });
        if annotations.is_object() {
            object["metadata"]["annotations"] = annotations;
        }
        event_line("BOOKMARK", object.to_string().as_bytes())
    }

    fn end_too_old(&mut self, old: TooOld) {
        let message = format!("too old resource version: {} ({})", self.seen, old.oldest);
        let status = Refusal::expired(message).to_status().to_string();
        self.ready.push_back(event_line("ERROR", status.as_bytes()));
        self.over = true;
    }
}
