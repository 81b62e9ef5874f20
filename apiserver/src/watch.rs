//! Watches: the history of a collection as a stream of JSON lines, from any revision in the history.

use std::{collections::VecDeque, convert::Infallible, pin::Pin, sync::Arc, time::Duration};

use axum::body::Bytes;
use futures::{Stream, stream};
use serde_json::{Value, json};
use sim_clock::{Instant, Sleep};

use super::{
    Core,
    kinds::Kind,
    list::{Query, selects},
    status::StatusError,
    store::{Change, Event, Object, TooOld, event_line},
    view::View,
};

/// Maximum number of events to read from the history at once.
const BATCH: usize = 500;

/// Timeout of a watch without `timeoutSeconds`. A kube-apiserver chooses a random time between 30 and 60 minutes.
const TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// Parameters of a watch.
#[derive(Debug, Clone)]
pub struct WatchOptions {
    /// Parameters that a watch shares with a list.
    pub query: Query,
    /// Representation of the objects.
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
    /// All events up to this revision are sent or not selected.
    position: u64,
    /// The last revision that was sent to the client.
    reported: u64,
    ready: VecDeque<Bytes>,
    changes: tokio::sync::watch::Receiver<u64>,
    deadline: Instant,
    bookmark_at: Instant,
    /// Armed for the deadline, or for a bookmark when one is to be sent.
    timer: Pin<Box<Sleep>>,
    bookmark_due: bool,
    over: bool,
}

/// Starts a watch. Each item of the stream is one or more JSON lines.
pub fn start(
    core: Arc<Core>,
    kind: Arc<Kind>,
    options: WatchOptions,
) -> Result<impl Stream<Item = Result<Bytes, Infallible>> + Send, StatusError> {
    // Subscribe before reading the state, so that no change in between is missed.
    let changes = core.store.changes(&kind.collection);
    let now = Instant::now();
    let deadline = now + options.timeout.unwrap_or(TIMEOUT);
    let mut watch = Watch {
        deadline,
        timer: Box::pin(sim_clock::sleep_until(deadline)),
        bookmark_at: now + core.options.bookmark_interval,
        core,
        kind,
        options,
        position: 0,
        reported: 0,
        ready: VecDeque::new(),
        changes,
        bookmark_due: false,
        over: false,
    };
    let from = watch.options.query.revision.unwrap_or(0);
    if from == 0 || watch.options.initial {
        watch.send_state();
    } else {
        watch.position = from;
        watch.reported = from;
        if let Err(old) = watch.core.store.events_after(&watch.kind.collection, from, 0) {
            watch.end_too_old(old);
        }
    }
    Ok(stream::unfold(watch, |mut watch| async move {
        watch.next().await.map(|lines| (Ok(lines), watch))
    }))
}

impl Watch {
    /// Sends the existing objects as `ADDED` events.
    fn send_state(&mut self) {
        let query = &self.options.query;
        let (revision, objects) = self.core.store.list(&self.kind.collection, query.namespace.as_deref());
        for object in objects.iter().filter(|object| selects(&self.kind, query, object)) {
            let line = self.line("ADDED", object);
            self.ready.push_back(line);
        }
        self.position = revision;
        self.reported = revision;
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
            self.changes.mark_unchanged();
            match self
                .core
                .store
                .events_after(&self.kind.collection, self.position, BATCH)
            {
                Err(old) => self.end_too_old(old),
                Ok((events, revision)) => {
                    let all = events.len() < BATCH;
                    self.read(&events);
                    self.position = if all {
                        self.position.max(revision)
                    } else {
                        self.position
                    };
                    if all && std::mem::take(&mut self.bookmark_due) && self.position > self.reported {
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

    /// Joins all pending lines into one chunk of the body.
    fn take_ready(&mut self) -> Bytes {
        if self.ready.len() == 1 {
            return self.ready.pop_front().unwrap_or_default();
        }
        let mut lines = Vec::with_capacity(self.ready.iter().map(Bytes::len).sum());
        self.ready.drain(..).for_each(|line| lines.extend_from_slice(&line));
        lines.into()
    }

    async fn wait(&mut self) {
        if self.options.bookmarks && self.position > self.reported && self.timer.deadline() >= self.deadline {
            let now = Instant::now();
            if self.bookmark_at <= now {
                self.bookmark_at = now + self.core.options.bookmark_interval;
            }
            self.timer.as_mut().reset(self.bookmark_at.min(self.deadline));
        }
        tokio::select! {
            biased;
            changed = self.changes.changed() => self.over |= changed.is_err(),
            () = &mut self.timer => {
                let now = Instant::now();
                self.over |= now >= self.deadline;
                self.bookmark_at = now + self.core.options.bookmark_interval;
                self.bookmark_due = true;
                self.timer.as_mut().reset(self.deadline);
            }
        }
        if self.core.registry.is_gone(&self.kind) {
            self.over = true;
        }
    }

    fn read(&mut self, events: &[Arc<Event>]) {
        for event in events {
            self.position = event.object.revision;
            if let Some(line) = self.event(event) {
                self.reported = self.position;
                self.ready.push_back(line);
            }
        }
    }

    /// Returns the line of an event; `None` if the watch does not select the object. An object that starts to match the
    /// selectors is `ADDED`, one that no longer matches is `DELETED`.
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
            // The last selected state, with the revision of the change.
            (true, false) => {
                let previous = event.previous.as_ref()?;
                return Some(self.line("DELETED", &previous.at(event.object.revision)));
            }
        };
        if natural && self.options.view == View::Full && self.kind.served_as_stored() {
            return Some(event.object.line());
        }
        Some(self.line(name, &event.object))
    }

    fn line(&self, name: &str, object: &Arc<Object>) -> Bytes {
        event_line(name, &self.options.view.object(&self.kind, object))
    }

    fn bookmark(&mut self, annotations: Value) -> Bytes {
        self.reported = self.position;
        let (kind, api_version) = match self.options.view {
            View::Full => (self.kind.kind.as_str(), self.kind.api_version()),
            View::Metadata => ("PartialObjectMetadata", "meta.k8s.io/v1".to_owned()),
            View::Table => ("Table", "meta.k8s.io/v1".to_owned()),
        };
        let mut object = json!({
            "kind": kind,
            "apiVersion": api_version,
            "metadata": { "resourceVersion": self.position.to_string(), "creationTimestamp": null },
        });
        if annotations.is_object() {
            object["metadata"]["annotations"] = annotations;
        }
        event_line("BOOKMARK", object.to_string().as_bytes())
    }

    fn end_too_old(&mut self, old: TooOld) {
        let message = format!("too old resource version: {} ({})", self.position, old.oldest);
        let status = StatusError::expired(message).to_status().to_string();
        self.ready.push_back(event_line("ERROR", status.as_bytes()));
        self.over = true;
    }
}
