//! Messages about deliberately wrong inputs, as recorded in the documents next to this file.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test cannot do without fails it"
)]

mod document;

use document::Document;

#[test]
fn in_settings() {
    assert!(Document::new("settings").check() >= 15);
}

#[test]
fn in_the_providers_file() {
    assert!(Document::new("providers").check() >= 15);
}

#[test]
fn in_feature_files() {
    assert!(Document::new("features").check() >= 40);
}

#[test]
fn on_the_command_line() {
    assert!(Document::new("command_line").check() >= 15);
}
