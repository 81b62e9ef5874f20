//! `summary.json`: the result of a run, for programs.

use serde::Serialize;

use super::model::{Attempt, Kept, Run, Tally};
use crate::events::{
    event::{Outcome, Target},
    finding::Verdict,
};

/// Version of the file format.
const FORMAT: u32 = 1;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    format: u32,
    run: &'a str,
    suite: &'a str,
    target: Option<&'a Target>,
    started_at: Option<String>,
    finished_at: Option<String>,
    duration_milliseconds: u128,
    /// Real time that the run took, where the other times are virtual.
    #[serde(skip_serializing_if = "Option::is_none")]
    real_milliseconds: Option<u128>,
    exit_code: Option<u8>,
    interrupted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    unusable: Option<&'a str>,
    totals: Totals,
    scenarios: Vec<Scenario<'a>>,
    leftovers: Vec<Leftover<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<&'a Kept>,
}

#[derive(Debug, Serialize)]
struct Totals {
    scenarios: ScenarioCounts,
    checks: Counts,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ScenarioCounts {
    #[serde(flatten)]
    counts: Counts,
    known_issues: usize,
    interrupted: usize,
}

#[derive(Debug, Serialize)]
struct Counts {
    total: usize,
    passed: usize,
    failed: usize,
    skipped: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Scenario<'a> {
    key: &'a str,
    feature: &'a str,
    rule: Option<&'a str>,
    name: &'a str,
    provider: Option<&'a str>,
    tags: &'a [String],
    file: &'a str,
    line: usize,
    attempts: usize,
    outcome: Outcome,
    duration_milliseconds: u128,
    failed_step: Option<String>,
    message: Option<&'a str>,
    skipped_checks: Vec<SkippedCheck<'a>>,
}

/// A comparison that was not made.
#[derive(Debug, Serialize)]
struct SkippedCheck<'a> {
    vm: &'a str,
    check: &'a str,
    subject: &'a str,
    reason: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Leftover<'a> {
    subject: &'a str,
    reason: &'a str,
}

impl From<Tally> for Counts {
    fn from(tally: Tally) -> Self {
        Self {
            total: tally.total(),
            passed: tally.passed,
            failed: tally.failed,
            skipped: tally.skipped,
        }
    }
}

/// The summary as JSON.
///
/// # Errors
/// None in practice: everything in it can be written as JSON.
pub fn render(run: &Run) -> serde_json::Result<String> {
    let scenarios = run.features.iter().flat_map(|feature| {
        feature.scenarios.iter().filter_map(move |scenario| {
            let last = scenario.last()?;
            Some(Scenario {
                key: &last.key.0,
                feature: &feature.name,
                rule: scenario.rule.as_deref(),
                name: &scenario.name,
                provider: scenario.provider.as_deref(),
                tags: &scenario.tags,
                file: &feature.file,
                line: scenario.line,
                attempts: scenario.attempts.len(),
                outcome: last.outcome.unwrap_or(Outcome::Failed),
                duration_milliseconds: scenario.duration().as_millis(),
                failed_step: last.failed_step().map(super::model::Step::sentence),
                message: last.reason(),
                skipped_checks: skipped_checks(last),
            })
        })
    });
    let summary = Summary {
        format: FORMAT,
        run: &run.run,
        suite: &run.suite,
        target: run.target.as_ref(),
        started_at: run.span.started.map(|at| at.to_string()),
        finished_at: run.span.finished.map(|at| at.to_string()),
        duration_milliseconds: run.span.duration().as_millis(),
        real_milliseconds: run.real.map(|real| real.as_millis()),
        exit_code: run.exit_code,
        interrupted: run.interrupted,
        unusable: run.unusable.as_deref(),
        totals: Totals {
            scenarios: ScenarioCounts {
                counts: Counts {
                    skipped: run.scenarios().skipped - run.known_issues(),
                    ..run.scenarios().into()
                },
                known_issues: run.known_issues(),
                interrupted: run.scenarios().interrupted,
            },
            checks: run.checks().into(),
        },
        scenarios: scenarios.collect(),
        leftovers: run
            .leftovers
            .iter()
            .map(|leftover| Leftover {
                subject: &leftover.subject,
                reason: &leftover.reason,
            })
            .collect(),
        kept: run.kept.as_ref(),
    };
    serde_json::to_string_pretty(&summary)
}

fn skipped_checks(attempt: &Attempt) -> Vec<SkippedCheck<'_>> {
    let skipped = attempt.findings().filter(|finding| finding.verdict == Verdict::Skipped);
    let told = skipped.map(|finding| SkippedCheck {
        vm: &finding.vm,
        check: &finding.check,
        subject: &finding.subject,
        reason: finding.note.as_deref(),
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{events::event::Event, report::story};

    #[test]
    fn a_summary_is_written_as_json() {
        let run = Run::fold(&story::two_scenarios());
        insta::assert_snapshot!(render(&run).unwrap());
    }

    #[test]
    fn known_issues_are_counted_separately_from_scenarios_not_run() {
        let mut records = story::two_scenarios();
        for record in &mut records {
            if let Event::ScenarioFinished { outcome, .. } = &mut record.event
                && *outcome == Outcome::Failed
            {
                *outcome = Outcome::Skipped;
            }
        }
        let summary: serde_json::Value = serde_json::from_str(&render(&Run::fold(&records)).unwrap()).unwrap();
        let counts = &summary["totals"]["scenarios"];
        let parts = ["total", "passed", "failed", "skipped", "knownIssues", "interrupted"];
        assert_eq!(parts.map(|part| counts[part].as_u64()), [3, 1, 0, 1, 1, 0].map(Some));
    }
}
