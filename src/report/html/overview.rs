//! The verdict and its reasons, the totals, and a table of results by feature and provider.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::{
    icons::{icon, mark},
    scenario,
};
use crate::{
    events::words,
    report::{
        model::{ARRANGED, Feature, Run},
        status::{self, Status},
        verdict::{self, Cause, RunVerdict, Tone},
    },
};

/// Maximum number of reasons at the top; the others are shown with their scenarios.
const CAUSES: usize = 6;

/// Maximum number of scenarios that are named with a reason.
const NAMED: usize = 4;

pub(super) fn section(run: &Run, verdict: &RunVerdict) -> Markup {
    let causes = verdict::causes(run);
    html! {
        section.verdict.(verdict.word()) aria-labelledby="verdict" {
            h1 id="verdict" { (icon(shape(verdict.tone))) span { (verdict.headline) } }
            @if let Some(reason) = &run.unusable { pre.message { (reason) } }
            @for remark in &verdict.remarks { p { (remark) } }
            @if !causes.is_empty() && run.unusable.is_none() {
                h2.quiet { "Why is it red?" }
                ol.causes { @for cause in causes.iter().take(CAUSES) { (why(run, cause)) } }
                @if causes.len() > CAUSES {
                    p.soft { "and " (words::count(causes.len() - CAUSES, "more reason")) " below" }
                }
            }
            (totals(run))
        }
        @if !run.features.is_empty() { (matrix(run)) }
    }
}

fn shape(tone: Tone) -> Status {
    match tone {
        Tone::Green => Status::Passed,
        Tone::Red => Status::Failed,
        Tone::Open => Status::Interrupted,
    }
}

fn why(run: &Run, cause: &Cause<'_>) -> Markup {
    html! {
        li {
            b { bdi { (cause.reason) } }
            @if let Some(step) = &cause.step { div.soft { "in " q { bdi { (step) } } } }
            @for sentence in &cause.arranged { div.arranged { (ARRANGED) ": " q { bdi { (sentence) } } } }
            ul { @for found in cause.scenarios.iter().take(NAMED) {
                li { a href={ "#" (scenario::anchor(run, found)) } { bdi { (found.name) } } }
            }
            @if cause.scenarios.len() > NAMED {
                li.soft { "and " (words::count(cause.scenarios.len() - NAMED, "more scenario")) }
            } }
        }
    }
}

fn totals(run: &Run) -> Markup {
    let counts = status::counts(status::scenarios(run));
    let total: usize = counts.iter().map(|(number, _)| number).sum();
    let checks = run.checks();
    html! {
        @if total > 0 {
            (bar(&counts, total))
            dl.totals {
                div { dt { "Scenarios" } dd { b { (total) } " " ul.inline { @for (number, status) in &counts {
                    li { a href={ "#status=" (status.slug()) } { (icon(*status)) (number) " " (status.word()) } }
                } } } }
                div { dt { "Comparisons" } dd { b { (checks.total()) } " " span.soft {
                    (words::parts(&[(checks.passed, "passed"), (checks.failed, "failed"), (checks.skipped, "skipped")]))
                } } }
            }
        }
    }
}

/// A bar with a part for each status, as wide as its share of `total`.
fn bar(counts: &[(usize, Status)], total: usize) -> Markup {
    let mut from = 0;
    let mut parts = Vec::new();
    for (number, status) in counts.iter().rev() {
        parts.push((percent(from, total), percent(*number, total), *status));
        from += number;
    }
    html! {
        svg.bar role="img" aria-label=(status::outcomes(counts)) {
            @for (x, width, status) in parts { rect.(status.slug()) x=(x) width=(width) height="100%" {} }
        }
    }
}

/// Share in percent: `12.5%`.
fn percent(part: usize, whole: usize) -> String {
    let tenths = (part * 1000).checked_div(whole).unwrap_or(0);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn matrix(run: &Run) -> Markup {
    let scenarios = || status::scenarios(run);
    let providers: BTreeSet<&str> = scenarios()
        .filter_map(|scenario| scenario.provider.as_deref())
        .collect();
    html! {
        section aria-labelledby="matrix" {
            h2 id="matrix" { "Features and providers" }
            div.scroll tabindex="0" role="region" aria-labelledby="matrix" { table.matrix {
                thead { tr {
                    th scope="col" { "Feature" }
                    @for provider in &providers { th scope="col" { a href={ "#provider=" (encoded(provider)) } { bdi { (provider) } } } }
                    th.number scope="col" title="of all its scenarios together; several run at the same time" { "Scenario time" }
                } }
                tbody { @for feature in &run.features { (row(feature, &providers)) } }
            } }
        }
    }
}

fn row(feature: &Feature, providers: &BTreeSet<&str>) -> Markup {
    let took = feature
        .scenarios
        .iter()
        .map(crate::report::model::Scenario::duration)
        .sum();
    html! {
        tr {
            th scope="row" { a href={ "#feature=" (encoded(&feature.name)) } { bdi { (feature.name) } } }
            @for provider in providers {
                @let of = feature.scenarios.iter().filter(|scenario| scenario.provider.as_deref() == Some(*provider));
                @let counts = status::counts(of);
                td { @if counts.is_empty() { span.soft { "-" } } @else {
                    a.cell href={ "#feature=" (encoded(&feature.name)) "&provider=" (encoded(provider)) } {
                        @for (number, status) in counts { (mark_of(number, status)) }
                    }
                } }
            }
            td.number { (words::duration(took)) }
        }
    }
}

fn mark_of(number: usize, status: Status) -> Markup {
    html! { span { (icon(status)) (number) " " (status.word()) } }
}

/// The text, percent-encoded for a part of an address.
pub(super) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Filter switches for the statuses that occur.
pub(super) fn switches(run: &Run) -> Markup {
    html! {
        fieldset.switches {
            legend.hidden { "Outcome" }
            @for (number, status) in status::counts(status::scenarios(run)) {
                label { input type="checkbox" name="status" value=(status.slug()); (mark(status)) " " (number) }
            }
        }
    }
}
