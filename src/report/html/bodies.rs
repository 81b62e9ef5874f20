//! The details of the scenarios: as plain HTML, or compressed if there are many.
//!
//! A thousand scenarios are several megabytes of tables, most of which are never opened. Compressed they are a small
//! part of that; the script of the page decompresses them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use maud::{Markup, html};

/// Up to this many bytes, details are not compressed: then the page can be read without a script.
const PLAIN: usize = 1_500_000;

/// Separator of compressed details. It occurs in none of them: their text is escaped.
const BETWEEN: &str = "<!---->";

/// Compression level, from 0 (fast) to 10 (small).
const EFFORT: u8 = 6;

/// The details of all scenarios, in the order of the scenarios.
#[derive(Default)]
pub(super) struct Bodies {
    bodies: Vec<Body>,
}

enum Body {
    Plain(Markup),
    Packed(Markup),
}

impl Bodies {
    /// Takes the details of each scenario, with a flag whether they are open from the beginning.
    pub(super) fn new(bodies: Vec<(bool, Markup)>) -> Self {
        let large = bodies.iter().map(|(_, body)| body.0.len()).sum::<usize>() > PLAIN;
        let bodies = bodies.into_iter().map(|(seen, body)| {
            if large && !seen {
                Body::Packed(body)
            } else {
                Body::Plain(body)
            }
        });
        Self {
            bodies: bodies.collect(),
        }
    }

    /// The details of a scenario, or the element into which the script decompresses them.
    pub(super) fn body(&self, index: usize) -> Markup {
        let number = || {
            self.bodies
                .iter()
                .take(index)
                .filter(|body| matches!(body, Body::Packed(_)))
                .count()
        };
        html! { @match self.bodies.get(index) {
            Some(Body::Plain(body)) => div.body { (body) },
            Some(Body::Packed(_)) => div.body data-packed=(number()) {},
            None => {},
        } }
    }

    /// The compressed details, as an element of the page.
    pub(super) fn packed(&self) -> Markup {
        let packed = self.bodies.iter().filter_map(|body| match body {
            Body::Packed(body) => Some(body.0.as_str()),
            Body::Plain(_) => None,
        });
        let packed: Vec<&str> = packed.collect();
        html! { @if !packed.is_empty() {
            noscript { p { "The details of these scenarios are packed; they need a browser that runs the script of this page." } }
            script type="text/plain" id="packed" {
                (STANDARD.encode(miniz_oxide::deflate::compress_to_vec(packed.join(BETWEEN).as_bytes(), EFFORT)))
            }
        } }
    }
}
