//! Requeues of a controller as polls, of which virtual time leaves out those that would find nothing new.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::{Stream, stream};
use kube::{
    Resource,
    runtime::{controller::Action, reflector::ObjectRef},
};
use sim_clock::{Clock, Poll, Speed};
use tokio::{sync::mpsc, task::AbortHandle};

use super::{provider::RETEST, worker::REQUEUE};

/// Requeues that look whether something has changed.
const INTERVALS: [Duration; 2] = [REQUEUE, RETEST];

/// The polls of one controller. Clones share them.
pub struct Polls<K: Resource> {
    clock: Clock,
    due: mpsc::UnboundedSender<ObjectRef<K>>,
    known: Arc<Mutex<HashMap<ObjectRef<K>, Known>>>,
}

#[derive(Default)]
struct Known {
    poll: Poll,
    waiting: Option<AbortHandle>,
}

impl<K: Resource> Clone for Polls<K> {
    fn clone(&self) -> Self {
        Self {
            clock: self.clock,
            due: self.due.clone(),
            known: Arc::clone(&self.known),
        }
    }
}

impl<K: Resource<DynamicType = ()> + 'static> Polls<K> {
    /// Polls of a controller, and the objects whose poll is due.
    pub fn new(clock: Clock) -> (Self, impl Stream<Item = ObjectRef<K>> + Send + 'static) {
        let (due, receiver) = mpsc::unbounded_channel();
        let known = Arc::default();
        let polls = Self { clock, due, known };
        let due = stream::unfold(receiver, |mut receiver| async move {
            let reference = receiver.recv().await?;
            Some((reference, receiver))
        });
        (polls, due)
    }

    /// A reconcile of the object begins.
    pub fn look(&self, reference: &ObjectRef<K>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(reference.clone()).or_default();
        known.poll.look();
        if let Some(waiting) = known.waiting.take() {
            waiting.abort();
        }
    }

    /// What follows a reconcile: in virtual time a requeue after one of [`INTERVALS`] becomes a poll.
    pub fn next(&self, reference: ObjectRef<K>, action: Action) -> Action {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let interval = INTERVALS
            .into_iter()
            .find(|interval| action == Action::requeue(self.clock.requeue(*interval)));
        let Some(interval) = interval.filter(|_| self.clock.speed() == Speed::Virtual) else {
            if action == Action::await_change() {
                known.remove(&reference);
            }
            return action;
        };
        let (clock, due) = (self.clock, self.due.clone());
        let known = known.entry(reference.clone()).or_default();
        let poll = known.poll;
        let waiting = tokio::spawn(async move {
            clock.poll(poll, interval).await;
            // The receiver ends with the controller.
            let _ = due.send(reference);
        });
        known.waiting = Some(waiting.abort_handle());
        Action::await_change()
    }
}
