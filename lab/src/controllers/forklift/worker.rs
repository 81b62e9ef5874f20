//! How every controller of the simulated Forklift runs: a watch of its kind that triggers on changes of `spec` only,
//! triggers from elsewhere, and a reconcile that says when it wants to look again.
//!
//! This is `kube::runtime`'s [`applier`] rather than its `Controller`, because Forklift's own status writes must not
//! wake it: it advances one step per three seconds (`pkg/controller/plan/predicate.go`).

use std::{collections::HashMap, fmt::Debug, future::Future, sync::Arc, time::Duration};

use futures::{FutureExt, Stream, StreamExt, stream::BoxStream};
use kube::{
    Api, Resource, ResourceExt,
    runtime::{
        WatchStreamExt, applier,
        controller::{Action, Config},
        reflector::{self, ObjectRef, Store},
        watcher,
    },
};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use crate::controllers::Context;

use super::error::{Error, Result};

/// How long a controller waits before it looks again (`pkg/controller/base`: `FastReQ`/`SlowReQ`).
pub const REQUEUE: Duration = Duration::from_secs(3);

/// A watch of one kind: what changed, and what is gone.
pub struct Watched<K: Resource + 'static>
where
    K::DynamicType: std::hash::Hash + Eq,
{
    /// The latest known objects.
    pub store: Store<K>,
    /// Objects whose `spec` changed, or that are new.
    pub changed: BoxStream<'static, ObjectRef<K>>,
}

/// Watches a kind. What is deleted goes to `deleted`.
pub fn watch<K>(api: Api<K>, deleted: mpsc::UnboundedSender<K>) -> Watched<K>
where
    K: Resource<DynamicType = ()> + Clone + Debug + Send + Sync + DeserializeOwned + 'static,
{
    let (store, writer) = reflector::store();
    let mut generations: HashMap<String, Option<i64>> = HashMap::new();
    let changed = watcher(api, watcher::Config::default())
        .default_backoff()
        .reflect(writer)
        .filter_map(move |event| {
            let changed = match event {
                Ok(watcher::Event::Apply(object) | watcher::Event::InitApply(object)) => {
                    let generation = object.meta().generation;
                    let known = generations.insert(object.uid().unwrap_or_default(), generation);
                    (known != Some(generation)).then(|| ObjectRef::from_obj(&object))
                }
                Ok(watcher::Event::Delete(object)) => {
                    generations.remove(&object.uid().unwrap_or_default());
                    // Nobody listens when the lab stops.
                    let _ = deleted.send(object);
                    None
                }
                Ok(watcher::Event::Init | watcher::Event::InitDone) => None,
                Err(error) => {
                    tracing::debug!(%error, kind = %K::kind(&()), "watch was interrupted");
                    None
                }
            };
            futures::future::ready(changed)
        })
        .boxed();
    Watched { store, changed }
}

/// Runs a reconcile for whatever the triggers name, until the context is stopped.
pub async fn run<K, F, Fut>(
    context: &Context,
    store: Store<K>,
    triggers: impl Stream<Item = ObjectRef<K>> + Send + 'static,
    reconcile: F,
) where
    K: Resource<DynamicType = ()> + Clone + Debug + Send + Sync + 'static,
    F: Fn(Arc<K>) -> Fut,
    Fut: Future<Output = Result<Action>> + Send + 'static,
{
    let again = context.clock.requeue(REQUEUE);
    let work = applier(
        move |object, _| reconcile(object).boxed(),
        move |object: Arc<K>, error: &Error, _| {
            tracing::warn!(error = %chain(error), kind = %K::kind(&()), object = %object.name_any(), "reconcile failed");
            Action::requeue(again)
        },
        Arc::new(()),
        store,
        triggers.map(Ok::<_, std::convert::Infallible>),
        Config::default(),
    )
    .for_each(|_| futures::future::ready(()));
    tokio::select! {
        () = context.stop.cancelled() => {}
        () = work => {}
    }
}

/// The error with its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
