//! Turns cucumber's events into records of the event log as they happen.

use std::{collections::HashMap, rc::Rc};

use cucumber::{
    Event, cli,
    event::{Cucumber, Feature, Hook, HookType, Retries, RetryableScenario, Rule, Scenario, Step, StepError},
    gherkin, parser,
    writer::Normalized,
};

use tokio_util::sync::CancellationToken;

use super::{
    execution::words,
    plan::{Plan, Planned},
};
use crate::{
    events::event::{self, Outcome},
    run::ScenarioKey,
    steps::catalogue,
};

/// The writer for cucumber.
pub struct Writer<F> {
    plan: Rc<Plan>,
    /// Once cancelled, scenarios that do not pass count as interrupted.
    end: CancellationToken,
    emit: F,
    /// Scenarios that have begun, each with its current attempt.
    attempts: HashMap<ScenarioKey, Attempt>,
    /// Number of scenarios whose last attempt failed.
    failed: usize,
}

/// State of an attempt while it runs.
#[derive(Debug, Default)]
struct Attempt {
    steps: usize,
    failed: bool,
    interrupted: bool,
    messages: Vec<String>,
}

impl<F: FnMut(event::Event)> Writer<F> {
    /// A writer that passes records to `emit`; `end` is cancelled when the run ends early.
    pub fn new(plan: Rc<Plan>, end: CancellationToken, emit: F) -> Self {
        Self {
            plan,
            end,
            emit,
            attempts: HashMap::new(),
            failed: 0,
        }
    }

    /// Number of scenarios that failed in their last attempt.
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// Reports the scenarios that never began; those that the plan withheld are skipped with their own reason.
    pub fn close(&mut self, outcome: Outcome, message: &str) {
        let plan = Rc::clone(&self.plan);
        for planned in &plan.scenarios {
            let key = planned.attempt(1);
            if !self.attempts.contains_key(&key) {
                (self.emit)(started(planned, &key, 1));
                let (outcome, message) = match &planned.withheld {
                    Some(reason) => (Outcome::Skipped, reason.clone()),
                    None => (outcome, message.to_owned()),
                };
                self.finished(&key, outcome, Some(message), false);
            }
        }
    }

    fn finished(&mut self, scenario: &ScenarioKey, outcome: Outcome, message: Option<String>, retried: bool) {
        self.failed += usize::from(outcome == Outcome::Failed && !retried);
        (self.emit)(event::Event::ScenarioFinished {
            scenario: scenario.clone(),
            outcome,
            message,
            retried,
        });
    }

    fn scenario<W>(&mut self, planned: &Planned, event: RetryableScenario<W>) {
        let RetryableScenario { event, retries } = event;
        let number = retries.map_or(0, |retries| retries.current) + 1;
        let key = planned.attempt(number);
        match event {
            Scenario::Started => {
                self.attempts.insert(key.clone(), Attempt::default());
                (self.emit)(started(planned, &key, number));
            }
            Scenario::Background(step, event) | Scenario::Step(step, event) => self.step(&key, &step, event),
            Scenario::Hook(when, Hook::Failed(_, panic)) => {
                // An interruption cuts off the set-up, not the teardown.
                let interrupted = matches!(when, HookType::Before) && self.end.is_cancelled();
                if let Some(attempt) = self.attempts.get_mut(&key) {
                    attempt.interrupted |= interrupted;
                    attempt.failed |= !interrupted;
                    attempt.messages.push(words(panic.as_ref()));
                }
            }
            Scenario::Finished => self.ended(planned, &key, retries),
            Scenario::Hook(..) | Scenario::Log(_) => {}
        }
    }

    fn step<W>(&mut self, key: &ScenarioKey, step: &gherkin::Step, event: Step<W>) {
        let unmet = if self.end.is_cancelled() {
            Outcome::Interrupted
        } else {
            Outcome::Failed
        };
        let Some(attempt) = self.attempts.get_mut(key) else {
            return;
        };
        let (outcome, message) = match event {
            Step::Started => {
                (self.emit)(event::Event::StepStarted {
                    scenario: key.clone(),
                    step: attempt.steps,
                    keyword: step.keyword.trim().to_owned(),
                    text: step.value.clone(),
                    table: step.table.as_ref().map(|table| table.rows.clone()).unwrap_or_default(),
                    doc_string: step.docstring.clone(),
                    injects_failure: catalogue::find(step).iter().any(|sentence| sentence.makes_failure()),
                });
                attempt.steps += 1;
                return;
            }
            Step::Passed(..) => (Outcome::Passed, None),
            // cucumber calls a step without a definition skipped, and would let it pass.
            Step::Skipped => (Outcome::Failed, Some("no step is defined for this sentence".to_owned())),
            Step::Failed(_, _, _, StepError::Panic(panic)) => (unmet, Some(words(panic.as_ref()))),
            Step::Failed(_, _, _, error) => (Outcome::Failed, Some(error.to_string())),
        };
        attempt.failed |= outcome == Outcome::Failed;
        attempt.interrupted |= outcome == Outcome::Interrupted;
        let step = attempt.steps.saturating_sub(1);
        (self.emit)(event::Event::StepFinished {
            scenario: key.clone(),
            step,
            outcome,
            message,
        });
    }

    fn ended(&mut self, planned: &Planned, key: &ScenarioKey, retries: Option<Retries>) {
        let attempt = self.attempts.entry(key.clone()).or_default();
        let mut messages = std::mem::take(&mut attempt.messages);
        let retried = attempt.failed && retries.is_some_and(|retries| retries.left > 0);
        let outcome = match (attempt.failed, planned.argument("known_issue")) {
            (true, Some(issue)) if !retried => {
                messages.insert(0, format!("known issue {issue}"));
                Outcome::Skipped
            }
            (true, _) => Outcome::Failed,
            (false, _) if attempt.interrupted => Outcome::Interrupted,
            (false, Some(issue)) => {
                let tag = format!("@known_issue({issue})");
                messages.push(format!(
                    "fixed? {tag} expects a failure, and there was none; remove the tag"
                ));
                Outcome::Failed
            }
            (false, None) => Outcome::Passed,
        };
        let message = (!messages.is_empty()).then(|| messages.join("\n"));
        self.finished(key, outcome, message, retried);
    }
}

fn started(planned: &Planned, key: &ScenarioKey, attempt: usize) -> event::Event {
    event::Event::ScenarioStarted {
        scenario: key.clone(),
        feature: planned.feature.clone(),
        rule: planned.rule.clone(),
        name: planned.name.clone(),
        provider: Some(planned.provider.clone()),
        tags: planned.tags.clone(),
        file: planned.file.clone(),
        line: planned.line,
        attempt,
    }
}

impl<W, F: FnMut(event::Event)> cucumber::Writer<W> for Writer<F> {
    type Cli = cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<Event<Cucumber<W>>>, _: &cli::Empty) {
        let Ok(event) = event else { return };
        let (feature, scenario, event) = match event.into_inner() {
            Cucumber::Feature(feature, Feature::Scenario(scenario, event))
            | Cucumber::Feature(feature, Feature::Rule(_, Rule::Scenario(scenario, event))) => {
                (feature, scenario, event)
            }
            _ => return,
        };
        let plan = Rc::clone(&self.plan);
        if let Some(planned) = plan.planned(&feature, &scenario) {
            self.scenario(planned, event);
        }
    }
}

/// Events are written in the order in which they happen, not sorted by scenario.
impl<F> Normalized for Writer<F> {}
