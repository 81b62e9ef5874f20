//! Scenarios that were not run and comparisons that were not made, by reason: a green result does not cover them.

use maud::{Markup, html};

use super::scenario::anchor;
use crate::{
    events::{finding::Verdict, words},
    report::{
        model::{Run, Scenario},
        status::{self, Status},
    },
};

/// Maximum number of scenarios that are named with a reason.
const NAMED: usize = 8;

pub(super) fn section(run: &Run) -> Markup {
    let of = |wanted: Status| {
        by_reason(status::scenarios(run).filter_map(move |scenario| {
            let reason = scenario.last()?.reason().unwrap_or("no reason was given");
            (Status::from_scenario(scenario) == wanted).then_some((reason.to_owned(), scenario))
        }))
    };
    let (known, unrun) = (of(Status::KnownIssue), of(Status::NotRun));
    let attempts = status::scenarios(run).filter_map(Scenario::last);
    let findings = attempts.flat_map(crate::report::model::Attempt::findings);
    let skipped = findings.filter(|finding| finding.verdict == Verdict::Skipped);
    let uncompared = by_reason(skipped.map(|finding| {
        let reason = finding.note.as_deref().unwrap_or("no reason was given");
        (format!("{} ({}): {reason}", finding.check, finding.subject), finding)
    }));
    html! {
        @if !known.is_empty() {
            section aria-labelledby="known" {
                h2 id="known" { "Known issues" }
                ul.things { (scenarios(run, &known)) }
            }
        }
        @if !unrun.is_empty() || !uncompared.is_empty() {
            section aria-labelledby="unrun" {
                h2 id="unrun" { "Not run, not compared" }
                ul.things {
                    (scenarios(run, &unrun))
                    @for (reason, findings) in &uncompared {
                        li { b { (words::count(findings.len(), "comparison")) } " " bdi { (reason) } }
                    }
                }
            }
        }
    }
}

/// Each reason with the scenarios that share it.
fn scenarios(run: &Run, reasons: &[(String, Vec<&Scenario>)]) -> Markup {
    html! {
        @for (reason, scenarios) in reasons {
            li { b { (words::count(scenarios.len(), "scenario")) } " " bdi { (reason) } " "
                span.soft { @for (index, scenario) in scenarios.iter().take(NAMED).enumerate() {
                    @if index > 0 { ", " }
                    a href={ "#" (anchor(run, scenario)) } { bdi { (scenario.name) } }
                }
                @if scenarios.len() > NAMED { " and " (scenarios.len() - NAMED) " more" } }
            }
        }
    }
}

/// Items grouped by reason, in the order in which the reasons first occur.
fn by_reason<T>(all: impl Iterator<Item = (String, T)>) -> Vec<(String, Vec<T>)> {
    let mut reasons: Vec<(String, Vec<T>)> = Vec::new();
    for (reason, one) in all {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, same)) => same.push(one),
            None => reasons.push((reason, vec![one])),
        }
    }
    reasons
}
