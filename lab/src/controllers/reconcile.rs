//! Shared parts of all controllers: the run loop, retries, and timers of simulated durations.

use std::{
    collections::HashMap,
    fmt::Debug,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sim_clock::Instant;

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

/// Delay of the first retry of a real controller, in simulated time.
const RETRY: Duration = Duration::from_secs(1);
/// Minimum real delay of a retry, so that a failing controller does not use all CPU time at high clock speed.
const SHORTEST_RETRY: Duration = Duration::from_millis(10);

/// Shared state of the reconcilers of one area.
pub struct Shared {
    /// Dependencies of the area's controllers.
    pub context: Context,
    /// Start times of simulated durations.
    pub timers: Timers,
}

impl Shared {
    /// Creates the shared state of one area.
    pub fn new(context: Context) -> Arc<Self> {
        Arc::new(Self {
            context,
            timers: Timers::default(),
        })
    }

    /// Client of the API server.
    pub fn client(&self) -> Client {
        self.context.client.clone()
    }

    /// Remaining real time of the process `what`, which lasts `simulated`; `None`: the process has ended. The first call
    /// starts the timer.
    pub fn remaining(&self, what: String, simulated: Duration) -> Option<Duration> {
        self.timers.remaining(what, self.context.clock.unstated(simulated))
    }
}

/// Start times of processes by name. Timestamps of Kubernetes have whole seconds, too coarse for a fast clock.
#[derive(Default)]
pub struct Timers(Mutex<HashMap<String, Instant>>);

impl Timers {
    /// Remaining time of the process `what`; `None`: it has ended. The first call starts the timer.
    pub fn remaining(&self, what: String, lasting: Duration) -> Option<Duration> {
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let elapsed = begun.entry(what).or_insert_with(Instant::now).elapsed();
        lasting.checked_sub(elapsed).filter(|rest| !rest.is_zero())
    }

    /// Removes all timers whose name begins with `prefix`.
    pub fn forget(&self, prefix: &str) {
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        begun.retain(|what, _| !what.starts_with(prefix));
    }
}

/// Creates a controller for all objects of one kind.
pub fn controller_of<K>(client: Client) -> Controller<K>
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + Sync + Unpin + 'static,
{
    Controller::new(Api::all(client), watcher::Config::default())
}

/// Runs a controller until the context stops. Failed reconciles are retried; those of stale objects log no warning.
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
        biased;
        () = context.stop.cancelled() => {}
        () = observed => {}
    }
}
