//! The details of the scenarios: in the page as they are, or packed when there are many.
//!
//! A thousand scenarios are several megabytes of tables that hardly anybody opens. Packed, they are a small part of it, and
//! the script unpacks them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use maud::{Markup, html};

/// Bytes up to which details are not packed: then the page can be read without a script.
const PLAIN: usize = 1_500_000;

/// Stands between packed details. None of them holds it: what is not markup of ours is escaped.
const BETWEEN: &str = "<!---->";

/// From fast (0) to small (10).
const EFFORT: u8 = 6;

/// The details of all scenarios, in their order.
#[derive(Default)]
pub(super) struct Bodies {
    bodies: Vec<Body>,
}

enum Body {
    Plain(Markup),
    Packed(Markup),
}

impl Bodies {
    /// Details, each with whether it is seen at once.
    pub(super) fn of(bodies: Vec<(bool, Markup)>) -> Self {
        let large = bodies.iter().map(|(_, body)| body.0.len()).sum::<usize>() > PLAIN;
        let bodies = bodies.into_iter().map(|(seen, body)| match large && !seen {
            true => Body::Packed(body),
            false => Body::Plain(body),
        });
        Self {
            bodies: bodies.collect(),
        }
    }

    /// The details of a scenario, or the place where they are unpacked.
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

    /// What is packed.
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
