//! One attempt of a scenario: the reason why it did not pass, its steps and their activities.

use maud::{Markup, html};

use super::{checks, evidence::Evidence, timeline};
use crate::{
    events::{event::Outcome, finding::Verdict, words},
    report::model::{ARRANGED, Activity, Attempt, Step},
};

/// Maximum number of bytes of a message in the page; the log holds all of it.
const MESSAGE: usize = 6000;

pub(super) fn body(attempt: &Attempt, evidence: &Evidence<'_>) -> Markup {
    let arranged: Vec<&str> = attempt.arranged().collect();
    html! {
        @if !arranged.is_empty() {
            p.arranged { (ARRANGED) ": "
                @for (index, sentence) in arranged.iter().enumerate() { @if index > 0 { ", " } q { bdi { (sentence) } } }
            }
        }
        @if let Some(text) = &attempt.message { (message(text)) }
        @if !attempt.steps.is_empty() {
            ol.steps { @for step in &attempt.steps { (self::step(step)) } }
        }
        @if !attempt.activities.is_empty() {
            div.around { span.quiet { "Before and after" } (activities(&attempt.activities)) }
        }
        (timeline::figures(attempt))
        (checks::tables(attempt))
        @if let Some(collected) = &attempt.evidence { (evidence.section(collected)) }
    }
}

fn step(step: &Step) -> Markup {
    html! {
        li.(slug(step.outcome)) {
            b { (step.keyword.trim()) } " " bdi { (step.text) } (time(step.outcome, words::duration(step.span.duration())))
            (given(step))
            @if !step.activities.is_empty() { (activities(&step.activities)) }
            @if let Some(text) = &step.message {
                // Comparisons are shown below, in a table.
                @if step.findings.iter().any(|finding| finding.verdict == Verdict::Failed) {
                    p.message { (words::beginning(text.lines().next().unwrap_or_default(), MESSAGE)) ", see below" }
                } @else { (message(text)) }
            }
        }
    }
}

/// Arguments of a step: its table and its doc string.
fn given(step: &Step) -> Markup {
    html! {
        @if !step.table.is_empty() {
            table.given { @for row in &step.table { tr { @for cell in row { td { bdi { (cell) } } } } } }
        }
        @if let Some(text) = &step.doc_string { (message(text)) }
    }
}

/// Duration of a step or an activity, or a word for an unknown one.
fn time(outcome: Option<Outcome>, took: String) -> Markup {
    html! { " " i { @match outcome {
        Some(_) => (took),
        None => "no end",
    } } }
}

fn activities(activities: &[Activity]) -> Markup {
    html! {
        ul.activities { @for activity in activities {
            li class=[(activity.outcome != Some(Outcome::Passed)).then(|| slug(activity.outcome))] {
                bdi { (activity.title) } (time(activity.outcome, words::duration(activity.span.duration())))
                @if let Some(text) = &activity.message { ": " bdi { (words::beginning(text, MESSAGE)) } }
            }
        } }
    }
}

fn slug(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Passed) => "passed",
        Some(Outcome::Failed) => "failed",
        Some(Outcome::Skipped) => "notrun",
        Some(Outcome::Interrupted) => "interrupted",
        None => "unfinished",
    }
}

/// A message, cut to [`MESSAGE`] bytes.
pub(super) fn message(text: &str) -> Markup {
    let shown = words::beginning(text, MESSAGE);
    html! {
        pre.message dir="auto" tabindex="0" { (shown) @if shown.len() < text.len() { "\n... the rest is in events.ndjson" } }
    }
}
