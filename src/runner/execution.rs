//! Executes scenarios: the runner of cucumber's three parts.
//!
//! cucumber's own runner reports a failed step only after its teardown, lets a step that hangs hang the run, breaks
//! the isolation of serial scenarios with delayed retries, and forgets the scenarios that were not run. This one
//! reports every event before it goes on, drops a step that does not heed an interruption, and holds a scenario's
//! place until its teardown has ended.

use std::{
    any::Any,
    collections::VecDeque,
    fmt::Debug,
    panic::AssertUnwindSafe,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use cucumber::{
    Event, Runner, World, cli,
    event::{Cucumber, Feature, HookType, Info, Retries, Rule, Scenario, Source, StepError},
    gherkin, parser,
    runner::basic::{self, RetryOptions},
    step,
};
use futures::{
    FutureExt as _, SinkExt as _, Stream, StreamExt as _,
    channel::mpsc,
    future,
    stream::{self, FuturesUnordered, LocalBoxStream},
};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use tokio_util::sync::CancellationToken;

use super::{
    plan::{Plan, Planned},
    scenarios,
};
use crate::run::ScenarioKey;

/// Set-up and teardown around the steps of a scenario.
pub trait Hooks<W> {
    /// Runs before the first step. An error fails the scenario.
    fn begin(&self, planned: &Planned, key: &ScenarioKey, world: &mut W) -> impl Future<Output = Result<(), String>>;

    /// Runs after the last step in any case, also without a World. An error fails the scenario.
    fn end(&self, key: &ScenarioKey, failed: bool) -> impl Future<Output = Result<(), String>>;
}

/// Limits and retries of the execution.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Number of scenarios that run at the same time.
    pub concurrency: usize,
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
    /// Whether there was a failure that ends the run.
    pub failed: Arc<AtomicBool>,
    /// Time for a step to end after an interruption before it is dropped.
    pub heed: Duration,
    /// Maximum number of retries of a scenario that failed, unless its tags say otherwise.
    pub retry: Option<usize>,
    /// Time between a failed attempt and the next one.
    pub retry_after: Option<Duration>,
}

/// The runner for cucumber.
#[derive(Debug)]
pub struct Execution<W, H> {
    /// The planned scenarios.
    pub plan: Rc<Plan>,
    /// Set-up and teardown of scenarios.
    pub hooks: H,
    /// The step definitions.
    pub steps: step::Collection<W>,
    /// Limits and retries.
    pub pace: Pace,
    /// Ends the run early when cancelled.
    pub cancel: CancellationToken,
}

type Sender<W> = mpsc::Sender<parser::Result<Event<Cucumber<W>>>>;

impl<W, H> Runner<W> for Execution<W, H>
where
    W: World + Debug,
    H: Hooks<W> + 'static,
{
    type Cli = cli::Empty;
    type EventStream = LocalBoxStream<'static, parser::Result<Event<Cucumber<W>>>>;

    fn run<S>(self, features: S, _: cli::Empty) -> Self::EventStream
    where
        S: Stream<Item = parser::Result<gherkin::Feature>> + 'static,
    {
        // The channel has no buffer: sending waits until the event was handled, so events keep their order.
        let (sender, receiver) = mpsc::channel(0);
        let work = self.execute(features, sender).map(|()| None).into_stream();
        stream::select(receiver.map(Some), work)
            .filter_map(future::ready)
            .boxed_local()
    }
}

/// An attempt of a scenario that waits to be started.
struct Job {
    feature: Source<gherkin::Feature>,
    rule: Option<Source<gherkin::Rule>>,
    scenario: Source<gherkin::Scenario>,
    planned: Planned,
    retry: Option<RetryOptions>,
}

/// The result of an attempt.
struct Ended {
    failed: bool,
    again: Option<Job>,
}

/// An attempt did not pass; the reason was reported.
struct Failed;

/// Guard of a running scenario: many run at the same time, a `@serial` one runs alone.
enum Turn {
    Shared { _guard: OwnedRwLockReadGuard<()> },
    Alone { _guard: OwnedRwLockWriteGuard<()> },
}

impl<W, H> Execution<W, H>
where
    W: World + Debug,
    H: Hooks<W> + 'static,
{
    async fn execute<S>(self, features: S, mut events: Sender<W>)
    where
        S: Stream<Item = parser::Result<gherkin::Feature>>,
    {
        send(&mut events, Cucumber::Started).await;
        let features: Vec<_> = features.collect().await;
        let mut queue = VecDeque::new();
        let mut known = Vec::new();
        for feature in features {
            match feature {
                Ok(feature) => {
                    let feature = Source::new(feature);
                    let rules: Vec<_> = feature.rules.iter().map(|rule| Source::new(rule.clone())).collect();
                    self.enqueue(&feature, &rules, &mut queue);
                    known.push((feature, rules));
                }
                Err(error) => drop(events.send(Err(error)).await),
            }
        }
        for (feature, rules) in &known {
            send(&mut events, Cucumber::feature_started(feature.clone())).await;
            for rule in rules {
                send(&mut events, Cucumber::rule_started(feature.clone(), rule.clone())).await;
            }
        }
        self.work_off(queue, &events).await;
        for (feature, rules) in known {
            for rule in rules {
                send(&mut events, Cucumber::rule_finished(feature.clone(), rule)).await;
            }
            send(&mut events, Cucumber::feature_finished(feature)).await;
        }
        send(&mut events, Cucumber::Finished).await;
    }

    fn enqueue(&self, feature: &Source<gherkin::Feature>, rules: &[Source<gherkin::Rule>], queue: &mut VecDeque<Job>) {
        let unless_tagged = basic::Cli {
            retry: self.pace.retry,
            retry_after: self.pace.retry_after,
            ..basic::Cli::default()
        };
        let direct = feature.scenarios.iter().map(|scenario| (None, scenario));
        let in_rules = rules
            .iter()
            .flat_map(|rule| rule.scenarios.iter().map(move |s| (Some(rule), s)));
        for (rule, scenario) in direct.chain(in_rules) {
            // Every scenario that cucumber runs comes from the plan.
            let Some(planned) = self.plan.planned(feature, scenario) else {
                continue;
            };
            let retry = RetryOptions::parse_from_tags(feature, rule.map(AsRef::as_ref), scenario, &unless_tagged);
            queue.push_back(Job {
                feature: feature.clone(),
                rule: rule.cloned(),
                scenario: Source::new(scenario.clone()),
                planned: planned.clone(),
                retry,
            });
        }
    }

    async fn work_off(&self, mut queue: VecDeque<Job>, events: &Sender<W>) {
        let exclusion = Arc::new(RwLock::new(()));
        let mut running = FuturesUnordered::new();
        let stopped = || self.pace.failed.load(Ordering::Relaxed);
        loop {
            while running.len() < self.pace.concurrency.max(1) && !stopped() && !self.cancel.is_cancelled() {
                let Some(job) = queue.pop_front() else { break };
                running.push(self.attempt(job, Arc::clone(&exclusion), events.clone()));
            }
            let Some(ended) = running.next().await else { break };
            if self.pace.fail_fast && ended.failed && ended.again.is_none() {
                self.pace.failed.store(true, Ordering::Relaxed);
            }
            queue.extend(ended.again);
        }
    }

    async fn attempt(&self, job: Job, exclusion: Arc<RwLock<()>>, mut events: Sender<W>) -> Ended {
        let number = job.retry.map_or(0, |retry| retry.retries.current);
        let delay = job.retry.filter(|_| number > 0).and_then(|retry| retry.after);
        let turn = async {
            sim_clock::sleep(delay.unwrap_or_default()).await;
            if job.planned.serial {
                Turn::Alone {
                    _guard: exclusion.write_owned().await,
                }
            } else {
                Turn::Shared {
                    _guard: exclusion.read_owned().await,
                }
            }
        };
        let Some(turn) = self.cancel.run_until_cancelled(turn).await else {
            return Ended {
                failed: false,
                again: None,
            };
        };
        let key = job.planned.attempt(number + 1);
        job.send(&mut events, Scenario::Started).await;
        let steps = self.steps_of(&job, &key, &mut events).await;
        let torn_down = AssertUnwindSafe(self.hooks.end(&key, steps.is_err()))
            .catch_unwind()
            .await;
        let torn_down = torn_down.unwrap_or_else(|panic| Err(words(panic.as_ref())));
        let mut failed = steps.is_err();
        if let Err(message) = torn_down {
            failed = true;
            job.send(&mut events, Scenario::hook_failed(HookType::After, None, info(message)))
                .await;
        }
        let retry = job
            .retry
            .filter(|_| failed && !self.cancel.is_cancelled())
            .and_then(RetryOptions::next_try);
        job.finish(&mut events, retry.is_some()).await;
        drop(turn);
        Ended {
            // A failure because of a known issue does not end the run.
            failed: failed && job.planned.argument("known_issue").is_none(),
            again: retry.map(|retry| Job {
                retry: Some(retry),
                ..job
            }),
        }
    }

    async fn steps_of(&self, job: &Job, key: &ScenarioKey, events: &mut Sender<W>) -> Result<(), Failed> {
        let set_up = async {
            let mut world = W::new().await.map_err(|error| format!("{error:#}"))?;
            self.hooks.begin(&job.planned, key, &mut world).await?;
            Ok(world)
        };
        let mut world = match self.interruptible(set_up).await {
            Ok(Ok(world)) => world,
            Ok(Err(message)) | Err(message) => {
                job.send(events, Scenario::hook_failed(HookType::Before, None, info(message)))
                    .await;
                return Err(Failed);
            }
        };
        for step in scenarios::background(&job.feature, job.rule.as_deref()) {
            self.step(job, step, &mut world, events, Scenario::Background).await?;
        }
        for step in &job.scenario.steps {
            self.step(job, step, &mut world, events, Scenario::Step).await?;
        }
        Ok(())
    }

    async fn step(
        &self,
        job: &Job,
        step: &gherkin::Step,
        world: &mut W,
        events: &mut Sender<W>,
        wrap: fn(Source<gherkin::Step>, cucumber::event::Step<W>) -> Scenario<W>,
    ) -> Result<(), Failed> {
        use cucumber::event::Step;
        let source = Source::new(step.clone());
        job.send(events, wrap(source.clone(), Step::Started)).await;
        let (outcome, result) = match self.steps.find(step) {
            Ok(None) => (Step::Skipped, Err(Failed)),
            Err(ambiguous) => (
                Step::Failed(None, None, None, StepError::AmbiguousMatch(ambiguous)),
                Err(Failed),
            ),
            Ok(Some((function, captures, location, context))) => {
                match self.interruptible(function(world, context)).await {
                    Ok(()) => (Step::Passed(captures, location), Ok(())),
                    Err(message) => (
                        Step::Failed(Some(captures), location, None, StepError::Panic(info(message))),
                        Err(Failed),
                    ),
                }
            }
        };
        job.send(events, wrap(source, outcome)).await;
        result
    }

    /// Runs the work; a panic becomes an error, and so does work that does not end in time after an interruption.
    async fn interruptible<T>(&self, work: impl Future<Output = T>) -> Result<T, String> {
        let work = AssertUnwindSafe(work).catch_unwind();
        let interrupted = async {
            self.cancel.cancelled().await;
            sim_clock::sleep(self.pace.heed).await;
        };
        tokio::select! {
            biased;
            result = work => result.map_err(|panic| words(panic.as_ref())),
            () = interrupted => Err("interrupted".to_owned()),
        }
    }
}

impl Job {
    async fn send<W>(&self, events: &mut Sender<W>, event: Scenario<W>) {
        self.send_with(events, event, self.retry.map(|retry| retry.retries))
            .await;
    }

    /// Sends the end of the attempt; `again` says whether another attempt follows.
    async fn finish<W>(&self, events: &mut Sender<W>, again: bool) {
        let retries = self.retry.map(|retry| {
            if again {
                retry.retries
            } else {
                Retries {
                    left: 0,
                    ..retry.retries
                }
            }
        });
        self.send_with(events, Scenario::Finished, retries).await;
    }

    async fn send_with<W>(&self, events: &mut Sender<W>, event: Scenario<W>, retries: Option<Retries>) {
        let event = event.with_retries(retries);
        let scenario = self.scenario.clone();
        let event = match &self.rule {
            Some(rule) => Feature::Rule(rule.clone(), Rule::Scenario(scenario, event)),
            None => Feature::Scenario(scenario, event),
        };
        send(events, Cucumber::Feature(self.feature.clone(), event)).await;
    }
}

async fn send<W>(events: &mut Sender<W>, event: Cucumber<W>) {
    // The receiver is gone only if the whole run was dropped.
    drop(events.send(Ok(Event::new(event))).await);
}

fn info(message: String) -> Info {
    Arc::new(message)
}

/// Message of a panic. Steps that return an error panic with its text: cucumber's macros do so.
pub fn words(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "panicked without a message".to_owned())
}

#[cfg(test)]
mod tests;
