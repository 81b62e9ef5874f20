//! Shared informers: one watch per kind for all controllers of the lab, with a store of the latest objects that
//! controllers read instead of the API server, like client-go's informers.

use std::{
    any::{Any, TypeId},
    collections::{BTreeMap, HashMap},
    fmt::Debug,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::StreamExt;
use kube::{
    Api, Client, Resource, ResourceExt,
    core::NamespaceResourceScope,
    runtime::{WatchStreamExt, reflector::ObjectRef, watcher},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::objects::Objects;

/// A kind that can be watched.
pub trait Watched: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + Sync + 'static {}

impl<K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + Sync + 'static> Watched for K {}

/// A cluster as controllers see it: a client for writes, and informers, which start with their first use, for reads.
/// Clones share them.
#[derive(Clone)]
pub struct Cluster {
    client: Client,
    stop: CancellationToken,
    by_kind: Arc<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>>,
}

impl Cluster {
    /// A cluster whose informers run until they are stopped.
    pub fn new(client: Client, stop: CancellationToken) -> Self {
        Self {
            client,
            stop,
            by_kind: Arc::default(),
        }
    }

    /// All objects of a kind.
    pub fn all<K: Watched + Serialize>(&self) -> Objects<K> {
        Objects::new(Api::all(self.client.clone()), None, self.informer())
    }

    /// The objects of a kind in a namespace.
    pub fn within<K>(&self, namespace: &str) -> Objects<K>
    where
        K: Watched + Serialize + Resource<Scope = NamespaceResourceScope>,
    {
        let api = Api::namespaced(self.client.clone(), namespace);
        Objects::new(api, Some(namespace.to_owned()), self.informer())
    }

    /// The informer of a kind.
    pub fn informer<K: Watched>(&self) -> Informer<K> {
        let mut by_kind = self.by_kind.lock().unwrap_or_else(PoisonError::into_inner);
        let known = by_kind.get(&TypeId::of::<K>());
        if let Some(informer) = known.and_then(|any| any.downcast_ref::<Informer<K>>()) {
            return informer.clone();
        }
        let informer = Informer::start(Api::all(self.client.clone()), self.stop.clone());
        by_kind.insert(TypeId::of::<K>(), Box::new(informer.clone()));
        informer
    }
}

/// A change of an object.
pub enum Change<'a, K> {
    /// The object is new or has changed.
    Applied {
        /// The object.
        object: &'a Arc<K>,
        /// Whether it is new or its `spec` has changed.
        is_new_generation: bool,
    },
    /// The object no longer exists.
    Deleted(&'a Arc<K>),
}

type Handler<K> = Arc<dyn Fn(Change<'_, K>) + Send + Sync>;
/// Namespace and name.
type Key = (String, String);

/// The watch of one kind. Clones share it.
pub struct Informer<K> {
    state: Arc<Mutex<State<K>>>,
    is_ready: watch::Receiver<bool>,
}

struct State<K> {
    objects: BTreeMap<Key, Arc<K>>,
    handlers: Vec<Handler<K>>,
    /// Version of the latest change that the watch has told.
    version: u64,
}

impl<K> Clone for Informer<K> {
    fn clone(&self) -> Self {
        Self {
            state: self.state.clone(),
            is_ready: self.is_ready.clone(),
        }
    }
}

impl<K: Watched> Informer<K> {
    fn start(api: Api<K>, stop: CancellationToken) -> Self {
        let (ready, is_ready) = watch::channel(false);
        let state = Arc::new(Mutex::new(State {
            objects: BTreeMap::new(),
            handlers: Vec::new(),
            version: 0,
        }));
        let informer = Self { state, is_ready };
        let follow = informer.clone().follow(api, ready);
        tokio::spawn(stop.run_until_cancelled_owned(follow));
        informer
    }

    async fn follow(self, api: Api<K>, ready: watch::Sender<bool>) {
        let mut events = std::pin::pin!(watcher(api, watcher::Config::default()).default_backoff());
        let mut generations: HashMap<String, Option<i64>> = HashMap::new();
        // What a new list, after an interrupted watch, has not named yet.
        let mut missing: BTreeMap<Key, Arc<K>> = BTreeMap::new();
        while let Some(event) = events.next().await {
            match event {
                Ok(watcher::Event::Apply(object)) => self.apply(object, &mut generations),
                Ok(watcher::Event::Delete(object)) => self.delete(&key(&object), Arc::new(object), &mut generations),
                Ok(watcher::Event::Init) => missing = self.lock().objects.clone(),
                Ok(watcher::Event::InitApply(object)) => {
                    missing.remove(&key(&object));
                    self.apply(object, &mut generations);
                }
                Ok(watcher::Event::InitDone) => {
                    for (key, object) in std::mem::take(&mut missing) {
                        self.delete(&key, object, &mut generations);
                    }
                    ready.send_replace(true);
                }
                Err(error) => tracing::debug!(%error, kind = %K::kind(&()), "a watch starts again"),
            }
        }
    }

    fn apply(&self, object: K, generations: &mut HashMap<String, Option<i64>>) {
        let generation = object.meta().generation;
        let known = generations.insert(object.uid().unwrap_or_default(), generation);
        let object = Arc::new(object);
        let handlers = {
            let mut state = self.lock();
            state.version = state.version.max(version(&*object));
            state.keep(&object);
            state.handlers.clone()
        };
        sim_clock::changed();
        for handler in handlers {
            handler(Change::Applied {
                object: &object,
                is_new_generation: known != Some(generation),
            });
        }
    }

    fn delete(&self, key: &Key, object: Arc<K>, generations: &mut HashMap<String, Option<i64>>) {
        generations.remove(&object.uid().unwrap_or_default());
        let handlers = {
            let mut state = self.lock();
            state.version = state.version.max(version(&*object));
            if state.objects.get(key).is_some_and(|known| known.uid() == object.uid()) {
                state.objects.remove(key);
            }
            state.handlers.clone()
        };
        sim_clock::changed();
        for handler in handlers {
            handler(Change::Deleted(&object));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<K>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls the handler with every change from now on, and with every object that there is.
    pub fn on_change(&self, handler: impl Fn(Change<'_, K>) + Send + Sync + 'static) {
        let present = {
            let mut state = self.lock();
            let present: Vec<Arc<K>> = state.objects.values().cloned().collect();
            state.handlers.push(Arc::new(handler));
            (present, state.handlers.last().cloned())
        };
        if let (present, Some(handler)) = present {
            for object in &present {
                handler(Change::Applied {
                    object,
                    is_new_generation: true,
                });
            }
        }
    }

    /// Objects that are deleted from now on.
    pub fn deleted(&self) -> mpsc::UnboundedReceiver<Arc<K>> {
        let (sender, deleted) = mpsc::unbounded_channel();
        self.on_change(move |change| {
            if let Change::Deleted(object) = change {
                // A dropped receiver needs no more objects.
                let _ = sender.send(object.clone());
            }
        });
        deleted
    }

    /// Waits until all objects have been listed once.
    pub fn ready(&self) -> impl Future<Output = ()> + Send + use<K> {
        let mut is_ready = self.is_ready.clone();
        async move {
            // A dropped sender means that the lab stops.
            let _ = is_ready.wait_for(|is_ready| *is_ready).await;
        }
    }

    /// Stores the result of a write, so that the next read returns it without waiting for its event.
    pub fn observe(&self, written: K) -> Arc<K> {
        let written = Arc::new(written);
        let mut state = self.lock();
        // Of an older object the watch has already told, perhaps that it was deleted.
        if version(&*written) > state.version {
            state.keep(&written);
        }
        drop(state);
        written
    }

    /// The object of this name.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Arc<K>> {
        let key = (namespace.to_owned(), name.to_owned());
        self.lock().objects.get(&key).cloned()
    }

    /// The object that the reference is to.
    pub fn find(&self, reference: &ObjectRef<K>) -> Option<Arc<K>> {
        self.get(reference.namespace.as_deref().unwrap_or_default(), &reference.name)
    }

    /// All objects, by namespace and name.
    pub fn all(&self) -> Vec<Arc<K>> {
        self.lock().objects.values().cloned().collect()
    }

    /// All objects of a namespace by name.
    pub fn all_in(&self, namespace: &str) -> Vec<Arc<K>> {
        let state = self.lock();
        let first = (namespace.to_owned(), String::new());
        let of_namespace = state.objects.range(first..).take_while(|((of, _), _)| of == namespace);
        of_namespace.map(|(_, object)| object.clone()).collect()
    }
}

/// References to those of the objects that it concerns.
pub fn references<K: Watched>(objects: &[Arc<K>], concerns: impl Fn(&K) -> bool) -> Vec<ObjectRef<K>> {
    let concerned = objects.iter().filter(|object| concerns(object));
    concerned.map(|object| ObjectRef::from_obj(&**object)).collect()
}

impl<K: Watched> State<K> {
    fn keep(&mut self, object: &Arc<K>) {
        let key = key(&**object);
        let is_newer = |known: &Arc<K>| version(&**known) < version(&**object);
        if self.objects.get(&key).is_none_or(is_newer) {
            self.objects.insert(key, object.clone());
        }
    }
}

fn key<K: Resource>(object: &K) -> Key {
    (object.namespace().unwrap_or_default(), object.name_any())
}

/// Resource version as a number: since Kubernetes 1.35 (KEP-5504) clients may compare them.
fn version<K: Resource>(object: &K) -> u64 {
    let version = object.meta().resource_version.as_deref();
    version.and_then(|version| version.parse().ok()).unwrap_or_default()
}
