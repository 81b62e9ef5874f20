//! Folds the lines of an event log into a [`Run`].

use jiff::Timestamp;

use super::{Activity, Attempt, Evidence, Feature, Leftover, Place, Run, Scenario, Span, Step, Transfer};
use crate::{
    events::event::{Event, Outcome, Record},
    run::ScenarioKey,
};

impl Run {
    /// Applies one more record of the log.
    pub fn apply(&mut self, record: &Record) {
        let at = record.at;
        self.last = Some(at);
        match &record.event {
            Event::RunStarted {
                run,
                target,
                suite,
                selected,
                began,
                sources,
                invocation,
                ..
            } => {
                self.run.clone_from(run);
                self.target = Some(target.clone());
                self.suite.clone_from(suite);
                self.sources.clone_from(sources);
                self.invocation.clone_from(invocation);
                self.selected = *selected;
                self.span = Span::begin(began.unwrap_or(at));
            }
            Event::Unusable { reason } => self.unusable = Some(reason.clone()),
            Event::ScenarioStarted {
                scenario,
                feature,
                rule,
                name,
                provider,
                tags,
                file,
                line,
                attempt,
            } => {
                let feature = self.feature(feature, file);
                let known = Scenario {
                    name: name.clone(),
                    rule: rule.clone(),
                    provider: provider.clone(),
                    tags: tags.clone(),
                    line: *line,
                    attempts: Vec::new(),
                };
                self.begin(feature, known, scenario, *attempt, at);
            }
            Event::StepStarted {
                scenario,
                keyword,
                text,
                table,
                doc_string,
                injects_failure,
                ..
            } => {
                if let Some(attempt) = self.attempt_mut(scenario) {
                    attempt.steps.push(Step {
                        keyword: keyword.clone(),
                        text: text.clone(),
                        table: table.clone(),
                        doc_string: doc_string.clone(),
                        injects_failure: *injects_failure,
                        span: Span::begin(at),
                        outcome: None,
                        message: None,
                        activities: Vec::new(),
                        findings: Vec::new(),
                    });
                }
            }
            Event::StepFinished {
                scenario,
                step,
                outcome,
                message,
            } => {
                if let Some(step) = self
                    .attempt_mut(scenario)
                    .and_then(|attempt| attempt.steps.get_mut(*step))
                {
                    step.span.finished = Some(at);
                    step.outcome = Some(*outcome);
                    step.message.clone_from(message);
                }
            }
            Event::ActivityStarted {
                scenario,
                activity,
                title,
            } => {
                let activity = Activity {
                    id: *activity,
                    title: title.clone(),
                    span: Span::begin(at),
                    outcome: None,
                    message: None,
                };
                if let Some(activities) = self.activities_mut(scenario.as_ref()) {
                    activities.push(activity);
                }
            }
            Event::ActivityFinished {
                scenario,
                activity,
                outcome,
                message,
                ..
            } => {
                if let Some(found) = self.activity_mut(scenario.as_ref(), *activity) {
                    found.span.finished = Some(at);
                    found.outcome = Some(*outcome);
                    found.message.clone_from(message);
                }
            }
            Event::Progress { scenario, progress } => {
                if let Some(transfer) = self.transfer_mut(scenario, &progress.vm) {
                    transfer.move_on(at, progress);
                }
            }
            Event::Precopy { scenario, precopy } => {
                if let Some(transfer) = self.transfer_mut(scenario, &precopy.vm) {
                    transfer.precopy(at, precopy);
                }
            }
            Event::Checked { scenario, finding } => {
                if let Some(step) = self.attempt_mut(scenario).and_then(|attempt| attempt.steps.last_mut()) {
                    step.findings.push(finding.clone());
                }
            }
            Event::Evidence {
                scenario,
                folder,
                files,
                problems,
            } => {
                if let Some(attempt) = self.attempt_mut(scenario) {
                    attempt.evidence = Some(Evidence {
                        folder: folder.clone(),
                        files: files.clone(),
                        problems: problems.clone(),
                    });
                }
            }
            Event::ScenarioFinished {
                scenario,
                outcome,
                message,
                ..
            } => {
                if let Some(attempt) = self.attempt_mut(scenario) {
                    attempt.span.finished = Some(at);
                    attempt.outcome = Some(*outcome);
                    attempt.message.clone_from(message);
                }
            }
            Event::Kept {
                subjects, remove_with, ..
            } => {
                let kept = self.kept.get_or_insert_default();
                kept.subjects.extend(subjects.iter().cloned());
                kept.remove_with.clone_from(remove_with);
            }
            Event::Leftover { subject, reason } => {
                self.leftovers.push(Leftover {
                    subject: subject.clone(),
                    reason: reason.clone(),
                });
            }
            Event::RunFinished {
                exit_code,
                interrupted,
                real_milliseconds,
            } => {
                // Other worlds of the run may be ahead in their time.
                self.span.finished = Some(self.last.map_or(at, |last| last.max(at)));
                self.real = real_milliseconds.map(std::time::Duration::from_millis);
                self.exit_code = Some(*exit_code);
                self.interrupted = *interrupted;
                if *interrupted {
                    self.cut_off(at);
                }
            }
        }
    }

    fn transfer_mut(&mut self, scenario: &ScenarioKey, vm: &str) -> Option<&mut Transfer> {
        let transfers = &mut self.attempt_mut(scenario)?.transfers;
        let index = transfers.iter().position(|transfer| transfer.vm == vm);
        let index = index.unwrap_or_else(|| {
            transfers.push(Transfer::for_vm(vm));
            transfers.len() - 1
        });
        transfers.get_mut(index)
    }

    /// Marks the log as complete: whatever has no end lasted at least until the last event.
    pub(in crate::report) fn end_of_log(&mut self) {
        if self.span.finished.is_some() {
            return;
        }
        self.span.seen = self.last;
        let scenarios = self.features.iter_mut().flat_map(|feature| &mut feature.scenarios);
        for attempt in scenarios.flat_map(|scenario| &mut scenario.attempts) {
            attempt.span.seen = self.last;
        }
    }

    /// Ends all running attempts as interrupted, at this time.
    fn cut_off(&mut self, at: Timestamp) {
        let scenarios = self.features.iter_mut().flat_map(|feature| &mut feature.scenarios);
        let attempts = scenarios.flat_map(|scenario| &mut scenario.attempts);
        for attempt in attempts.filter(|attempt| attempt.outcome.is_none()) {
            attempt.span.finished = Some(at);
            attempt.outcome = Some(Outcome::Interrupted);
            attempt.message = Some("it had not ended when the run was left".to_owned());
        }
    }

    fn feature(&mut self, name: &str, file: &str) -> usize {
        let known = self
            .features
            .iter()
            .position(|feature| feature.file == file && feature.name == name);
        known.unwrap_or_else(|| {
            self.features.push(Feature {
                name: name.to_owned(),
                file: file.to_owned(),
                scenarios: Vec::new(),
            });
            self.features.len() - 1
        })
    }

    fn begin(&mut self, feature: usize, known: Scenario, key: &ScenarioKey, number: usize, at: Timestamp) {
        let Some(scenarios) = self.features.get_mut(feature).map(|feature| &mut feature.scenarios) else {
            return;
        };
        let same = |scenario: &Scenario| scenario.line == known.line && scenario.name == known.name;
        let index = scenarios.iter().position(same).unwrap_or(scenarios.len());
        if index == scenarios.len() {
            scenarios.push(known);
        }
        let Some(attempts) = scenarios.get_mut(index).map(|scenario| &mut scenario.attempts) else {
            return;
        };
        attempts.push(Attempt {
            key: key.clone(),
            number,
            span: Span::begin(at),
            outcome: None,
            message: None,
            steps: Vec::new(),
            activities: Vec::new(),
            transfers: Vec::new(),
            evidence: None,
        });
        let attempt = attempts.len() - 1;
        self.places.insert(
            key.clone(),
            Place {
                feature,
                scenario: index,
                attempt,
            },
        );
    }

    fn attempt_mut(&mut self, key: &ScenarioKey) -> Option<&mut Attempt> {
        let place = self.places.get(key)?;
        self.features
            .get_mut(place.feature)?
            .scenarios
            .get_mut(place.scenario)?
            .attempts
            .get_mut(place.attempt)
    }

    fn activities_mut(&mut self, scenario: Option<&ScenarioKey>) -> Option<&mut Vec<Activity>> {
        let Some(key) = scenario else {
            return Some(&mut self.activities);
        };
        let attempt = self.attempt_mut(key)?;
        match attempt.steps.last_mut().filter(|step| step.outcome.is_none()) {
            Some(step) => Some(&mut step.activities),
            None => Some(&mut attempt.activities),
        }
    }

    fn activity_mut(&mut self, scenario: Option<&ScenarioKey>, id: u64) -> Option<&mut Activity> {
        let Some(key) = scenario else {
            return self.activities.iter_mut().rev().find(|activity| activity.id == id);
        };
        let attempt = self.attempt_mut(key)?;
        let in_steps = attempt
            .steps
            .iter_mut()
            .rev()
            .flat_map(|step| step.activities.iter_mut().rev());
        in_steps
            .chain(attempt.activities.iter_mut())
            .find(|activity| activity.id == id)
    }
}
