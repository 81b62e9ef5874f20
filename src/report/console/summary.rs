//! The end of the console's story: what failed and why, the counts, where the reports are.

use std::io::Write;

use super::{BAD, Console, DIM, GOOD, NOT_RUN, describe, title};
use crate::report::{
    event::Outcome,
    model::{Attempt, Feature, Run, Scenario, Tally},
    words,
};

/// Lines of a failure's reason that the summary repeats.
const REASON_LINES: usize = 3;

impl<W: Write> Console<W> {
    pub(super) fn summary(&mut self) -> std::io::Result<()> {
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
        let flaky = self.run.flaky();
        if flaky > 0 {
            writeln!(
                self.out,
                "{NOT_RUN}flaky{NOT_RUN:#}, passed on a later attempt: {flaky}"
            )?;
        }
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
        if let Some(kept) = &self.run.kept {
            let things = words::count(kept.subjects.len(), "thing");
            writeln!(
                self.out,
                "{NOT_RUN}{things} kept{NOT_RUN:#}, see above; remove them with"
            )?;
            writeln!(self.out, "  {}", kept.remove_with)?;
        }
        let target = self.run.target.as_ref().map(describe).unwrap_or_default();
        writeln!(self.out, "target:  {target}")?;
        writeln!(self.out, "results: {}", self.results.display())?;
        writeln!(self.out, "time:    {}", words::duration(self.run.span.duration()))
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
