//! What all controllers share: how they run, how they retry, and how they remember since when something lasts.

use std::{
    collections::HashMap,
    fmt::Debug,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::{StreamExt, TryFuture};
use kube::{
    Api, Client, Resource,
    runtime::{
        Controller,
        controller::{self, Action},
        watcher,
    },
};
use serde::de::DeserializeOwned;

use super::{Context, objects};

/// The pause of a real controller's first retry.
const RETRY: Duration = Duration::from_secs(1);
/// Even at the highest speed a failing controller leaves the processor to others.
const SHORTEST_RETRY: Duration = Duration::from_millis(10);

/// What the reconcilers of one area work with.
pub struct Shared {
    /// What the area was given.
    pub context: Context,
    /// Since when things last.
    pub timers: Timers,
}

impl Shared {
    /// Shared state of one area.
    pub fn new(context: Context) -> Arc<Self> {
        Arc::new(Self {
            context,
            timers: Timers::default(),
        })
    }

    /// The API's client.
    pub fn client(&self) -> Client {
        self.context.client.clone()
    }

    /// How long `what` has still to last, in real time, if it lasts `simulated`; `None` when that is over. It begins
    /// when it is first asked about.
    pub fn remaining(&self, what: String, simulated: Duration) -> Option<Duration> {
        self.timers.remaining(what, self.context.clock.unstated(simulated))
    }
}

/// Remembers when things began. Kubernetes' own timestamps have whole seconds, too coarse for a fast clock.
#[derive(Default)]
pub struct Timers(Mutex<HashMap<String, Instant>>);

impl Timers {
    /// How long `what` has still to last; `None` when it is over. It begins when it is first asked about.
    pub fn remaining(&self, what: String, lasting: Duration) -> Option<Duration> {
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let elapsed = begun.entry(what).or_insert_with(Instant::now).elapsed();
        lasting.checked_sub(elapsed).filter(|rest| !rest.is_zero())
    }

    /// Forgets everything whose name begins with `prefix`.
    pub fn forget(&self, prefix: &str) {
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        begun.retain(|what, _| !what.starts_with(prefix));
    }
}

/// A controller of all objects of one kind.
pub fn controller_of<K>(client: Client) -> Controller<K>
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + Sync + Unpin + 'static,
{
    Controller::new(Api::all(client), watcher::Config::default())
}

/// Runs a controller until the context stops. What fails is tried again; looking again at an object that changed
/// meanwhile is not worth a warning.
pub async fn drive<K, S, F>(
    controller: Controller<K>,
    context: &Context,
    state: Arc<S>,
    reconcile: impl FnMut(Arc<K>, Arc<S>) -> F,
) where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + Sync + Unpin + 'static,
    K::DynamicType: Eq + Hash,
    S: Send + Sync + 'static,
    F: TryFuture<Ok = Action, Error = objects::Error> + Send + 'static,
{
    let retry = context.clock.unstated(RETRY).max(SHORTEST_RETRY);
    let outcomes = controller.run(reconcile, move |_, _: &objects::Error, _| Action::requeue(retry), state);
    let observed = outcomes.for_each(|outcome| async move {
        match outcome {
            Ok(_) | Err(controller::Error::ObjectNotFound(_)) => {}
            Err(controller::Error::ReconcilerFailed(error, object)) if error.is_stale() => {
                tracing::debug!(%object, %error, "changed meanwhile");
            }
            Err(controller::Error::QueueError(error)) => tracing::debug!(%error, "a watch starts again"),
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a controller failed and tries again"
            ),
        }
    });
    tokio::select! {
        () = context.stop.cancelled() => {}
        () = observed => {}
    }
}
