//! The run loop of a controller: objects that were woken are reconciled in the order of their wakers, each by one
//! reconcile at a time.
//!
//! `kube::runtime::Controller` keeps what waits in hash maps, so that reconciles of one moment run in another order in
//! every run; here the order is a function of what happened.

use std::{collections::HashMap, future::Future, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use kube::{ResourceExt, runtime::reflector::ObjectRef};
use sim_clock::Poll;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::{
    Context,
    informer::{Change, Informer, Watched},
};

/// Number of wakers that are taken at once.
const AT_ONCE: usize = 64;

/// When to reconcile an object again, unless something wakes it before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// When it changes.
    Change,
    /// After this simulated duration.
    After(Duration),
    /// After this real time.
    In(Duration),
    /// After this simulated duration, to see whether something else has changed.
    Poll(Duration),
}

/// An error of a reconcile.
pub trait Failure: std::error::Error + Send + Sync + 'static {
    /// Whether the object was only changed, created or deleted concurrently.
    fn is_stale(&self) -> bool;
}

/// A controller of one kind.
pub struct Controller<K: Watched> {
    context: Context,
    informer: Informer<K>,
    wake: mpsc::UnboundedSender<ObjectRef<K>>,
    woken: mpsc::UnboundedReceiver<ObjectRef<K>>,
}

/// What is known of an object that the controller has reconciled.
#[derive(Default)]
struct Known {
    is_running: bool,
    /// Whether it was woken while its reconcile ran.
    is_woken: bool,
    poll: Poll,
    timer: Option<AbortOnDropHandle<()>>,
}

/// A reconcile that has ended.
type Done<K, E> = (ObjectRef<K>, Result<Next, E>);

impl<K: Watched> Controller<K> {
    fn new(context: &Context) -> Self {
        let (wake, woken) = mpsc::unbounded_channel();
        Self {
            context: context.clone(),
            informer: context.informer(),
            wake,
            woken,
        }
    }

    /// A controller that every change of an object wakes.
    pub fn on_change(context: &Context) -> Self {
        Self::woken_if(context, |_| true)
    }

    /// A controller that new objects and changes of a `spec` wake, not those of a status.
    pub fn on_new_generation(context: &Context) -> Self {
        Self::woken_if(context, |is_new_generation| is_new_generation)
    }

    fn woken_if(context: &Context, wakes: impl Fn(bool) -> bool + Send + Sync + 'static) -> Self {
        Self::new(context).woken_by(move |change| match change {
            Change::Applied {
                object,
                is_new_generation,
            } => wakes(is_new_generation).then(|| ObjectRef::from_obj(&**object)),
            // The run loop forgets it.
            Change::Deleted(object) => Some(ObjectRef::from_obj(&**object)),
        })
    }

    /// The store of the controller's objects.
    pub fn informer(&self) -> &Informer<K> {
        &self.informer
    }

    /// Objects that a change of another kind wakes.
    pub fn woken_by<O: Watched, I: IntoIterator<Item = ObjectRef<K>>>(
        self,
        woken: impl Fn(Change<'_, O>) -> I + Send + Sync + 'static,
    ) -> Self {
        let wake = self.waker();
        self.context
            .informer::<O>()
            .on_change(move |change| woken(change).into_iter().for_each(&wake));
        self
    }

    /// Objects that a change of another kind wakes, but not its deletion.
    pub fn woken_by_applied<O: Watched>(self, woken: impl Fn(&O) -> Vec<ObjectRef<K>> + Send + Sync + 'static) -> Self {
        self.woken_by(move |change| match change {
            Change::Applied { object, .. } => woken(object),
            Change::Deleted(_) => Vec::new(),
        })
    }

    /// Objects that a change or the deletion of another kind wakes.
    pub fn watches<O: Watched, I: IntoIterator<Item = ObjectRef<K>>>(
        self,
        woken: impl Fn(&O) -> I + Send + Sync + 'static,
    ) -> Self {
        self.woken_by(move |change| match change {
            Change::Applied { object, .. } | Change::Deleted(object) => woken(object),
        })
    }

    /// Objects that a change or the deletion of an object which they control wakes.
    pub fn owns<O: Watched>(self) -> Self {
        self.watches(|object: &O| {
            let namespace = object.namespace();
            let owners = object.owner_references().iter();
            let owners = owners.filter_map(move |owner| ObjectRef::from_owner_ref(namespace.as_deref(), owner, ()));
            owners.collect::<Vec<_>>()
        })
    }

    /// A sender of objects to reconcile.
    pub fn waker(&self) -> impl Fn(ObjectRef<K>) + Send + Sync + use<K> {
        let wake = self.wake.clone();
        move |reference| {
            // The receiver ends with the controller.
            let _ = wake.send(reference);
        }
    }

    /// Reconciles until the context stops. A failed reconcile is repeated after `retry`, in simulated time.
    pub async fn run<E, Outcome>(self, retry: Duration, reconcile: impl Fn(Arc<K>) -> Outcome)
    where
        E: Failure,
        Outcome: Future<Output = Result<Next, E>> + Send + 'static,
    {
        let stop = self.context.stop.clone();
        let work = async {
            self.informer.ready().await;
            self.work(retry, reconcile).await;
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = work => {}
        }
    }

    async fn work<E, Outcome>(mut self, retry: Duration, reconcile: impl Fn(Arc<K>) -> Outcome)
    where
        E: Failure,
        Outcome: Future<Output = Result<Next, E>> + Send + 'static,
    {
        let mut known: HashMap<ObjectRef<K>, Known> = HashMap::new();
        let mut running: FuturesUnordered<BoxFuture<'_, Done<K, E>>> = FuturesUnordered::new();
        loop {
            let mut due = Vec::new();
            tokio::select! {
                biased;
                Some((reference, outcome)) = running.next() => {
                    let state: &mut Known = known.entry(ObjectRef::clone(&reference)).or_default();
                    state.is_running = false;
                    let next = outcome.unwrap_or_else(|error| failed(&reference, &error, retry));
                    if std::mem::take(&mut state.is_woken) {
                        due.push(reference);
                    } else {
                        state.timer = self.timer(reference, next, state.poll);
                    }
                }
                _ = self.woken.recv_many(&mut due, AT_ONCE) => {}
            }
            for reference in distinct(due) {
                if let Some(state) = known.get_mut(&reference).filter(|state| state.is_running) {
                    state.is_woken = true;
                    continue;
                }
                let Some(object) = self.informer.find(&reference) else {
                    known.remove(&reference);
                    continue;
                };
                let state = known.entry(reference.clone()).or_default();
                state.timer = None;
                state.is_running = true;
                state.poll.look();
                let outcome = reconcile(object);
                running.push(async move { (reference, outcome.await) }.boxed());
            }
        }
    }

    /// Wakes the object again; `None`: when it changes.
    fn timer(&self, reference: ObjectRef<K>, next: Next, poll: Poll) -> Option<AbortOnDropHandle<()>> {
        let (clock, wake) = (self.context.clock, self.waker());
        let wait = async move {
            match next {
                Next::Change => return,
                Next::After(simulated) => clock.wait(simulated).await,
                Next::In(real) => sim_clock::sleep(real).await,
                Next::Poll(simulated) => clock.poll(poll, simulated).await,
            }
            wake(reference);
        };
        (next != Next::Change).then(|| AbortOnDropHandle::new(tokio::spawn(wait)))
    }
}

/// The references without repetitions, in their order.
fn distinct<K: Watched>(references: Vec<ObjectRef<K>>) -> Vec<ObjectRef<K>> {
    let mut distinct = Vec::with_capacity(references.len());
    for reference in references {
        if !distinct.contains(&reference) {
            distinct.push(reference);
        }
    }
    distinct
}

fn failed<K: Watched, E: Failure>(reference: &ObjectRef<K>, error: &E, retry: Duration) -> Next {
    let is_stale = error.is_stale();
    let error = error as &dyn std::error::Error;
    if is_stale {
        tracing::debug!(object = %reference, error, "an object changed meanwhile");
    } else {
        tracing::warn!(object = %reference, error, "a reconcile failed and is tried again");
    }
    Next::After(retry)
}
