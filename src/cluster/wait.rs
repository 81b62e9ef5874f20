//! Waiting for an object: a watch, a deadline, a condition, and a sentence that says what is waited for.
//!
//! The watch survives blips of the API; the wait ends within milliseconds of the change that ends it.

mod error;
mod timeline;
mod watched;

use std::{fmt, time::Duration};

use futures::{StreamExt, pin_mut};
use kube::{
    Api, Resource,
    runtime::{WatchStreamExt, watcher},
};
use serde::{Serialize, de::DeserializeOwned};
use sim_clock::{Instant, sleep_until, standstill_of};

pub use self::error::{Error, LastSeen, TerminalFailure};
use self::watched::Watched;
use super::{
    Cluster,
    condition::{Condition, ConditionState, absent},
};
use crate::events::{explain, wait_status};

type FailureTest<'a, K> = Box<dyn Fn(&K) -> Option<TerminalFailure> + Send + 'a>;
type Observer<'a, K> = Box<dyn FnMut(&K) + Send + 'a>;

/// In virtual time a wait ends when nothing has happened for so long and nothing is going to.
const DEADLOCK: Duration = Duration::from_secs(30 * 60);

/// A wait that is being described; [`until`](Self::until) waits.
pub struct Wait<'a, K> {
    cluster: &'a Cluster,
    api: Api<K>,
    name: String,
    awaited: String,
    deadline: Duration,
    advice: Option<String>,
    fails_when: Option<FailureTest<'a, K>>,
    observer: Option<Observer<'a, K>>,
    uid: Option<String>,
}

impl<'a, K> Wait<'a, K>
where
    K: Resource + Clone + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    /// Waits for something to become true of the object `name`, ten minutes long unless told otherwise.
    pub fn new(cluster: &'a Cluster, api: Api<K>, name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            cluster,
            api,
            awaited: format!("a change of {name}"),
            name,
            deadline: Duration::from_secs(600),
            advice: None,
            fails_when: None,
            observer: None,
            uid: None,
        }
    }

    /// The awaited condition as text: `the plan auto-ab12-x7kq-cold to be ready`.
    #[must_use]
    pub fn for_(mut self, awaited: impl Into<String>) -> Self {
        self.awaited = awaited.into();
        self
    }

    /// The deadline, as stated; the clock of the cluster divides it.
    #[must_use]
    pub fn at_most(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The remedy in the timeout error.
    #[must_use]
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Ends the wait as soon as `test` gives a reason why it cannot succeed.
    #[must_use]
    pub fn fails_when<H: Into<TerminalFailure>>(mut self, test: impl Fn(&K) -> Option<H> + Send + 'a) -> Self {
        self.fails_when = Some(Box::new(move |object| test(object).map(Into::into)));
        self
    }

    /// Shows every state that is seen, the last one included.
    #[must_use]
    pub fn observing(mut self, observer: impl FnMut(&K) + Send + 'a) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// The object must be this one, not another of the same name.
    #[must_use]
    pub fn of_uid(mut self, uid: impl Into<String>) -> Self {
        self.uid = Some(uid.into());
        self
    }

    /// Waits until the condition holds and returns the object as it is then.
    pub async fn until(self, condition: impl Condition<K>) -> Result<K, Error> {
        let mut watched = self.watched();
        let awaited = self.awaited.clone();
        match self.run(&condition, &mut watched).await? {
            Some(object) => Ok(object),
            None => Err(Error::Deleted {
                awaited,
                object: watched.object.clone(),
                last: Box::new(watched.last()),
            }),
        }
    }

    /// Waits until there is no such object, or another one stands in its place.
    pub async fn until_gone(self) -> Result<(), Error> {
        let mut watched = self.watched();
        match self.run(&absent(), &mut watched).await {
            Ok(_) | Err(Error::Replaced { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn watched(&self) -> Watched<K> {
        let namespace = self.api.namespace().map(|namespace| format!("{namespace}/"));
        let place = format!("{}{}", namespace.unwrap_or_default(), self.name);
        Watched::new(self.api.resource_url(), &place, self.uid.clone())
    }

    async fn run(mut self, condition: &impl Condition<K>, watched: &mut Watched<K>) -> Result<Option<K>, Error> {
        let config = watcher::Config::default().fields(&format!("metadata.name={}", self.name));
        let events = watcher(self.api.clone(), config).default_backoff();
        pin_mut!(events);
        let deadline = Instant::now() + self.cluster.clock.deadline(self.deadline);
        let cancel = self.cluster.cancel.clone();
        wait_status::report(&self.awaited, Vec::new);
        loop {
            let event = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(Error::Cancelled { awaited: self.awaited }),
                () = sleep_until(deadline) => return Err(Error::TimedOut {
                    awaited: self.awaited,
                    deadline: self.cluster.clock.describe(self.deadline),
                    last: Box::new(watched.last()),
                    advice: self.advice,
                    standstill: sim_clock::standstill(),
                }),
                event = events.next() => event,
                standstill = standstill_of(DEADLOCK) => return Err(Error::TimedOut {
                    awaited: self.awaited,
                    deadline: self.cluster.clock.describe(DEADLOCK),
                    last: Box::new(watched.last()),
                    advice: self.advice,
                    standstill: Some(standstill),
                }),
            };
            let Some(event) = event else {
                // A watcher never ends by itself; should it, the deadline speaks.
                sleep_until(deadline).await;
                continue;
            };
            match event {
                Err(error) if is_final(&error) => {
                    return Err(Error::Refused {
                        awaited: self.awaited,
                        object: watched.object.clone(),
                        source: Box::new(error),
                    });
                }
                Err(error) => {
                    tracing::debug!(%error, awaited = self.awaited, "the watch will be started again");
                    watched.breaks(explain(&error));
                    wait_status::report(&self.awaited, || watched.state());
                    continue;
                }
                Ok(event) => {
                    if !watched.follow(event) {
                        continue;
                    }
                }
            }
            wait_status::report(&self.awaited, || watched.state());
            if let Some(verdict) = self.judge(condition, watched) {
                return verdict;
            }
        }
    }

    /// The result that follows from the observed state; `None` to continue waiting.
    fn judge(&mut self, condition: &impl Condition<K>, watched: &mut Watched<K>) -> Option<Result<Option<K>, Error>> {
        let awaited = || self.awaited.clone();
        if watched.replaced {
            return Some(Err(Error::Replaced {
                awaited: awaited(),
                object: watched.object.clone(),
                last: Box::new(watched.last()),
            }));
        }
        if let (Some(object), Some(observer)) = (&watched.current, &mut self.observer) {
            observer(object);
        }
        watched.unmet = match condition.judge(watched.current.as_ref()) {
            ConditionState::Holds => return Some(Ok(watched.current.take())),
            ConditionState::Not(clauses) => clauses,
        };
        let Some(object) = &watched.current else {
            return watched.uid.is_some().then(|| {
                Err(Error::Deleted {
                    awaited: awaited(),
                    object: watched.object.clone(),
                    last: Box::new(watched.last()),
                })
            });
        };
        let reason = self.fails_when.as_ref().and_then(|test| test(object))?;
        Some(Err(Error::Failed {
            awaited: awaited(),
            reason,
            last: Box::new(watched.last()),
        }))
    }
}

/// Whether the watch cannot succeed: the kind does not exist, or reading it is forbidden.
fn is_final(error: &watcher::Error) -> bool {
    match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status)) => matches!(status.code, 403..=405),
        _ => false,
    }
}
