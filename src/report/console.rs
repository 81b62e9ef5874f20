//! Console report: the events of a run as lines of text while it runs, and a summary at its end.

mod kept;
mod marks;
mod now;
mod summary;

use std::{
    collections::HashMap,
    io::{self, Write},
    path::PathBuf,
    time::Duration,
};

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;

pub use self::marks::Marks;
use super::{
    model::{Activity, Feature, Run, Scenario},
    skipped,
};
use crate::{
    events::{
        event::{Event, Outcome, Record, Target},
        words,
    },
    run::ScenarioKey,
};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const NOT_RUN: Style = AnsiColor::Yellow.on_default();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Percentage points between two lines about the same disk transfer.
const COARSE: i64 = 25;

/// Shortest duration of an activity that gets a line of its own in the console.
const NOTICEABLE: Duration = Duration::from_secs(1);

/// How the console writes.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Character set of the marks.
    pub marks: Marks,
    /// Whether [live lines](Console::live) are drawn below: they show progress, so the lines above omit it.
    pub live: bool,
    /// Time without output after which a scenario gets a line that shows it is still running.
    pub silence: Duration,
    /// Id of the process that prints the current state on SIGUSR1; `None` without such a signal.
    pub process: Option<u32>,
    /// Time at which the process began.
    pub began: Timestamp,
}

/// Writes the events of a run as lines of text. Styles are written as ANSI sequences; the output stream removes them
/// where they are not wanted.
#[derive(Debug)]
pub struct Console<W> {
    out: W,
    results: PathBuf,
    run: Run,
    numbers: HashMap<ScenarioKey, usize>,
    shown: HashMap<(ScenarioKey, String), (String, String, i64)>,
    /// Time of the latest event or output about each scenario; `None` is the run itself.
    said: HashMap<Option<ScenarioKey>, Timestamp>,
    manner: Manner,
}

impl<W: Write> Console<W> {
    /// A console that names `results` as the folder of the other reports.
    pub fn new(out: W, results: PathBuf, manner: Manner) -> Self {
        Self {
            out,
            results,
            run: Run::default(),
            numbers: HashMap::new(),
            shown: HashMap::new(),
            said: HashMap::new(),
            manner,
        }
    }

    /// Writes the lines of one more event.
    ///
    /// # Errors
    /// Errors of the output stream.
    pub fn show(&mut self, record: &Record) -> io::Result<()> {
        self.run.apply(record);
        self.said.insert(record.event.scenario().cloned(), record.at);
        match &record.event {
            Event::RunStarted { .. } => self.header()?,
            Event::Unusable { reason } => self.unusable(reason)?,
            // No scenario of an unusable target has begun: the reason is written once, for the run.
            Event::ScenarioStarted { .. } | Event::ScenarioFinished { .. } if self.run.unusable.is_some() => {}
            Event::ScenarioStarted { scenario, .. } => self.scenario_started(scenario)?,
            Event::StepFinished { scenario, step, .. } => self.step_finished(scenario, *step)?,
            Event::ActivityFinished {
                scenario,
                activity,
                outcome,
                message,
                ..
            } => match (outcome, scenario) {
                (Outcome::Failed, scenario) => {
                    self.activity_failed(scenario.as_ref(), *activity, message.as_deref())?
                }
                (_, None) => self.activity_finished(*activity)?,
                // Activities of a scenario are written when their step has ended.
                (_, Some(_)) => {}
            },
            Event::Progress { scenario, progress } => self.progress(scenario, &progress.vm, record.at)?,
            Event::ScenarioFinished { scenario, retried, .. } => self.scenario_finished(scenario, *retried)?,
            Event::Leftover { subject, reason } => {
                writeln!(self.out, "{BAD}left over{BAD:#}  {subject}: {reason}")?;
            }
            Event::Kept { scenario, subjects, .. } => self.kept(scenario.as_ref(), subjects)?,
            Event::RunFinished { .. } => self.summary()?,
            Event::StepStarted { .. }
            | Event::ActivityStarted { .. }
            | Event::Precopy { .. }
            | Event::Checked { .. }
            | Event::Evidence { .. } => {}
        }
        Ok(())
    }

    /// Flushes the output stream.
    ///
    /// # Errors
    /// Errors of the output stream.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// The run, folded from the events shown.
    pub fn into_run(self) -> Run {
        self.run
    }

    fn header(&mut self) -> io::Result<()> {
        let target = self.run.target.as_ref().map(describe).unwrap_or_default();
        writeln!(
            self.out,
            "{BOLD}mtv-bdd {}{BOLD:#}, run {}",
            self.run.suite, self.run.run
        )?;
        writeln!(self.out, "target: {target}")?;
        if let Some(process) = self.manner.process {
            writeln!(self.out, "{DIM}where it stands: kill -USR1 {process}{DIM:#}")?;
        }
        writeln!(self.out, "{}\n", words::count(self.run.selected, "scenario"))
    }

    fn unusable(&mut self, reason: &str) -> io::Result<()> {
        writeln!(self.out, "{BAD}the target is not usable{BAD:#}: {reason}\n")
    }

    fn scenario_started(&mut self, key: &ScenarioKey) -> io::Result<()> {
        // All attempts of a scenario share its number.
        let known = self
            .run
            .attempt(key)
            .and_then(|(_, scenario, _)| scenario.attempts.first())
            .map(|a| a.key.clone());
        let number = known.and_then(|first| self.numbers.get(&first).copied());
        let next = self.numbers.values().copied().max().unwrap_or(0) + 1;
        self.numbers.insert(key.clone(), number.unwrap_or(next));
        let label = self.label(key);
        let Some((feature, scenario, attempt)) = self.run.attempt(key) else {
            return Ok(());
        };
        let again = if attempt.number > 1 {
            format!(", attempt {}", attempt.number)
        } else {
            String::new()
        };
        writeln!(self.out, "{label} {BOLD}{}{BOLD:#}{again}", title(feature, scenario))
    }

    fn step_finished(&mut self, key: &ScenarioKey, step: usize) -> io::Result<()> {
        let label = self.label(key);
        let Some(step) = self
            .run
            .attempt(key)
            .and_then(|(_, _, attempt)| attempt.steps.get(step))
        else {
            return Ok(());
        };
        let (style, mark) = self.manner.marks.of(step.outcome);
        let time = words::duration(step.span.duration());
        writeln!(
            self.out,
            "{label}   {style}{mark}{style:#} {}  {DIM}{time}{DIM:#}",
            step.sentence()
        )?;
        for line in noticeable(&step.activities) {
            writeln!(self.out, "{label}       {DIM}{line}{DIM:#}")?;
        }
        for line in step.message.iter().flat_map(|message| message.lines()) {
            writeln!(self.out, "{label}       {style}{line}{style:#}")?;
        }
        for line in skipped::lines(&step.findings) {
            writeln!(self.out, "{label}       {DIM}skipped: {line}{DIM:#}")?;
        }
        Ok(())
    }

    fn activity_failed(&mut self, key: Option<&ScenarioKey>, id: u64, message: Option<&str>) -> io::Result<()> {
        // A failure inside a step is written with the step; outside of steps, only here.
        let outside = match key {
            None => self.run.activities.iter().find(|activity| activity.id == id),
            Some(key) => self
                .run
                .attempt(key)
                .and_then(|(_, _, attempt)| attempt.activities.iter().find(|activity| activity.id == id)),
        };
        let Some(activity) = outside else { return Ok(()) };
        let label = key.map(|key| self.label(key)).unwrap_or_default();
        let message = message.unwrap_or("failed");
        let (style, mark) = self.manner.marks.of(Some(Outcome::Failed));
        writeln!(
            self.out,
            "{label}   {style}{mark}{style:#} {}: {message}",
            activity.title
        )
    }

    /// Writes an activity that the run did for all scenarios, outside of their steps.
    fn activity_finished(&mut self, id: u64) -> io::Result<()> {
        let label = self.run_label();
        let done = self.run.activities.iter().filter(|activity| activity.id == id);
        for line in noticeable(done) {
            writeln!(self.out, "{label}       {DIM}{line}{DIM:#}")?;
        }
        Ok(())
    }

    fn progress(&mut self, key: &ScenarioKey, vm: &str, at: Timestamp) -> io::Result<()> {
        let transfers = self.run.attempt(key).map(|(_, _, attempt)| &attempt.transfers);
        let Some(transfer) = transfers.and_then(|transfers| transfers.iter().find(|transfer| transfer.vm == vm)) else {
            return Ok(());
        };
        let coarse = transfer.percent().unwrap_or_default() / COARSE;
        let now = (transfer.step.clone(), transfer.phase.clone(), coarse);
        let line = format!("{vm}: {}", transfer.describe(at));
        let shown = self.shown.insert((key.clone(), vm.to_owned()), now.clone());
        if self.manner.live || shown == Some(now) {
            return Ok(());
        }
        writeln!(self.out, "{}       {DIM}{line}{DIM:#}", self.label(key))
    }

    fn scenario_finished(&mut self, key: &ScenarioKey, retried: bool) -> io::Result<()> {
        let label = self.label(key);
        let Some((feature, scenario, attempt)) = self.run.attempt(key) else {
            return Ok(());
        };
        let (style, _) = self.manner.marks.of(attempt.outcome);
        let word = match (attempt.outcome, attempt.number) {
            (Some(Outcome::Skipped), _) if attempt.failed_step().is_some() => "known issue".to_owned(),
            (Some(Outcome::Passed), 2..) => format!("passed on attempt {}", attempt.number),
            (other, _) => outcome(other).to_owned(),
        };
        let again = if retried { ", another attempt follows" } else { "" };
        let time = words::duration(attempt.span.duration());
        let teardown: Duration = attempt.activities.iter().map(|activity| activity.span.duration()).sum();
        let teardown = if teardown >= NOTICEABLE {
            format!(" (teardown {})", words::duration(teardown))
        } else {
            String::new()
        };
        // The reason of a failed step was written with the step.
        let told = attempt.outcome == Some(Outcome::Failed) && attempt.failed_step().is_some();
        if let Some(message) = attempt.message.as_ref().filter(|_| !told) {
            for line in message.lines() {
                writeln!(self.out, "{label}   {style}{line}{style:#}")?;
            }
        }
        writeln!(
            self.out,
            "{label} {style}{word}{style:#} {}  {DIM}{time}{teardown}{DIM:#}{again}\n",
            title(feature, scenario)
        )
    }

    fn label(&self, key: &ScenarioKey) -> String {
        let number = self.numbers.get(key).copied().unwrap_or(0);
        let width = self.run.selected.to_string().len();
        format!("{DIM}[{number:width$}/{}]{DIM:#}", self.run.selected)
    }

    /// Label of lines about the run, as wide as the label of a scenario.
    fn run_label(&self) -> String {
        let width = 2 * self.run.selected.to_string().len() + "[/]".len();
        format!("{DIM}{:>width$}{DIM:#}", "[run]")
    }
}

/// Titles and durations of the activities that took at least [`NOTICEABLE`].
fn noticeable<'a>(activities: impl IntoIterator<Item = &'a Activity>) -> Vec<String> {
    let long: Vec<&Activity> = activities
        .into_iter()
        .filter(|activity| activity.span.duration() >= NOTICEABLE)
        .collect();
    let width = long
        .iter()
        .map(|activity| activity.title.chars().count())
        .max()
        .unwrap_or(0);
    long.iter()
        .map(|activity| {
            let time = words::duration(activity.span.duration());
            format!("{:width$}  {time:>10}", activity.title)
        })
        .collect()
}

fn title(feature: &Feature, scenario: &Scenario) -> String {
    match &scenario.rule {
        Some(rule) => format!("{}: {rule}: {}", feature.name, scenario.name),
        None => format!("{}: {}", feature.name, scenario.name),
    }
}

fn outcome(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Passed) => "passed",
        Some(Outcome::Skipped) => "not run",
        Some(Outcome::Interrupted) => "interrupted",
        Some(Outcome::Failed) | None => "FAILED",
    }
}

/// A target as text: `simulated lab (OpenShift 4.20.0, Kubernetes 1.33.4, MTV 2.11.0) at https://127.0.0.1:6443`.
pub fn describe(target: &Target) -> String {
    let versions: Vec<String> = [
        ("OpenShift", &target.openshift),
        ("Kubernetes", &target.kubernetes),
        ("MTV", &target.mtv),
    ]
    .into_iter()
    .filter_map(|(name, version)| version.as_ref().map(|version| format!("{name} {version}")))
    .collect();
    let simulated = if target.simulated && !target.name.contains("simulated") {
        ", simulated"
    } else {
        ""
    };
    let versions = if versions.is_empty() {
        String::new()
    } else {
        format!(" ({})", versions.join(", "))
    };
    let place = if target.server.is_empty() {
        String::new()
    } else {
        format!(" at {}", target.server)
    };
    format!("{}{simulated}{versions}{place}", target.name)
}

#[cfg(test)]
mod tests;
