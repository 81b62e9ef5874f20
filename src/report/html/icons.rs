//! Icons of the statuses, which can be told apart without colour and in any font.

use maud::{Markup, PreEscaped, html};

use crate::report::status::Status;

/// The SVG shapes (circle, cross, bars), defined once and used by name.
const SPRITE: &str = r#"<svg class="sprite" aria-hidden="true"><defs>
<symbol id="i-passed" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/><path d="M4.5 8.2 7 10.7l4.5-5"/></symbol>
<symbol id="i-failed" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" rx="2"/><path d="m5 5 6 6m0-6-6 6"/></symbol>
<symbol id="i-notrun" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.2" class="hollow"/><path d="M5 8h6" class="ink"/></symbol>
<symbol id="i-interrupted" viewBox="0 0 16 16"><path d="M8 .8 15.2 8 8 15.2.8 8Z" class="fill"/><path d="M8 4.4v4.2M8 11v.6"/></symbol>
<symbol id="i-unfinished" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.2" class="hollow"/><path d="M8 4.5V8l2.4 1.6" class="ink"/></symbol>
<symbol id="i-flaky" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/><path d="M3.6 8.4c1.4-3.2 2.9-3.2 4.4 0s3 3.2 4.4 0"/></symbol>
<symbol id="i-known" viewBox="0 0 16 16"><path d="M8 1 15.4 14.5H.6Z" class="fill"/><path d="M8 6v4M8 12v.4"/></symbol>
</defs></svg>"#;

/// The definitions of the shapes; the page holds them once.
pub(super) fn sprite() -> Markup {
    PreEscaped(SPRITE.to_owned())
}

/// Icon and word of a status.
pub(super) fn mark(status: Status) -> Markup {
    html! {
        span.mark.(status.slug()) { (icon(status)) (status.word()) }
    }
}

/// The icon alone; the word has to stand beside it.
pub(super) fn icon(status: Status) -> Markup {
    html! { svg.icon.(status.slug()) aria-hidden="true" { use href={ "#i-" (status.slug()) } {} } }
}
