//! The event log of a run: appended to `events.ndjson` and sent to subscribers as events occur.

use std::{
    collections::BTreeMap,
    error::Error,
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use sim_clock::Instant;

use thiserror::Error;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{
    event::{Event, Outcome, Precopy, Progress, Record},
    wait_status::{WaitSnapshot, WaitStatus},
};
use super::{explain, finding::Finding};
use crate::run::ScenarioKey;
use crate::{run::folder, settings::Redactor};

/// The log could not be written.
#[derive(Debug, Error)]
#[error("could not write the event log {}", path.display())]
pub struct LogError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// The event log of a run. Clones write to the same log.
#[derive(Debug, Clone)]
pub struct EventLog {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    redactor: Redactor,
    state: Mutex<State>,
    next_activity: AtomicU64,
    /// Wait status of each open activity.
    waits: Mutex<BTreeMap<u64, WaitStatus>>,
}

#[derive(Debug)]
struct State {
    file: File,
    subscribers: Vec<UnboundedSender<Record>>,
    /// The first failure to write; reports are incomplete from then on.
    failure: Option<io::Error>,
}

impl EventLog {
    /// Starts a new log.
    pub fn create(path: &Path, redactor: Redactor) -> Result<Self, LogError> {
        let mut options = OpenOptions::new();
        options.create_new(true).append(true);
        let file = folder::private(&mut options).open(path).map_err(|source| LogError {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            shared: Arc::new(Shared {
                path: path.to_owned(),
                redactor,
                state: Mutex::new(State {
                    file,
                    subscribers: Vec::new(),
                    failure: None,
                }),
                next_activity: AtomicU64::new(1),
                waits: Mutex::default(),
            }),
        })
    }

    /// Path of the file.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// The redactor of the run; every writer of a file of the run uses it.
    pub fn redactor(&self) -> &Redactor {
        &self.shared.redactor
    }

    /// Writes an event, then sends it to the subscribers, so that they never know more than the file.
    pub fn emit(&self, event: Event) {
        let record = self.redacted(Record {
            at: sim_clock::now(),
            event,
        });
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        let written = serde_json::to_string(&record)
            .map_err(io::Error::other)
            .and_then(|line| state.file.write_all(format!("{line}\n").as_bytes()));
        if let Err(failure) = written {
            tracing::error!(path = %self.shared.path.display(), %failure, "could not write an event");
            state.failure.get_or_insert(failure);
        }
        state
            .subscribers
            .retain(|subscriber| subscriber.send(record.clone()).is_ok());
    }

    /// Every record from now on.
    pub fn subscribe(&self) -> UnboundedReceiver<Record> {
        let (sender, receiver) = unbounded_channel();
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.subscribers.push(sender);
        receiver
    }

    /// The first write failure, if there was one.
    pub fn check(&self) -> Result<(), LogError> {
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.failure.take() {
            None => Ok(()),
            Some(source) => Err(LogError {
                path: self.shared.path.clone(),
                source,
            }),
        }
    }

    /// Runs `work` and logs its begin, end, duration and outcome. `scenario` is absent for what the run shares.
    pub async fn activity<T, E: Error + 'static>(
        &self,
        scenario: Option<&ScenarioKey>,
        title: impl Into<String>,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let activity = self.shared.next_activity.fetch_add(1, Ordering::Relaxed);
        self.emit(Event::ActivityStarted {
            scenario: scenario.cloned(),
            activity,
            title: title.into(),
        });
        let wait = WaitStatus::default();
        self.waits().insert(activity, wait.clone());
        let mut end = ActivityEnd {
            log: self,
            scenario,
            activity,
            started: Instant::now(),
            result: Some((Outcome::Failed, Some("it was interrupted".to_owned()))),
        };
        let result = wait.observe(work).await;
        end.result = Some(match &result {
            Ok(_) => (Outcome::Passed, None),
            Err(error) => (Outcome::Failed, Some(explain(error))),
        });
        drop(end);
        result
    }

    /// What the activity currently waits for, without secrets.
    pub fn seen(&self, activity: u64) -> Option<WaitSnapshot> {
        let seen = self.waits().get(&activity)?.now()?;
        let clean = |text: &String| self.shared.redactor.redact(text).into_owned();
        Some(WaitSnapshot {
            awaited: clean(&seen.awaited),
            state: seen.state.iter().map(clean).collect(),
        })
    }

    fn waits(&self) -> MutexGuard<'_, BTreeMap<u64, WaitStatus>> {
        self.shared.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record without secrets. Fixed words of the format are kept, even if a password equals one, such as `passed`.
    fn redacted(&self, record: Record) -> Record {
        let Ok(value) = serde_json::to_value(&record) else {
            return record;
        };
        let mut clean = value.clone();
        self.shared.redactor.redact_json(&mut clean);
        if clean == value {
            return record;
        }
        restore_vocabulary(&value, &mut clean);
        serde_json::from_value(clean).unwrap_or_else(|_| Record {
            at: record.at,
            event: Event::Leftover {
                subject: "an event that cannot be shown".to_owned(),
                reason: "it holds a secret where its format does not allow a replacement".to_owned(),
            },
        })
    }
}

/// Fields whose values are words of the format.
const VOCABULARY: &[&str] = &["type", "outcome", "verdict", "at"];

fn restore_vocabulary(original: &serde_json::Value, clean: &mut serde_json::Value) {
    let (Some(original), Some(clean)) = (original.as_object(), clean.as_object_mut()) else {
        return;
    };
    for (key, field) in clean {
        match original.get(key) {
            Some(value) if VOCABULARY.contains(&key.as_str()) => *field = value.clone(),
            Some(value) => restore_vocabulary(value, field),
            None => {}
        }
    }
}

/// Logs the end of an activity, also when its future is dropped.
struct ActivityEnd<'a> {
    log: &'a EventLog,
    scenario: Option<&'a ScenarioKey>,
    activity: u64,
    started: Instant,
    result: Option<(Outcome, Option<String>)>,
}

impl Drop for ActivityEnd<'_> {
    fn drop(&mut self) {
        let Some((outcome, message)) = self.result.take() else {
            return;
        };
        self.log.waits().remove(&self.activity);
        self.log.emit(Event::ActivityFinished {
            scenario: self.scenario.cloned(),
            activity: self.activity,
            outcome,
            milliseconds: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            message,
        });
    }
}

/// The event log for the events of one scenario.
#[derive(Debug, Clone)]
pub struct ScenarioLog {
    log: EventLog,
    scenario: ScenarioKey,
}

impl ScenarioLog {
    /// The log of `scenario`.
    pub fn new(log: EventLog, scenario: ScenarioKey) -> Self {
        Self { log, scenario }
    }

    /// The scenario.
    pub fn scenario(&self) -> &ScenarioKey {
        &self.scenario
    }

    /// Writes an event.
    pub fn emit(&self, event: Event) {
        self.log.emit(event);
    }

    /// Runs `work` and logs its begin, end, duration and outcome.
    pub async fn activity<T, E: Error + 'static>(
        &self,
        title: impl Into<String>,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.log.activity(Some(&self.scenario), title, work).await
    }

    /// A pipeline step of a VM moved on.
    pub fn progress(&self, progress: Progress) {
        self.log.emit(Event::Progress {
            scenario: self.scenario.clone(),
            progress,
        });
    }

    /// A precopy of a VM began or ended.
    pub fn precopy(&self, precopy: Precopy) {
        self.log.emit(Event::Precopy {
            scenario: self.scenario.clone(),
            precopy,
        });
    }

    /// A check said something about a VM.
    pub fn finding(&self, finding: Finding) {
        self.log.emit(Event::Checked {
            scenario: self.scenario.clone(),
            finding,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use secrecy::SecretString;

    use super::*;
    use crate::events::wait_status;

    #[tokio::test]
    async fn what_an_activity_waits_for_is_known_until_it_ends_and_holds_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let redactor = Redactor::new([&SecretString::from("hunter22")]);
        let log = EventLog::create(&folder.path().join("events.ndjson"), redactor).unwrap();
        let mut records = log.subscribe();
        let work = async {
            wait_status::report("the provider p to be ready", || vec!["failed with hunter22".to_owned()]);
            let Event::ActivityStarted { activity, .. } = records.recv().await.unwrap().event else {
                panic!("an activity begins with its beginning");
            };
            Ok::<_, Infallible>((activity, log.seen(activity).unwrap()))
        };
        let Ok((activity, seen)) = log.activity(None, "creating the provider p", work).await;
        assert_eq!(seen.awaited, "the provider p to be ready");
        assert_eq!(seen.state, ["failed with <redacted>"]);
        assert_eq!(log.seen(activity), None);
    }
}
