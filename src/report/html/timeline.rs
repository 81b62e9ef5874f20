//! The migration of each VM over time: the steps of its pipeline, and the copies of its disks.
//!
//! Each row is a table row with its bar beside the text; the text also gives begin and duration, for readers who cannot
//! see the bar.

use std::time::Duration;

use jiff::Timestamp;
use maud::{Markup, html};

use crate::{
    events::words,
    report::model::{Attempt, DiskCopy, Precopy, Span, Stage, Transfer},
};

/// The time axis that all VMs of an attempt share.
#[derive(Clone, Copy)]
struct Scale {
    from: Timestamp,
    to: Timestamp,
}

pub(super) fn figures(attempt: &Attempt) -> Markup {
    let scale = Scale::from_attempt(attempt);
    html! {
        @if let Some(scale) = scale {
            @for transfer in &attempt.transfers { (figure(transfer, scale)) }
        }
    }
}

impl Scale {
    fn from_attempt(attempt: &Attempt) -> Option<Self> {
        let spans = || {
            attempt
                .transfers
                .iter()
                .flat_map(|transfer| &transfer.stages)
                .map(|stage| stage.span)
        };
        let from = spans().filter_map(|span| span.started).min()?;
        let ended = spans().filter_map(|span| span.finished).max();
        // A span without an end lasts until the end of the attempt.
        let open = spans().any(|span| span.finished.is_none());
        let to = if open { attempt.span.finished.or(ended) } else { ended };
        Some(Self {
            from,
            to: to.unwrap_or(from),
        })
    }

    fn whole(self) -> Duration {
        self.to.duration_since(self.from).unsigned_abs()
    }

    /// Position on the axis, in percent from the left.
    fn place(self, at: Timestamp) -> f64 {
        let whole = self.whole().as_secs_f64();
        let part = at.duration_since(self.from).as_secs_f64();
        if whole > 0.0 {
            (part / whole * 100.0).clamp(0.0, 100.0)
        } else {
            0.0
        }
    }

    fn bar(self, span: Span, class: &str) -> Markup {
        let Some(started) = span.started else {
            return html! {};
        };
        let (x, end) = (self.place(started), self.place(span.finished.unwrap_or(self.to)));
        html! { rect.(class) x=(format!("{x:.1}%")) width=(format!("{:.1}%", (end - x).max(0.4))) {} }
    }
}

fn figure(transfer: &Transfer, scale: Scale) -> Markup {
    html! {
        table.timeline {
            caption { "Migration of " b { bdi { (transfer.vm) } } " " span.soft { (words::duration(scale.whole())) } }
            tbody {
                @for stage in &transfer.stages { (row(stage, scale)) }
                @if !transfer.precopies.is_empty() { (precopies(&transfer.precopies, scale)) }
            }
        }
    }
}

/// The precopies of a warm migration, side by side: there may be many.
fn precopies(precopies: &[Precopy], scale: Scale) -> Markup {
    let told = precopies.iter().map(|precopy| {
        let name = if precopy.is_final {
            "final ".to_owned()
        } else {
            format!("{}: ", precopy.number)
        };
        name + &took(precopy.span)
    });
    let class = |precopy: &Precopy| if precopy.is_final { "final" } else { "disk" };
    html! {
        tr.disk {
            th scope="row" { "Precopies " span.soft { (told.collect::<Vec<_>>().join(", ")) } }
            td { svg aria-hidden="true" { @for precopy in precopies { (scale.bar(precopy.span, class(precopy))) } } }
            td.number { (precopies.len()) }
        }
    }
}

fn row(stage: &Stage, scale: Scale) -> Markup {
    let class = match stage.phase.as_str() {
        "Completed" => "passed",
        "Running" => "unfinished",
        "Canceled" => "interrupted",
        _ => "failed",
    };
    html! {
        tr {
            th scope="row" { (stage.name) @if class != "passed" { " " span.soft { (stage.phase.to_lowercase()) } } }
            td { (drawn(scale.bar(stage.span, class), scale, stage.span)) }
            td.number { (took(stage.span)) }
        }
        // Disks that were complete when first observed have no duration to show.
        @if stage.disks.iter().any(|disk| !disk.span.duration().is_zero() || disk.span.finished.is_none()) {
            @for (index, disk) in stage.disks.iter().enumerate() { (disk_row(index + 1, disk, &stage.unit, scale)) }
        }
    }
}

fn disk_row(number: usize, disk: &DiskCopy, unit: &str, scale: Scale) -> Markup {
    html! {
        tr.disk {
            th scope="row" { span title=(disk.name) { "disk " (number) } " " span.soft { (words::amount(disk.completed, disk.total, unit)) } }
            td { (drawn(scale.bar(disk.span, "disk"), scale, disk.span)) }
            td.number { (took(disk.span)) }
        }
    }
}

/// A bar, and the time of its begin as text for readers who cannot see it.
fn drawn(bar: Markup, scale: Scale, span: Span) -> Markup {
    html! {
        svg aria-hidden="true" { (bar) }
        @if let Some(started) = span.started {
            span.hidden { "begins after " (words::duration(started.duration_since(scale.from).unsigned_abs())) }
        }
    }
}

fn took(span: Span) -> String {
    match (span.started, span.finished) {
        (Some(_), Some(_)) => words::duration(span.duration()),
        (Some(_), None) => "no end".to_owned(),
        (None, _) => String::new(),
    }
}
