//! The store: objects, one counter of revisions, and a bounded history of what happened to each collection.
//!
//! It plays etcd: every write gets the next revision, a write can demand that the object is still the one that was
//! read, and whoever watches reads the history from the revision that it knows. Nothing in it knows Kubernetes but
//! for `metadata.resourceVersion`, which it writes into every object.
//!
//! Watchers pull: a write only rings a bell. A slow watcher costs no memory; when the history has passed it by, it is
//! told so.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    ops::Bound,
    sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use axum::body::Bytes;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

/// Namespace (empty for cluster-wide objects) and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Namespace, empty for cluster-wide objects.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl Key {
    /// A key of these parts.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

/// An object as it was at one revision. It never changes.
#[derive(Debug)]
pub struct Object {
    /// Where it is.
    pub key: Key,
    /// The revision that wrote it.
    pub revision: u64,
    /// The object.
    pub value: Value,
    json: OnceLock<Bytes>,
}

impl Object {
    fn new(key: Key, revision: u64, mut value: Value) -> Arc<Self> {
        value["metadata"]["resourceVersion"] = json!(revision.to_string());
        Arc::new(Self {
            key,
            revision,
            value,
            json: OnceLock::new(),
        })
    }

    /// An object that is shown but not stored: the result of a dry run, or of the write that removed it.
    pub fn unstored(key: Key, value: Value) -> Arc<Self> {
        Arc::new(Self {
            key,
            revision: 0,
            value,
            json: OnceLock::new(),
        })
    }

    /// The same state with the revision of a later change.
    pub fn at(&self, revision: u64) -> Arc<Self> {
        Self::new(self.key.clone(), revision, self.value.clone())
    }

    /// The object as JSON, serialised once.
    pub fn json(&self) -> Bytes {
        self.json.get_or_init(|| Bytes::from(self.value.to_string())).clone()
    }
}

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It came.
    Added,
    /// It changed.
    Modified,
    /// It went.
    Deleted,
}

/// One entry of the history.
#[derive(Debug)]
pub struct Event {
    /// Where it happened.
    pub collection: Arc<str>,
    /// What happened.
    pub change: Change,
    /// The object after it; of a deleted one the last state, with the revision of its deletion.
    pub object: Arc<Object>,
    /// The object before it.
    pub previous: Option<Arc<Object>>,
    line: OnceLock<Bytes>,
}

impl Event {
    /// The line that a watch sends for it, serialised once.
    pub fn line(&self) -> Bytes {
        let name = match self.change {
            Change::Added => "ADDED",
            Change::Modified => "MODIFIED",
            Change::Deleted => "DELETED",
        };
        self.line.get_or_init(|| event_line(name, &self.object.json())).clone()
    }
}

/// A line of a watch.
pub fn event_line(event: &str, object: &[u8]) -> Bytes {
    let mut line = Vec::with_capacity(object.len() + event.len() + 24);
    line.extend_from_slice(b"{\"type\":\"");
    line.extend_from_slice(event.as_bytes());
    line.extend_from_slice(b"\",\"object\":");
    line.extend_from_slice(object);
    line.extend_from_slice(b"}\n");
    line.into()
}

/// Why a write did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// There is an object of that key.
    Exists,
    /// There is no object of that key.
    Missing,
    /// The object is not the one that was read.
    Changed,
    /// What must exist for this object to exist does not.
    HostMissing,
    /// What must exist for this object to exist is being deleted.
    HostGoing,
}

/// The history does not reach back to that revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOld {
    /// The oldest revision from which the history is complete.
    pub oldest: u64,
}

struct Collection {
    name: Arc<str>,
    objects: BTreeMap<Key, Arc<Object>>,
    history: VecDeque<Arc<Event>>,
    /// The history is complete after this revision.
    complete_after: u64,
    bell: watch::Sender<u64>,
}

struct State {
    revision: u64,
    collections: HashMap<Arc<str>, Collection>,
    observers: Vec<mpsc::UnboundedSender<Arc<Event>>>,
}

/// Objects, revisions and history.
pub struct Store {
    state: RwLock<State>,
    history: usize,
}

impl Store {
    /// An empty store that remembers the last `history` changes of every collection.
    pub fn new(history: usize) -> Self {
        let state = State {
            revision: 1,
            collections: HashMap::new(),
            observers: Vec::new(),
        };
        Self {
            state: RwLock::new(state),
            history: history.max(1),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last revision.
    pub fn revision(&self) -> u64 {
        self.read().revision
    }

    /// Everything that will happen from now on, in order.
    pub fn observe(&self) -> mpsc::UnboundedReceiver<Arc<Event>> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.write().observers.push(sender);
        receiver
    }

    /// One object.
    pub fn get(&self, collection: &str, key: &Key) -> Option<Arc<Object>> {
        self.read().collections.get(collection)?.objects.get(key).cloned()
    }

    /// The last revision, and all objects of a collection (of one namespace of it) as of then, ordered by key.
    pub fn list(&self, collection: &str, namespace: Option<&str>) -> (u64, Vec<Arc<Object>>) {
        let state = self.read();
        let objects = state
            .collections
            .get(collection)
            .map(|found| found.within(namespace))
            .unwrap_or_default();
        (state.revision, objects)
    }

    /// All objects of a collection as they were at `revision`.
    pub fn list_at(
        &self,
        collection: &str,
        namespace: Option<&str>,
        revision: u64,
    ) -> Result<Vec<Arc<Object>>, TooOld> {
        let (now, undo) = {
            let state = self.read();
            let Some(found) = state.collections.get(collection) else {
                return Ok(Vec::new());
            };
            if revision < found.complete_after {
                return Err(TooOld {
                    oldest: found.complete_after,
                });
            }
            (found.within(namespace), found.after(revision, usize::MAX))
        };
        if undo.is_empty() {
            return Ok(now);
        }
        let mut then: BTreeMap<Key, Arc<Object>> = now.into_iter().map(|object| (object.key.clone(), object)).collect();
        for event in undo
            .into_iter()
            .rev()
            .filter(|event| namespace.is_none_or(|ns| event.object.key.namespace == ns))
        {
            match &event.previous {
                Some(previous) => then.insert(previous.key.clone(), previous.clone()),
                None => then.remove(&event.object.key),
            };
        }
        Ok(then.into_values().collect())
    }

    /// Up to `limit` events after `revision`, and the revision up to which nothing else happened if they are fewer.
    pub fn events_after(
        &self,
        collection: &str,
        revision: u64,
        limit: usize,
    ) -> Result<(Vec<Arc<Event>>, u64), TooOld> {
        let state = self.read();
        let Some(found) = state.collections.get(collection) else {
            return Ok((Vec::new(), state.revision));
        };
        if revision < found.complete_after {
            return Err(TooOld {
                oldest: found.complete_after,
            });
        }
        Ok((found.after(revision, limit), state.revision))
    }

    /// Rings with the revision of every change of the collection.
    pub fn bell(&self, collection: &Arc<str>) -> watch::Receiver<u64> {
        self.write().collection(collection).bell.subscribe()
    }

    /// Wakes whoever watches the collection, though nothing happened to its objects.
    pub fn ring(&self, collection: &Arc<str>) {
        let mut state = self.write();
        let revision = state.revision;
        state.collection(collection).bell.send_replace(revision);
    }

    /// Adds an object. `host` is the collection and key of an object that must exist and not be going: its namespace.
    pub fn insert(
        &self,
        collection: &Arc<str>,
        key: Key,
        value: Value,
        host: Option<(&str, &Key)>,
    ) -> Result<Arc<Object>, Refused> {
        let mut state = self.write();
        if let Some((host_collection, host_key)) = host {
            let found = state
                .collections
                .get(host_collection)
                .and_then(|found| found.objects.get(host_key));
            let going = found
                .ok_or(Refused::HostMissing)?
                .value
                .pointer("/metadata/deletionTimestamp");
            if going.is_some() {
                return Err(Refused::HostGoing);
            }
        }
        if state.collection(collection).objects.contains_key(&key) {
            return Err(Refused::Exists);
        }
        state.revision += 1;
        let object = Object::new(key.clone(), state.revision, value);
        state.collection(collection).objects.insert(key, object.clone());
        self.record(&mut state, collection, Change::Added, object.clone(), None);
        Ok(object)
    }

    /// Puts `value` in the place of the object that was read as `current`.
    pub fn replace(&self, collection: &Arc<str>, current: &Arc<Object>, value: Value) -> Result<Arc<Object>, Refused> {
        let mut state = self.write();
        state.expect(collection, current)?;
        state.revision += 1;
        let object = Object::new(current.key.clone(), state.revision, value);
        state
            .collection(collection)
            .objects
            .insert(current.key.clone(), object.clone());
        self.record(
            &mut state,
            collection,
            Change::Modified,
            object.clone(),
            Some(current.clone()),
        );
        Ok(object)
    }

    /// Removes the object that was read as `current`. The result has the revision of the deletion.
    pub fn remove(&self, collection: &Arc<str>, current: &Arc<Object>) -> Result<Arc<Object>, Refused> {
        let last = current.value.clone();
        let mut state = self.write();
        state.expect(collection, current)?;
        state.revision += 1;
        let object = Object::new(current.key.clone(), state.revision, last);
        state.collection(collection).objects.remove(&current.key);
        self.record(
            &mut state,
            collection,
            Change::Deleted,
            object.clone(),
            Some(current.clone()),
        );
        Ok(object)
    }

    fn record(
        &self,
        state: &mut State,
        collection: &Arc<str>,
        change: Change,
        object: Arc<Object>,
        previous: Option<Arc<Object>>,
    ) {
        let revision = object.revision;
        let found = state.collection(collection);
        let event = Arc::new(Event {
            collection: found.name.clone(),
            change,
            object,
            previous,
            line: OnceLock::new(),
        });
        found.history.push_back(event.clone());
        if found.history.len() > self.history
            && let Some(forgotten) = found.history.pop_front()
        {
            found.complete_after = forgotten.object.revision;
        }
        found.bell.send_replace(revision);
        state.observers.retain(|observer| observer.send(event.clone()).is_ok());
    }
}

impl State {
    fn collection(&mut self, name: &Arc<str>) -> &mut Collection {
        self.collections.entry(name.clone()).or_insert_with(|| Collection {
            name: name.clone(),
            objects: BTreeMap::new(),
            history: VecDeque::new(),
            complete_after: 0,
            bell: watch::Sender::new(0),
        })
    }

    fn expect(&self, collection: &str, current: &Arc<Object>) -> Result<(), Refused> {
        let found = self
            .collections
            .get(collection)
            .and_then(|found| found.objects.get(&current.key));
        match found {
            None => Err(Refused::Missing),
            Some(found) if found.revision != current.revision => Err(Refused::Changed),
            Some(_) => Ok(()),
        }
    }
}

impl Collection {
    fn within(&self, namespace: Option<&str>) -> Vec<Arc<Object>> {
        match namespace {
            None => self.objects.values().cloned().collect(),
            Some(namespace) => self
                .objects
                .range((Bound::Included(Key::new(namespace, "")), Bound::Unbounded))
                .take_while(|(key, _)| key.namespace == namespace)
                .map(|(_, object)| object.clone())
                .collect(),
        }
    }

    fn after(&self, revision: u64, limit: usize) -> Vec<Arc<Event>> {
        let start = self.history.partition_point(|event| event.object.revision <= revision);
        self.history.range(start..).take(limit).cloned().collect()
    }
}
