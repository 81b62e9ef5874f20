//! Shared parts of the cluster's controllers: their run, and timers of simulated durations.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sim_clock::Instant;

use super::{
    Context,
    controller::{Controller, Next},
    informer::Watched,
    objects,
};

/// Delay of the first retry of a real controller, in simulated time.
const RETRY: Duration = Duration::from_secs(1);

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

/// Runs a controller until the context stops.
pub async fn drive<K: Watched, Outcome>(
    controller: Controller<K>,
    shared: Arc<Shared>,
    reconcile: impl Fn(Arc<K>, Arc<Shared>) -> Outcome,
) where
    Outcome: Future<Output = Result<Next, objects::Error>> + Send + 'static,
{
    controller.run(RETRY, |object| reconcile(object, shared.clone())).await;
}
