//! The verdict on a run: whether it is red, and why.

use super::{
    model::{Attempt, Run, Scenario, Step},
    status::{self, Status},
};
use crate::events::words;

/// Maximum number of bytes of a reason in a headline.
const HEADLINE: usize = 600;

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunVerdict {
    /// Colour of the verdict.
    pub tone: Tone,
    /// One sentence about the result.
    pub headline: String,
    /// Further remarks, a sentence each.
    pub remarks: Vec<String>,
}

/// Colour of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// The run passed.
    Green,
    /// The run failed.
    Red,
    /// The result is unknown.
    Open,
}

/// A reason why scenarios did not pass.
#[derive(Debug)]
pub struct Cause<'a> {
    /// The sentence of the step that failed.
    pub step: Option<String>,
    /// The reason on one line, or the first comparison that failed.
    pub reason: String,
    /// The sentences with which the scenario injected a failure.
    pub arranged: Vec<&'a str>,
    /// The scenarios that share the reason.
    pub scenarios: Vec<&'a Scenario>,
}

impl RunVerdict {
    /// Verdict on a run.
    pub fn from_run(run: &Run) -> Self {
        let total = status::scenarios(run).count();
        let scenarios = words::count(total, "scenario");
        let counts = status::counts(status::scenarios(run));
        let number = |wanted| {
            counts
                .iter()
                .find(|(_, found)| *found == wanted)
                .map_or(0, |(number, _)| *number)
        };
        let red = number(Status::Failed) + number(Status::Unfinished);
        let (tone, headline) = if run.unusable.is_some() {
            (Tone::Red, "The target is not usable: nothing was run".to_owned())
        } else if run.exit_code.is_none() {
            let failed = match number(Status::Failed) {
                0 => "none of its scenarios had failed".to_owned(),
                failed => format!("{failed} of {scenarios} had failed"),
            };
            (Tone::Open, format!("The run has no end; so far {failed}"))
        } else if run.interrupted {
            (Tone::Open, format!("Interrupted: {}", status::outcomes(&counts)))
        } else if red > 0 {
            let headline = match (red, total) {
                (1, 1) => "The scenario failed".to_owned(),
                (red, total) if red == total => format!("All {scenarios} failed"),
                _ => format!("{red} of {scenarios} failed"),
            };
            (Tone::Red, headline)
        } else if !run.leftovers.is_empty() {
            let left = words::count(run.leftovers.len(), "thing");
            (
                Tone::Red,
                format!("No scenario failed, but {left} could not be removed"),
            )
        } else if run.exit_code != Some(0) {
            (Tone::Red, "No scenario failed, but the suite itself did".to_owned())
        } else if total == 0 {
            (Tone::Green, "No scenario was run".to_owned())
        } else if number(Status::Passed) + number(Status::Flaky) == total {
            let all = if total == 1 {
                "The scenario".to_owned()
            } else {
                format!("All {scenarios}")
            };
            (Tone::Green, format!("{all} passed"))
        } else {
            (
                Tone::Green,
                format!("No scenario failed: {}", status::outcomes(&counts)),
            )
        };
        Self {
            tone,
            headline,
            remarks: remarks(run, &number, total),
        }
    }

    /// The verdict in one word.
    pub fn word(&self) -> &'static str {
        match self.tone {
            Tone::Green => "green",
            Tone::Red => "red",
            Tone::Open => "open",
        }
    }
}

fn remarks(run: &Run, number: &dyn Fn(Status) -> usize, total: usize) -> Vec<String> {
    let mut remarks = Vec::new();
    if run.exit_code.is_none() {
        let until = run.last.map(words::moment).unwrap_or_default();
        remarks.push(format!(
            "Its event log stops at {until}. Either it still runs, or it was killed; what follows is what the log tells."
        ));
    }
    if run.unread > 0 {
        let lines = words::count(run.unread, "line");
        remarks.push(format!(
            "{lines} of its event log could not be understood: what they say is missing here."
        ));
    }
    if run.exit_code == Some(1) && number(Status::Failed) == 0 && run.leftovers.is_empty() && run.unusable.is_none() {
        remarks.push("The end of the console and mtv-bdd.log say what broke.".to_owned());
    }
    if run.selected > total && total > 0 {
        let missing = run.selected - total;
        remarks.push(format!(
            "{missing} of {} selected scenarios had not begun.",
            run.selected
        ));
    }
    let flaky = number(Status::Flaky);
    if flaky > 0 {
        remarks.push(format!(
            "{} passed only on a later attempt.",
            words::count(flaky, "scenario")
        ));
    }
    let known = number(Status::KnownIssue);
    if known > 0 {
        remarks.push(format!(
            "{} failed as a known issue lets expect.",
            words::count(known, "scenario")
        ));
    }
    let left = run.leftovers.len();
    if left > 0 && number(Status::Failed) > 0 {
        remarks.push(format!("{} could not be removed.", words::count(left, "thing")));
    }
    if let Some(kept) = &run.kept {
        remarks.push(format!(
            "{} kept to be looked at.",
            words::count(kept.subjects.len(), "thing")
        ));
    }
    remarks
}

/// Reasons why scenarios did not pass, each with all scenarios that share it, the most frequent reason first. Names in
/// the reason may differ: each scenario has its own.
pub fn causes(run: &Run) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause<'_>> = Vec::new();
    for scenario in status::scenarios(run).filter(|scenario| Status::from_scenario(scenario).is_red()) {
        let Some(last) = scenario.last() else { continue };
        let cause = cause(scenario, last);
        let same = |known: &&mut Cause<'_>| {
            let is_alike = unquoted(&known.reason).eq(unquoted(&cause.reason));
            is_alike && known.step == cause.step && known.arranged == cause.arranged
        };
        match causes.iter_mut().find(same) {
            Some(known) => known.scenarios.push(scenario),
            None => causes.push(cause),
        }
    }
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.scenarios.len()));
    causes
}

/// The first comparison that failed: `memory (guest memory): expected 2048 MiB, observed 1024 MiB`.
fn compared(step: &Step) -> Option<String> {
    let failed = || {
        step.findings
            .iter()
            .filter(|finding| finding.verdict == crate::events::finding::Verdict::Failed)
    };
    let first = failed().next()?;
    let more = match failed().count() - 1 {
        0 => String::new(),
        more => format!("; and {}", words::count(more, "more comparison")),
    };
    let (check, subject) = (&first.check, &first.subject);
    let of = if check == subject {
        String::new()
    } else {
        format!(" ({subject})")
    };
    Some(format!(
        "{check}{of}: expected {}, observed {}{more}",
        first.expected, first.observed
    ))
}

/// The reason on one line: the first comparison that failed, or the first line of the message, with the first of its
/// details if the line only announces them.
pub fn headline(attempt: &Attempt) -> String {
    if let Some(compared) = attempt.failed_step().and_then(compared) {
        return compared;
    }
    let mut lines = attempt.reason().unwrap_or("it did not end").lines();
    let first = lines.next().unwrap_or_default();
    let detail = lines.next().filter(|line| line.starts_with("  "));
    let line = match detail {
        Some(detail) => format!("{}: {}", first.trim_end_matches(':'), detail.trim()),
        None => first.to_owned(),
    };
    words::beginning(&line, HEADLINE).to_owned()
}

/// The parts of a text outside of quotation marks.
fn unquoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').step_by(2)
}

fn cause<'a>(scenario: &'a Scenario, last: &'a Attempt) -> Cause<'a> {
    Cause {
        step: last.failed_step().or(last.current_step()).map(Step::sentence),
        reason: headline(last),
        arranged: last.arranged().collect(),
        scenarios: vec![scenario],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{events::event::Record, report::story};

    fn verdict_of(records: &[Record]) -> String {
        let run = Run::fold(records);
        let verdict = RunVerdict::from_run(&run);
        let mut lines = vec![format!("{}: {}", verdict.word(), verdict.headline)];
        lines.extend(verdict.remarks);
        for cause in causes(&run) {
            let step = cause.step.unwrap_or_default();
            lines.push(format!("{}x {step}: {}", cause.scenarios.len(), cause.reason));
        }
        lines.join("\n")
    }

    #[test]
    fn a_verdict_has_a_reason() {
        insta::assert_snapshot!(verdict_of(&story::two_scenarios()), @r"
        red: 1 of 3 scenarios failed
        1 thing could not be removed.
        1x Then every VM passes all applicable checks: memory: expected 2048 MiB, observed 1024 MiB
        ");
        insta::assert_snapshot!(verdict_of(&story::unusable()), @r"
        red: The target is not usable: nothing was run
        2x : the target is not usable: there is no MTV on https://127.0.0.1:6443
        ");
    }

    #[test]
    fn the_verdict_on_an_unfinished_run_is_unknown() {
        insta::assert_snapshot!(verdict_of(&story::interrupted()), @"open: Interrupted: 1 passed, 1 not run, 1 interrupted");
        insta::assert_snapshot!(verdict_of(&story::two_scenarios()[..9]), @r"
        open: The run has no end; so far none of its scenarios had failed
        Its event log stops at 2026-02-02 02:40:08 UTC. Either it still runs, or it was killed; what follows is what the log tells.
        1 of 3 selected scenarios had not begun.
        1x When the migration runs: it did not end
        ");
    }

    #[test]
    fn a_flaky_scenario_is_green_with_a_remark() {
        insta::assert_snapshot!(verdict_of(&story::retried()), @r"
        green: The scenario passed
        1 scenario passed only on a later attempt.
        ");
    }
}
