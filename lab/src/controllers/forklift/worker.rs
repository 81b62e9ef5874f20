//! Run loop of all controllers of the simulated Forklift: a watch that triggers only on changes of `spec`, additional
//! triggers, and a reconcile function that returns when to run again.
//!
//! It uses `kube::runtime`'s [`applier`] instead of `Controller`, because Forklift's own status writes must not trigger
//! a reconcile: Forklift advances one step per three seconds (`pkg/controller/plan/predicate.go`).

use std::{collections::HashMap, fmt::Debug, future::Future, sync::Arc, time::Duration};

use futures::{FutureExt, Stream, StreamExt, stream};
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

use super::{
    error::{Error, Result},
    polls::Polls,
};

/// Interval between two reconciles of an object (`pkg/controller/base`: `FastReQ`/`SlowReQ`).
pub const REQUEUE: Duration = Duration::from_secs(3);

/// A watch of one kind: a store of the latest objects, and channels of changes. The store is updated before a change
/// is sent.
pub struct Watched<K: Resource + 'static>
where
    K::DynamicType: std::hash::Hash + Eq,
{
    /// Store of the latest objects.
    pub store: Store<K>,
    /// New objects, and objects whose `spec` changed.
    pub changed: mpsc::UnboundedReceiver<ObjectRef<K>>,
    /// Objects with any change.
    pub applied: mpsc::UnboundedReceiver<K>,
    /// Deleted objects.
    pub deleted: mpsc::UnboundedReceiver<K>,
}

/// Watches a kind until the context is stopped.
pub fn watch<K>(context: &Context) -> Watched<K>
where
    K: Resource<DynamicType = ()> + Clone + Debug + Send + Sync + DeserializeOwned + 'static,
{
    watch_labelled(context, "")
}

/// Watches objects with these labels until the context is stopped.
pub fn watch_labelled<K>(context: &Context, labels: &str) -> Watched<K>
where
    K: Resource<DynamicType = ()> + Clone + Debug + Send + Sync + DeserializeOwned + 'static,
{
    let (store, writer) = reflector::store();
    let (changed_sender, changed) = mpsc::unbounded_channel();
    let (applied_sender, applied) = mpsc::unbounded_channel();
    let (deleted_sender, deleted) = mpsc::unbounded_channel();
    let config = watcher::Config::default().labels(labels);
    let events = watcher(Api::<K>::all(context.client.clone()), config)
        .default_backoff()
        .reflect(writer);
    let follow = async move {
        let mut events = std::pin::pin!(events);
        let mut generations: HashMap<String, Option<i64>> = HashMap::new();
        // A dropped receiver means that no controller needs these changes.
        while let Some(event) = events.next().await {
            match event {
                Ok(watcher::Event::Apply(object) | watcher::Event::InitApply(object)) => {
                    let generation = object.meta().generation;
                    let known = generations.insert(object.uid().unwrap_or_default(), generation);
                    if known != Some(generation) {
                        let _ = changed_sender.send(ObjectRef::from_obj(&object));
                    }
                    let _ = applied_sender.send(object);
                }
                Ok(watcher::Event::Delete(object)) => {
                    generations.remove(&object.uid().unwrap_or_default());
                    let _ = deleted_sender.send(object);
                }
                Ok(watcher::Event::Init | watcher::Event::InitDone) => {}
                Err(error) => tracing::debug!(%error, kind = %K::kind(&()), "watch was interrupted"),
            }
        }
    };
    tokio::spawn(context.stop.clone().run_until_cancelled_owned(follow));
    Watched {
        store,
        changed,
        applied,
        deleted,
    }
}

/// Runs the reconcile function for triggered objects until the context is stopped.
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
    let (polls, due) = Polls::new(context.clock);
    let triggers = stream::select(triggers, due);
    let work = applier(
        move |object: Arc<K>, _| {
            let reference = ObjectRef::from_obj(object.as_ref());
            polls.look(&reference);
            let (polls, outcome) = (polls.clone(), reconcile(object));
            async move { Ok(polls.next(reference, outcome.await?)) }.boxed()
        },
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
        biased;
        () = context.stop.cancelled() => {}
        () = work => {}
    }
}

/// Formats an error with its causes in one line.
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
