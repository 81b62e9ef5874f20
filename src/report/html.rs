//! `report.html`: the page that people read. A single file that loads nothing from elsewhere.
//!
//! The templates escape everything that comes from the log. Besides it, the page holds only our own style sheet and
//! script; its content security policy forbids the browser to run or load anything else.

mod attempt;
mod bodies;
mod checks;
mod conditions;
mod environment;
mod evidence;
mod icons;
mod overview;
mod rest;
mod scenario;
mod timeline;
mod unrun;

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use self::evidence::Evidence;
use super::{model::Run, verdict::RunVerdict};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// The page. Evidence is read from the folder of the run; `links` is the path from the page to that folder: empty, or
/// ending with a slash.
pub fn render(run: &Run, folder: &Path, links: &str) -> String {
    let verdict = RunVerdict::from_run(run);
    let evidence = Evidence::new(folder, links);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (verdict.headline) " - mtv-bdd " (run.run) }
                // Without this link, browsers request /favicon.ico.
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                (icons::sprite())
                a.skip href="#scenarios" { "Skip to the scenarios" }
                (top(run))
                main {
                    (environment::section(run))
                    (overview::section(run, &verdict))
                    (scenario::section(run, &evidence))
                    (unrun::section(run))
                    (rest::sections(run))
                }
                (foot(run, links))
                (help())
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    visible(page.into_string())
}

/// The text with a visible mark for each character that no page may contain, such as escape sequences in a message.
fn visible(text: String) -> String {
    let is_foreign = |character: char| character.is_control() && !matches!(character, '\n' | '\t' | '\r');
    if text.contains(is_foreign) {
        text.replace(is_foreign, "\u{fffd}")
    } else {
        text
    }
}

/// Content security policy: only our own style sheet and script, by their hashes.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn top(run: &Run) -> Markup {
    html! {
        header.top {
            p.brand { "mtv-bdd " span.run { "run " (run.run) } }
            div.tools {
                button type="button" id="theme" title="Dark or light (t)" { "Theme" }
                button type="button" id="help-open" title="Keys (?)" { "Keys" }
            }
        }
    }
}

fn foot(run: &Run, links: &str) -> Markup {
    html! {
        footer {
            p {
                "Made by mtv-bdd " (run.suite) " from " a href={ (links) "events.ndjson" } { "events.ndjson" } ". Beside it: "
                a href="summary.md" { "summary.md" } ", " a href="junit.xml" { "junit.xml" } ", "
                a href="summary.json" { "summary.json" } ", " a href={ (links) "mtv-bdd.log" } { "mtv-bdd.log" } "."
            }
            p { "Times are UTC; durations are real time." }
        }
    }
}

/// Keyboard shortcuts of the page, with their descriptions.
const KEYS: &[(&str, &str)] = &[
    ("/", "search"),
    ("j", "next scenario"),
    ("k", "previous scenario"),
    ("Enter", "open or close it"),
    ("n", "next scenario that failed"),
    ("e", "open all"),
    ("c", "close all"),
    ("f", "only what failed, or all"),
    ("t", "dark or light"),
    ("Esc", "clear the filters, close this"),
    ("?", "this"),
];

fn help() -> Markup {
    html! {
        dialog id="help" aria-labelledby="help-title" {
            h2 id="help-title" { "Keys" }
            dl {
                @for (key, meaning) in KEYS {
                    div { dt { kbd { (key) } } dd { (meaning) } }
                }
            }
            form method="dialog" { button { "Close" } }
        }
    }
}
