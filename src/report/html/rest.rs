//! What belongs to no scenario: objects that could not be removed, objects that were kept, activities of the run
//! itself.

use maud::{Markup, html};

use crate::{
    events::{event::Outcome, words},
    report::model::Run,
};

/// Maximum number of objects in a list; the journal holds all of them.
const LISTED: usize = 200;

pub(super) fn sections(run: &Run) -> Markup {
    html! {
        @if !run.leftovers.is_empty() {
            section aria-labelledby="leftovers" {
                h2 id="leftovers" { "Left over" }
                p { "These could not be removed." }
                ul.things { @for leftover in run.leftovers.iter().take(LISTED) {
                    li { b { bdi { (leftover.subject) } } ": " bdi { (leftover.reason) } }
                } }
            }
        }
        @if let Some(kept) = &run.kept {
            section aria-labelledby="kept" {
                h2 id="kept" { "Kept" }
                p { "These objects are kept at the request of the user. Remove them with " code { (kept.remove_with) } }
                ul.things { @for subject in kept.subjects.iter().take(LISTED) { li { bdi { (subject) } } } }
                @if kept.subjects.len() > LISTED {
                    p.soft { "and " (kept.subjects.len() - LISTED) " more in journal.ndjson" }
                }
            }
        }
        @if !run.activities.is_empty() {
            section aria-labelledby="shared" {
                h2 id="shared" { "For all scenarios" }
                ul.activities { @for activity in &run.activities {
                    li class=[(activity.outcome != Some(Outcome::Passed)).then_some("failed")] {
                        bdi { (activity.title) } i { (words::duration(activity.span.duration())) }
                        @if let Some(message) = &activity.message { ": " bdi { (message) } }
                    }
                } }
            }
        }
    }
}
