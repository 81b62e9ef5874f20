//! The store: objects, one revision counter, and a bounded history of changes.
//!
//! The store has the role of etcd: every write increments the revision, a write can require that the object is
//! unchanged since it was read, and a watch reads the history from a given revision. The store does not depend on
//! Kubernetes kinds, except that it sets `metadata.resourceVersion` of every object.
//!
//! Watches pull: a write only notifies them of the new revision. A slow watch costs no memory; when its revision has
//! left the history, it receives [`TooOld`].

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    ops::Bound,
    sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use axum::body::Bytes;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use super::weight::weight;

/// Namespace and name of an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Namespace; empty for cluster-scoped objects.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl Key {
    /// Creates a key.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

/// Immutable state of an object at one revision.
#[derive(Debug)]
pub struct Object {
    /// Namespace and name.
    pub key: Key,
    /// Revision of the write.
    pub revision: u64,
    /// The object as JSON.
    pub value: Value,
    change: Change,
    line: OnceLock<Bytes>,
}

impl Object {
    fn new(key: Key, revision: u64, mut value: Value, change: Change) -> Arc<Self> {
        value["metadata"]["resourceVersion"] = json!(revision.to_string());
        Arc::new(Self {
            key,
            revision,
            value,
            change,
            line: OnceLock::new(),
        })
    }

    /// An object that is returned but not stored: the result of a dry run, or the last state of a removed object.
    pub fn unstored(key: Key, value: Value) -> Arc<Self> {
        Arc::new(Self {
            key,
            revision: 0,
            value,
            change: Change::Deleted,
            line: OnceLock::new(),
        })
    }

    /// A copy of the state with the revision of a later change.
    pub fn at(&self, revision: u64) -> Arc<Self> {
        Self::new(self.key.clone(), revision, self.value.clone(), Change::Deleted)
    }

    /// The serialized object: a part of [`line`](Self::line).
    pub fn json(&self) -> Bytes {
        let line = self.line();
        line.slice(LINE_START.len() + self.change.name().len() + LINE_OBJECT.len()..line.len() - LINE_END.len())
    }

    /// The JSON line that a watch sends for the change that led to this state; serialization is cached.
    pub fn line(&self) -> Bytes {
        self.line
            .get_or_init(|| event_line(self.change.name(), self.value.to_string().as_bytes()))
            .clone()
    }
}

/// Type of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The object was created.
    Added,
    /// The object was updated.
    Modified,
    /// The object was removed.
    Deleted,
}

impl Change {
    fn name(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
            Self::Deleted => "DELETED",
        }
    }
}

/// One change in the history of a collection.
#[derive(Debug)]
pub struct Event {
    /// Name of the collection.
    pub collection: Arc<str>,
    /// Type of the change.
    pub change: Change,
    /// The object after the change; after a deletion, its last state with the revision of the deletion.
    pub object: Arc<Object>,
    /// The object before the change.
    pub previous: Option<Arc<Object>>,
    weight: usize,
}

const LINE_START: &[u8] = b"{\"type\":\"";
const LINE_OBJECT: &[u8] = b"\",\"object\":";
const LINE_END: &[u8] = b"}\n";

/// Builds the JSON line of a watch event from a serialized object.
pub fn event_line(event: &str, object: &[u8]) -> Bytes {
    [LINE_START, event.as_bytes(), LINE_OBJECT, object, LINE_END]
        .concat()
        .into()
}

/// Reasons why a write fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// An object with the key exists.
    Exists,
    /// No object with the key exists.
    Missing,
    /// The object was modified or replaced since it was read.
    Changed,
    /// The namespace of the object does not exist.
    NamespaceMissing,
    /// The namespace of the object is being deleted.
    NamespaceTerminating,
}

/// The requested revision is older than the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOld {
    /// The oldest revision from which the history is complete.
    pub oldest: u64,
}

struct Collection {
    name: Arc<str>,
    objects: BTreeMap<Key, Arc<Object>>,
    history: VecDeque<Arc<Event>>,
    /// The history contains all changes after this revision.
    complete_after: u64,
    changes: watch::Sender<u64>,
}

struct State {
    revision: u64,
    collections: HashMap<Arc<str>, Collection>,
    observers: Vec<mpsc::UnboundedSender<Arc<Event>>>,
    /// Collections of all events in the histories, in the order of the events.
    order: VecDeque<Arc<str>>,
    /// Weight of all events in the histories.
    weight: usize,
}

/// Objects, their revisions and their history.
pub struct Store {
    state: RwLock<State>,
    history: usize,
    history_bytes: usize,
}

impl Store {
    /// Creates an empty store that keeps the last `history` changes that take at most about `history_bytes` of memory.
    /// Like a compaction of etcd, a removal of old changes concerns all collections up to one revision.
    pub fn new(history: usize, history_bytes: usize) -> Self {
        let state = State {
            revision: 1,
            collections: HashMap::new(),
            observers: Vec::new(),
            order: VecDeque::new(),
            weight: 0,
        };
        Self {
            state: RwLock::new(state),
            history: history.max(1),
            history_bytes,
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The current revision.
    pub fn revision(&self) -> u64 {
        self.read().revision
    }

    /// Returns a receiver of all future events, in order.
    pub fn subscribe(&self) -> mpsc::UnboundedReceiver<Arc<Event>> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.write().observers.push(sender);
        receiver
    }

    /// Returns the current state of an object.
    pub fn get(&self, collection: &str, key: &Key) -> Option<Arc<Object>> {
        self.read().collections.get(collection)?.objects.get(key).cloned()
    }

    /// Returns the current revision and all objects of a collection, or of one namespace, ordered by key.
    pub fn list(&self, collection: &str, namespace: Option<&str>) -> (u64, Vec<Arc<Object>>) {
        let state = self.read();
        let objects = state
            .collections
            .get(collection)
            .map(|found| found.within(namespace))
            .unwrap_or_default();
        (state.revision, objects)
    }

    /// Returns all objects of a collection at `revision`.
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

    /// Returns up to `limit` events after `revision`, and the current revision. With fewer than `limit` events, the
    /// result contains all events up to that revision.
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

    /// Returns a receiver that is notified with the revision of every change of the collection.
    pub fn changes(&self, collection: &Arc<str>) -> watch::Receiver<u64> {
        self.write().collection(collection).changes.subscribe()
    }

    /// Notifies the watches of a collection without a change of its objects.
    pub fn notify(&self, collection: &Arc<str>) {
        let mut state = self.write();
        let revision = state.revision;
        state.collection(collection).changes.send_replace(revision);
    }

    /// Adds an object. `namespace` is the collection and key of its namespace, which must exist and not be terminating.
    pub fn insert(
        &self,
        collection: &Arc<str>,
        key: Key,
        value: Value,
        namespace: Option<(&str, &Key)>,
    ) -> Result<Arc<Object>, StoreError> {
        let mut state = self.write();
        if let Some((namespace_collection, namespace_key)) = namespace {
            let found = state
                .collections
                .get(namespace_collection)
                .and_then(|found| found.objects.get(namespace_key));
            let going = found
                .ok_or(StoreError::NamespaceMissing)?
                .value
                .pointer("/metadata/deletionTimestamp");
            if going.is_some() {
                return Err(StoreError::NamespaceTerminating);
            }
        }
        if state.collection(collection).objects.contains_key(&key) {
            return Err(StoreError::Exists);
        }
        state.revision += 1;
        let object = Object::new(key.clone(), state.revision, value, Change::Added);
        state.collection(collection).objects.insert(key, object.clone());
        self.record(&mut state, collection, object.clone(), None);
        Ok(object)
    }

    /// Replaces the object that was read as `current` by `value`.
    pub fn replace(
        &self,
        collection: &Arc<str>,
        current: &Arc<Object>,
        value: Value,
    ) -> Result<Arc<Object>, StoreError> {
        let mut state = self.write();
        state.expect(collection, current)?;
        state.revision += 1;
        let object = Object::new(current.key.clone(), state.revision, value, Change::Modified);
        state
            .collection(collection)
            .objects
            .insert(current.key.clone(), object.clone());
        self.record(&mut state, collection, object.clone(), Some(current.clone()));
        Ok(object)
    }

    /// Removes the object that was read as `current`. Returns its last state with the revision of the deletion.
    pub fn remove(&self, collection: &Arc<str>, current: &Arc<Object>) -> Result<Arc<Object>, StoreError> {
        let last = current.value.clone();
        let mut state = self.write();
        state.expect(collection, current)?;
        state.revision += 1;
        let object = Object::new(current.key.clone(), state.revision, last, Change::Deleted);
        state.collection(collection).objects.remove(&current.key);
        self.record(&mut state, collection, object.clone(), Some(current.clone()));
        Ok(object)
    }

    fn record(&self, state: &mut State, collection: &Arc<str>, object: Arc<Object>, previous: Option<Arc<Object>>) {
        let revision = object.revision;
        let found = state.collection(collection);
        let event = Arc::new(Event {
            collection: found.name.clone(),
            change: object.change,
            weight: weight(&object.value),
            object,
            previous,
        });
        found.history.push_back(event.clone());
        found.changes.send_replace(revision);
        state.order.push_back(event.collection.clone());
        state.weight += event.weight;
        while state.order.len() > self.history || state.weight > self.history_bytes && state.order.len() > 1 {
            state.forget_oldest();
        }
        sim_clock::changed();
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
            changes: watch::Sender::new(0),
        })
    }

    /// Removes the oldest event from the history of its collection.
    fn forget_oldest(&mut self) {
        let Some(collection) = self.order.pop_front() else {
            return;
        };
        let Some(found) = self.collections.get_mut(&collection) else {
            return;
        };
        if let Some(forgotten) = found.history.pop_front() {
            found.complete_after = forgotten.object.revision;
            self.weight -= forgotten.weight;
        }
    }

    fn expect(&self, collection: &str, current: &Arc<Object>) -> Result<(), StoreError> {
        let found = self
            .collections
            .get(collection)
            .and_then(|found| found.objects.get(&current.key));
        match found {
            None => Err(StoreError::Missing),
            Some(found) if found.revision != current.revision => Err(StoreError::Changed),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_is_bounded_in_bytes() {
        let store = Store::new(usize::MAX, 100_000);
        let collection: Arc<str> = "configmaps".into();
        let value = |number: usize| json!({ "metadata": { "name": "a" }, "data": { "k": format!("{number:01000}") } });
        let stored = store.insert(&collection, Key::new("", "a"), value(0), None);
        let mut current = stored.unwrap_or_else(|_| Object::unstored(Key::new("", "a"), Value::Null));
        for number in 1..1_000 {
            current = store.replace(&collection, &current, value(number)).unwrap_or(current);
        }
        let last = current.revision;
        let state = store.read();
        assert!(state.weight <= 100_000, "{}", state.weight);
        assert!(state.order.len() > 10, "{}", state.order.len());
        drop(state);
        assert_eq!(
            store
                .events_after("configmaps", 1, usize::MAX)
                .err()
                .map(|old| old.oldest < last),
            Some(true)
        );
        assert_eq!(
            store
                .events_after("configmaps", last - 5, usize::MAX)
                .map(|found| found.0.len()),
            Ok(5)
        );
    }
}
