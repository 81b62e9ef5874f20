//! The console: what happens, while it happens, and at the end what came out of it.

use std::{collections::HashMap, io::Write, path::PathBuf};

use anstyle::{AnsiColor, Style};

use super::{
    event::{Event, Outcome, Record, ScenarioKey, Target},
    model::{Attempt, Feature, Run, Scenario, Tally},
    table, words,
};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const NOT_RUN: Style = AnsiColor::Yellow.on_default();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Disk transfers are shown in steps of this many percent.
const COARSE: i64 = 25;

/// Lines of a failure's reason that the summary repeats.
const REASON_LINES: usize = 3;

/// Writes the story of a run as lines of text. Styles are written as ANSI sequences; the stream that it is given
/// removes them where they are not wanted.
#[derive(Debug)]
pub struct Console<W> {
    out: W,
    results: PathBuf,
    run: Run,
    numbers: HashMap<ScenarioKey, usize>,
    shown: HashMap<(ScenarioKey, String), (String, String, i64)>,
}

impl<W: Write> Console<W> {
    /// A console that names `results` as the folder of the other reports.
    pub fn new(out: W, results: PathBuf) -> Self {
        Self {
            out,
            results,
            run: Run::default(),
            numbers: HashMap::new(),
            shown: HashMap::new(),
        }
    }

    /// Shows one more event.
    ///
    /// # Errors
    /// The stream's.
    pub fn show(&mut self, record: &Record) -> std::io::Result<()> {
        self.run.apply(record);
        match &record.event {
            Event::RunStarted { .. } => self.header()?,
            Event::ScenarioStarted { scenario, .. } => self.scenario_started(scenario)?,
            Event::StepFinished { scenario, step, .. } => self.step_finished(scenario, *step)?,
            Event::ActivityFinished {
                scenario,
                activity,
                outcome: Outcome::Failed,
                message,
                ..
            } => {
                self.activity_failed(scenario.as_ref(), *activity, message.as_deref())?;
            }
            Event::Progress {
                scenario,
                vm,
                pipeline_step,
                phase,
                completed,
                total,
                ..
            } => {
                self.progress(scenario, vm, pipeline_step, phase, *completed, *total)?;
            }
            Event::ScenarioFinished { scenario, retried, .. } => self.scenario_finished(scenario, *retried)?,
            Event::Leftover { subject, reason } => {
                writeln!(self.out, "{BAD}left over{BAD:#}  {subject}: {reason}")?;
            }
            Event::RunFinished { .. } => self.summary()?,
            Event::StepStarted { .. }
            | Event::ActivityStarted { .. }
            | Event::ActivityFinished { .. }
            | Event::Checked { .. } => {}
        }
        self.out.flush()
    }

    /// The story that was told.
    pub fn into_run(self) -> Run {
        self.run
    }

    fn header(&mut self) -> std::io::Result<()> {
        let target = self.run.target.as_ref().map(describe).unwrap_or_default();
        writeln!(
            self.out,
            "{BOLD}mtv-bdd {}{BOLD:#}, run {}",
            self.run.suite, self.run.run
        )?;
        writeln!(self.out, "target: {target}")?;
        writeln!(self.out, "{}\n", words::count(self.run.selected, "scenario"))
    }

    fn scenario_started(&mut self, key: &ScenarioKey) -> std::io::Result<()> {
        // Attempts of one scenario share its number.
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

    fn step_finished(&mut self, key: &ScenarioKey, step: usize) -> std::io::Result<()> {
        let label = self.label(key);
        let Some(step) = self
            .run
            .attempt(key)
            .and_then(|(_, _, attempt)| attempt.steps.get(step))
        else {
            return Ok(());
        };
        let (style, mark) = mark(step.outcome);
        let time = words::duration(step.span.duration());
        writeln!(
            self.out,
            "{label}   {style}{mark}{style:#} {}  {DIM}{time}{DIM:#}",
            step.sentence()
        )?;
        if step.outcome == Some(Outcome::Passed) {
            return Ok(());
        }
        for line in step.message.iter().flat_map(|message| message.lines()) {
            writeln!(self.out, "{label}       {style}{line}{style:#}")?;
        }
        for line in table::failures(&step.findings) {
            writeln!(self.out, "{label}       {line}")?;
        }
        Ok(())
    }

    fn activity_failed(&mut self, key: Option<&ScenarioKey>, id: u64, message: Option<&str>) -> std::io::Result<()> {
        // What fails inside a step is told by the step; outside, nobody else would tell.
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
        writeln!(self.out, "{label}   {BAD}✗{BAD:#} {}: {message}", activity.title)
    }

    fn progress(
        &mut self,
        key: &ScenarioKey,
        vm: &str,
        step: &str,
        phase: &str,
        completed: i64,
        total: i64,
    ) -> std::io::Result<()> {
        let percent = if total > 1 && phase == "Running" {
            completed.clamp(0, total) * 100 / total
        } else {
            0
        };
        let coarse = percent / COARSE * COARSE;
        let now = (step.to_owned(), phase.to_owned(), coarse);
        if phase == "Pending" || self.shown.get(&(key.clone(), vm.to_owned())) == Some(&now) {
            return Ok(());
        }
        self.shown.insert((key.clone(), vm.to_owned()), now);
        let label = self.label(key);
        let what = match phase {
            "Running" if coarse > 0 => format!("{coarse} %"),
            "Running" => "started".to_owned(),
            other => other.to_lowercase(),
        };
        writeln!(self.out, "{label}       {DIM}{vm}: {step} {what}{DIM:#}")
    }

    fn scenario_finished(&mut self, key: &ScenarioKey, retried: bool) -> std::io::Result<()> {
        let label = self.label(key);
        let Some((feature, scenario, attempt)) = self.run.attempt(key) else {
            return Ok(());
        };
        let (style, _) = mark(attempt.outcome);
        let word = outcome(attempt.outcome);
        let again = if retried { ", another attempt follows" } else { "" };
        let time = words::duration(attempt.span.duration());
        if let (None, Some(message)) = (attempt.failed_step(), &attempt.message) {
            for line in message.lines() {
                writeln!(self.out, "{label}   {style}{line}{style:#}")?;
            }
        }
        writeln!(
            self.out,
            "{label} {style}{word}{style:#} {}  {DIM}{time}{DIM:#}{again}\n",
            title(feature, scenario)
        )
    }

    fn summary(&mut self) -> std::io::Result<()> {
        for (feature, scenario, attempt) in failed(&self.run) {
            writeln!(self.out, "{BAD}FAILED{BAD:#} {}", title(feature, scenario))?;
            writeln!(self.out, "       {DIM}{}:{}{DIM:#}", feature.file, scenario.line)?;
            if let Some(step) = attempt.failed_step() {
                writeln!(self.out, "       {}", step.sentence())?;
            }
            for line in attempt.reason().unwrap_or("it did not end").lines().take(REASON_LINES) {
                writeln!(self.out, "       {line}")?;
            }
            writeln!(self.out)?;
        }
        if self.run.interrupted {
            writeln!(
                self.out,
                "{BAD}interrupted{BAD:#}, what the run had created was torn down"
            )?;
        }
        let scenarios = self.run.scenarios();
        let checks = self.run.checks();
        let style = if self.run.exit_code == Some(0) { GOOD } else { BAD };
        let parts = |tally: Tally, skipped| {
            words::parts(&[
                (tally.passed, "passed"),
                (tally.failed, "failed"),
                (tally.skipped, skipped),
            ])
        };
        let line = format!(
            "{}: {}",
            words::count(scenarios.total(), "scenario"),
            parts(scenarios, "not run")
        );
        writeln!(self.out, "{style}{line}{style:#}")?;
        match checks.total() {
            0 => writeln!(self.out, "no checks")?,
            total => writeln!(
                self.out,
                "{}: {}",
                words::count(total, "check"),
                parts(checks, "skipped")
            )?,
        }
        if !self.run.leftovers.is_empty() {
            let left = words::count(self.run.leftovers.len(), "leftover");
            writeln!(self.out, "{BAD}{left}{BAD:#}, see above")?;
        }
        let target = self.run.target.as_ref().map(describe).unwrap_or_default();
        writeln!(self.out, "target:  {target}")?;
        writeln!(self.out, "results: {}", self.results.display())?;
        writeln!(self.out, "time:    {}", words::duration(self.run.span.duration()))
    }

    fn label(&self, key: &ScenarioKey) -> String {
        let number = self.numbers.get(key).copied().unwrap_or(0);
        let width = self.run.selected.to_string().len();
        format!("{DIM}[{number:width$}/{}]{DIM:#}", self.run.selected)
    }
}

fn failed(run: &Run) -> impl Iterator<Item = (&Feature, &Scenario, &Attempt)> {
    run.features.iter().flat_map(|feature| {
        feature.scenarios.iter().filter_map(move |scenario| {
            let attempt = scenario.last()?;
            (!matches!(attempt.outcome, Some(Outcome::Passed | Outcome::Skipped)))
                .then_some((feature, scenario, attempt))
        })
    })
}

fn title(feature: &Feature, scenario: &Scenario) -> String {
    match &scenario.rule {
        Some(rule) => format!("{}: {rule}: {}", feature.name, scenario.name),
        None => format!("{}: {}", feature.name, scenario.name),
    }
}

fn mark(outcome: Option<Outcome>) -> (Style, &'static str) {
    match outcome {
        Some(Outcome::Passed) => (GOOD, "✓"),
        Some(Outcome::Skipped) => (NOT_RUN, "-"),
        Some(Outcome::Failed) | None => (BAD, "✗"),
    }
}

fn outcome(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Passed) => "passed",
        Some(Outcome::Skipped) => "not run",
        Some(Outcome::Failed) | None => "FAILED",
    }
}

/// A target in words: `simulated lab (OpenShift 4.20.0, Kubernetes 1.33.4, MTV 2.11.0) at https://127.0.0.1:6443`.
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
mod tests {
    use super::*;
    use crate::report::story;

    fn shown(records: &[Record]) -> String {
        let mut console = Console::new(
            anstream::StripStream::new(Vec::new()),
            PathBuf::from("target/mtv-bdd/auto-ab12"),
        );
        for record in records {
            console.show(record).unwrap();
        }
        String::from_utf8(console.out.into_inner()).unwrap()
    }

    #[test]
    fn a_run_reads_like_this() {
        insta::assert_snapshot!(shown(&story::two_scenarios()));
    }

    #[test]
    fn a_retried_scenario_keeps_its_number() {
        insta::assert_snapshot!(shown(&story::retried()));
    }

    #[test]
    fn colours_are_there_when_the_stream_wants_them() {
        let mut console = Console::new(Vec::new(), PathBuf::new());
        for record in story::two_scenarios() {
            console.show(&record).unwrap();
        }
        let text = String::from_utf8(console.out).unwrap();
        assert!(text.contains("\u{1b}[1m\u{1b}[31mFAILED\u{1b}[0m"), "{text:?}");
    }
}
