//! Waiting for an object: a watch, a deadline, a condition, and a sentence that says what is waited for.
//!
//! The watch survives blips of the API; the wait ends within milliseconds of the change that ends it.

use std::{fmt, time::Duration};

use futures::{StreamExt, pin_mut};
use kube::{
    Api, Resource,
    runtime::{WatchStreamExt, watcher},
};
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error as ThisError;
use tokio::time::{Instant, sleep_until};

use super::{
    Cluster,
    condition::{Condition, Verdict, absent},
    state,
};

/// Why a wait did not end as it should.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The deadline has passed.
    #[error("gave up after {deadline} waiting for {awaited}\n{last}")]
    TimedOut {
        /// What was waited for.
        awaited: String,
        /// The deadline, in words.
        deadline: String,
        /// How it was at the end.
        last: Box<LastSeen>,
    },
    /// It cannot become true any more.
    #[error("{awaited} will not happen: {reason}\n{last}")]
    Failed {
        /// What was waited for.
        awaited: String,
        /// Why not.
        reason: String,
        /// How it was at the end.
        last: Box<LastSeen>,
    },
    /// The object was deleted meanwhile.
    #[error("{object} was deleted while waiting for {awaited}\n{last}")]
    Deleted {
        /// What was waited for.
        awaited: String,
        /// The object.
        object: String,
        /// How it was before.
        last: Box<LastSeen>,
    },
    /// Another object of the same name stands in its place.
    #[error("{object} was replaced by another one of the same name while waiting for {awaited}\n{last}")]
    Replaced {
        /// What was waited for.
        awaited: String,
        /// The object.
        object: String,
        /// How it was before.
        last: Box<LastSeen>,
    },
    /// The API server refuses to show the object.
    #[error("the API server refuses to show {object} while waiting for {awaited}")]
    Refused {
        /// What was waited for.
        awaited: String,
        /// The object.
        object: String,
        /// Cause.
        #[source]
        source: Box<watcher::Error>,
    },
    /// The run was interrupted.
    #[error("interrupted while waiting for {awaited}")]
    Cancelled {
        /// What was waited for.
        awaited: String,
    },
}

impl Error {
    /// Whether the run was interrupted, which says nothing about the object.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled { .. })
    }
}

/// How an object was when a wait ended: its state, what was missing, and whether the API was in trouble.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastSeen {
    /// `Plan auto-ab12/auto-ab12-...-cold`
    pub object: String,
    /// Its state, a line for each condition; `None`: it was never there.
    pub state: Option<Vec<String>>,
    /// Clauses of the condition that do not hold.
    pub unmet: Vec<String>,
    /// The last trouble with the watch, when it had not recovered.
    pub trouble: Option<String>,
}

impl fmt::Display for LastSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            None => write!(f, "  {} was never seen", self.object)?,
            Some(lines) if lines.is_empty() => write!(f, "  {} was last seen without any status", self.object)?,
            Some(lines) => {
                write!(f, "  {} was last seen with", self.object)?;
                for line in lines {
                    write!(f, "\n    {line}")?;
                }
            }
        }
        if !self.unmet.is_empty() {
            f.write_str("\n  still missing")?;
            for clause in &self.unmet {
                write!(f, "\n    {clause}")?;
            }
        }
        if let Some(trouble) = &self.trouble {
            write!(f, "\n  the watch was in trouble: {trouble}")?;
        }
        Ok(())
    }
}

type FailureTest<'a, K> = Box<dyn Fn(&K) -> Option<String> + Send + 'a>;
type Observer<'a, K> = Box<dyn FnMut(&K) + Send + 'a>;

/// A wait that is being described; [`until`](Self::until) waits.
pub struct Wait<'a, K> {
    cluster: &'a Cluster,
    api: Api<K>,
    name: String,
    awaited: String,
    deadline: Duration,
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
            fails_when: None,
            observer: None,
            uid: None,
        }
    }

    /// What is waited for, for people: `the plan auto-ab12-x7kq-cold to be ready`.
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

    /// Ends the wait as soon as this gives a reason why it is in vain.
    #[must_use]
    pub fn fails_when(mut self, test: impl Fn(&K) -> Option<String> + Send + 'a) -> Self {
        self.fails_when = Some(Box::new(test));
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
        let mut watched = Watched::new(&self);
        let awaited = self.awaited.clone();
        match self.run(&condition, &mut watched).await? {
            Some(object) => Ok(object),
            None => Err(Error::Deleted {
                awaited,
                object: watched.last.object.clone(),
                last: Box::new(watched.last),
            }),
        }
    }

    /// Waits until there is no such object, or another one stands in its place.
    pub async fn until_gone(self) -> Result<(), Error> {
        let mut watched = Watched::new(&self);
        match self.run(&absent(), &mut watched).await {
            Ok(_) | Err(Error::Replaced { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn run(mut self, condition: &impl Condition<K>, watched: &mut Watched<K>) -> Result<Option<K>, Error> {
        let config = watcher::Config::default().fields(&format!("metadata.name={}", self.name));
        let events = watcher(self.api.clone(), config).default_backoff();
        pin_mut!(events);
        let deadline = Instant::now() + self.cluster.clock.deadline(self.deadline);
        let cancel = self.cluster.cancel.clone();
        loop {
            let event = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(Error::Cancelled { awaited: self.awaited }),
                () = sleep_until(deadline) => return Err(Error::TimedOut {
                    awaited: self.awaited,
                    deadline: self.cluster.clock.describe(self.deadline),
                    last: Box::new(watched.last.clone()),
                }),
                event = events.next() => event,
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
                        object: watched.last.object.clone(),
                        source: Box::new(error),
                    });
                }
                Err(error) => {
                    tracing::debug!(%error, awaited = self.awaited, "the watch will be started again");
                    watched.last.trouble = Some(error.to_string());
                    continue;
                }
                Ok(event) => {
                    watched.last.trouble = None;
                    if !watched.follow(event) {
                        continue;
                    }
                }
            }
            if let Some(verdict) = self.judge(condition, watched) {
                return verdict;
            }
        }
    }

    /// What follows from the state that was just seen; `None`: go on waiting.
    fn judge(&mut self, condition: &impl Condition<K>, watched: &mut Watched<K>) -> Option<Result<Option<K>, Error>> {
        let awaited = || self.awaited.clone();
        if watched.replaced {
            return Some(Err(Error::Replaced {
                awaited: awaited(),
                object: watched.last.object.clone(),
                last: Box::new(watched.last.clone()),
            }));
        }
        if let (Some(object), Some(observer)) = (&watched.current, &mut self.observer) {
            observer(object);
        }
        watched.last.unmet = match condition.judge(watched.current.as_ref()) {
            Verdict::Holds => return Some(Ok(watched.current.take())),
            Verdict::Not(clauses) => clauses,
        };
        let Some(object) = &watched.current else {
            return watched.uid.is_some().then(|| {
                Err(Error::Deleted {
                    awaited: awaited(),
                    object: watched.last.object.clone(),
                    last: Box::new(watched.last.clone()),
                })
            });
        };
        let reason = self.fails_when.as_ref().and_then(|test| test(object))?;
        Some(Err(Error::Failed {
            awaited: awaited(),
            reason,
            last: Box::new(watched.last.clone()),
        }))
    }
}

/// The object as the watch has shown it so far.
struct Watched<K> {
    current: Option<K>,
    /// Of the object that is waited for; another one is not it.
    uid: Option<String>,
    replaced: bool,
    /// Whether the list that is being read has it.
    listed: bool,
    last: LastSeen,
}

impl<K> Watched<K>
where
    K: Resource + Clone + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    fn new(wait: &Wait<'_, K>) -> Self {
        let place = wait
            .api
            .namespace()
            .map(|namespace| format!("{namespace}/"))
            .unwrap_or_default();
        Self {
            current: None,
            uid: wait.uid.clone(),
            replaced: false,
            listed: false,
            last: LastSeen {
                object: format!("{} {place}{}", kind_of(wait.api.resource_url()), wait.name),
                ..LastSeen::default()
            },
        }
    }

    /// Takes in an event; whether the state is complete and can be judged.
    fn follow(&mut self, event: watcher::Event<K>) -> bool {
        match event {
            watcher::Event::Init => {
                self.listed = false;
                false
            }
            watcher::Event::InitApply(object) => {
                self.listed = true;
                self.see(object);
                false
            }
            watcher::Event::InitDone => {
                if !self.listed {
                    self.current = None;
                }
                true
            }
            watcher::Event::Apply(object) => {
                self.see(object);
                true
            }
            watcher::Event::Delete(_) => {
                self.current = None;
                true
            }
        }
    }

    fn see(&mut self, object: K) {
        let uid = object.meta().uid.clone();
        if self.uid.is_some() && uid != self.uid {
            self.replaced = true;
            return;
        }
        self.uid = uid;
        self.last.state = Some(state::describe(&object));
        if let Some(kind) = serde_json::to_value(&object)
            .ok()
            .and_then(|value| value.get("kind")?.as_str().map(str::to_owned))
        {
            let (_, place) = self.last.object.split_once(' ').unwrap_or_default();
            self.last.object = format!("{kind} {place}");
        }
        self.current = Some(object);
    }
}

/// `/apis/x/v1/namespaces/a/plans` → `plans`; the kind itself is known once the object has been seen.
fn kind_of(resource_url: &str) -> &str {
    resource_url.rsplit('/').next().unwrap_or(resource_url)
}

/// Whether trying again is in vain: the kind does not exist, or may not be read.
fn is_final(error: &watcher::Error) -> bool {
    match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status)) => matches!(status.code, 403..=405),
        _ => false,
    }
}
