//! The comparisons of an attempt: a table for each VM, expected beside observed.

use maud::{Markup, html};

use crate::{
    events::{
        finding::{Finding, Verdict},
        words,
    },
    report::model::Attempt,
};

pub(super) fn tables(attempt: &Attempt) -> Markup {
    let mut vms: Vec<(&str, Vec<&Finding>)> = Vec::new();
    for finding in attempt.findings() {
        match vms.iter_mut().find(|(vm, _)| *vm == finding.vm) {
            Some((_, findings)) => findings.push(finding),
            None => vms.push((&finding.vm, vec![finding])),
        }
    }
    html! {
        @for (vm, findings) in vms { (table(vm, &findings)) }
    }
}

fn table(vm: &str, findings: &[&Finding]) -> Markup {
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let counts = words::parts(&[
        (count(Verdict::Failed), "failed"),
        (count(Verdict::Passed), "passed"),
        (count(Verdict::Skipped), "skipped"),
    ]);
    html! {
        div.scroll { table.checks {
            caption { "Checks of " b { bdi { (vm) } } " " span.soft { (counts) } }
            thead { tr {
                th scope="col" { "Check" } th scope="col" { "Of" } th scope="col" { "Expected " span.soft { "from the source" } }
                th scope="col" { "Observed " span.soft { "on the target" } }
            } }
            tbody { @for same in findings.chunk_by(|a, b| a.check == b.check) {
                @for (index, finding) in same.iter().enumerate() {
                    tr.(slug(finding.verdict)) {
                        @if index == 0 { th scope="rowgroup" rowspan=[(same.len() > 1).then_some(same.len())] { (finding.check) } }
                        (cells(finding))
                    }
                }
            } }
        } }
    }
}

fn cells(finding: &Finding) -> Markup {
    let note = finding.note.as_deref();
    html! {
        td { bdi { (finding.subject) } }
        @if finding.verdict == Verdict::Skipped {
            td colspan="2" { "not compared: " (note.unwrap_or("no reason was given")) }
        } @else {
            td { (finding.expected) }
            td { (finding.observed) @if let Some(note) = note { " " span.soft { (note) } } }
        }
    }
}

fn slug(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::Skipped => "notrun",
    }
}
