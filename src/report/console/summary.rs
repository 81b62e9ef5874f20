//! The summary at the end of the console output: failures with reasons, the counts, the paths of the reports.

use std::io::Write;

use super::{BAD, Console, DIM, GOOD, NOT_RUN, describe, title};
use crate::{
    events::{event::Outcome, words},
    report::{
        files::PAGE,
        model::{ARRANGED, Attempt, Feature, Run, Scenario},
        status::Status,
    },
};

/// Maximum number of lines of a failure's reason in the summary.
const REASON_LINES: usize = 6;

impl<W: Write> Console<W> {
    pub(super) fn summary(&mut self) -> std::io::Result<()> {
        if self.run.unusable.is_some() {
            let scenarios = words::count(self.run.selected, "scenario");
            writeln!(self.out, "{BAD}{scenarios}: nothing was run{BAD:#}")?;
            return self.places();
        }
        for (feature, scenario, attempt) in failed(&self.run) {
            writeln!(self.out, "{BAD}FAILED{BAD:#} {}", title(feature, scenario))?;
            writeln!(self.out, "       {DIM}{}:{}{DIM:#}", feature.file, scenario.line)?;
            if let Some(step) = attempt.failed_step() {
                writeln!(self.out, "       {}", step.sentence())?;
            }
            for sentence in attempt.arranged() {
                writeln!(self.out, "       {NOT_RUN}{ARRANGED}{NOT_RUN:#}: {sentence}")?;
            }
            let reason = attempt.reason().unwrap_or("it did not end");
            for line in excerpt(reason, self.manner.marks.ellipsis()) {
                writeln!(self.out, "       {line}")?;
            }
            writeln!(self.out)?;
        }
        if self.run.interrupted {
            let torn_down = self.run.leftovers.is_empty() && self.run.kept.is_none();
            let fate = if torn_down {
                ", what the run had created was torn down"
            } else {
                ""
            };
            writeln!(self.out, "{BAD}interrupted{BAD:#}{fate}")?;
        }
        let scenarios = self.run.scenarios();
        let checks = self.run.checks();
        let style = if self.run.exit_code == Some(0) { GOOD } else { BAD };
        let known = self.run.known_issues();
        let came_out = words::parts(&[
            (scenarios.passed, "passed"),
            (scenarios.failed, "failed"),
            (scenarios.interrupted, "interrupted"),
            (known, Status::KnownIssue.word()),
            (scenarios.skipped - known, "not run"),
        ]);
        let line = format!("{}: {came_out}", words::count(scenarios.total(), "scenario"));
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
                words::parts(&[
                    (checks.passed, "passed"),
                    (checks.failed, "failed"),
                    (checks.skipped, "skipped")
                ])
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
                "{NOT_RUN}{things} kept{NOT_RUN:#}, all of them in journal.ndjson; remove them with"
            )?;
            writeln!(self.out, "  {}", kept.remove_with)?;
        }
        self.places()
    }

    fn places(&mut self) -> std::io::Result<()> {
        let target = self.run.target.as_ref().map(describe).unwrap_or_default();
        writeln!(self.out, "target:  {target}")?;
        writeln!(self.out, "results: {}", self.results.display())?;
        writeln!(self.out, "report:  {}", self.results.join(PAGE).display())?;
        writeln!(self.out, "time:    {}", self.run.took())
    }
}

fn failed(run: &Run) -> impl Iterator<Item = (&Feature, &Scenario, &Attempt)> {
    run.features.iter().flat_map(|feature| {
        feature.scenarios.iter().filter_map(move |scenario| {
            let attempt = scenario.last()?;
            (!matches!(
                attempt.outcome,
                Some(Outcome::Passed | Outcome::Skipped | Outcome::Interrupted)
            ))
            .then_some((feature, scenario, attempt))
        })
    })
}

/// A reason, or its first lines and the number of the others: it never ends with a line that only introduces the next.
fn excerpt(reason: &str, ellipsis: &str) -> Vec<String> {
    let lines: Vec<&str> = reason.lines().collect();
    let indent = |index: usize| lines.get(index).map(|line| line.len() - line.trim_start().len());
    let shown = match lines.len() {
        0..=REASON_LINES => lines.len(),
        _ => (1..REASON_LINES)
            .rev()
            .find(|next| indent(*next) <= indent(next - 1))
            .unwrap_or(1),
    };
    let more = lines.len() - shown;
    let shown = lines.iter().take(shown).map(|line| (*line).to_owned());
    let rest = (more > 0).then(|| format!("{ellipsis} {} above", words::count(more, "more line")));
    shown.chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_is_not_cut_after_an_introductory_line() {
        let short = "gave up\n  the plan was last seen with\n    Ready=False";
        assert_eq!(excerpt(short, "..."), short.lines().collect::<Vec<_>>());
        let long = "gave up\na\nb\n  the plan was last seen with\n    Ready=False\n      deep\n    Executing=False";
        assert_eq!(excerpt(long, "..."), ["gave up", "a", "... 5 more lines above"]);
        let flat = "1\n2\n3\n4\n5\n6\n7";
        assert_eq!(excerpt(flat, "...").last().unwrap(), "... 2 more lines above");
    }
}
