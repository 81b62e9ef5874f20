//! What Forklift says of objects: the conditions that each of them has, one state after the other, and the events about
//! them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use regex::{Captures, Regex};
use serde_json::Value;

use crate::replay::story::{Record, Story};

/// Ids of a vCenter: which number a thing has means nothing, nor whether a network is a distributed one.
static IDS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(vm|datastore|network|dvportgroup)-\d+\b").unwrap());

/// Objects by kind and name, as the recording calls them.
pub type Objects = &'static [(&'static str, &'static str)];

/// What things are called in the lab, and what the recording calls them.
pub type Called = &'static [(&'static str, &'static str)];

/// What is said of the objects.
pub fn tell(records: &[Record], objects: Objects, called: Called) -> Story {
    let mut story: Story = objects
        .iter()
        .map(|(kind, name)| (format!("{kind} {name}"), Vec::new()))
        .collect();
    let mut phases = Story::new();
    let mut events: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for record in records {
        let name = |metadata: &Value| translate(metadata["name"].as_str().unwrap_or_default(), called);
        if record.kind == "Event" {
            let about = &record.object["involvedObject"];
            let about = format!("{} {}", about["kind"].as_str().unwrap_or_default(), name(about));
            if story.contains_key(&about) {
                let told = translate(&event(&record.object), called);
                events.entry(format!("events of {about}")).or_default().insert(told);
            }
        } else if let Some(states) = story.get_mut(&format!("{} {}", record.kind, name(&record.object["metadata"]))) {
            let status = &record.object["status"];
            note(states, translate(&state(status), called));
            if let Some(phase) = status["phase"].as_str() {
                let topic = format!("phase of {} {}", record.kind, name(&record.object["metadata"]));
                note(phases.entry(topic).or_default(), phase.to_owned());
            }
        }
    }
    story.extend(phases);
    story.extend(
        events
            .into_iter()
            .map(|(about, told)| (about, told.into_iter().collect())),
    );
    story
}

/// What follows itself is no news.
fn note(lines: &mut Vec<String>, line: String) {
    if lines.last() != Some(&line) {
        lines.push(line);
    }
}

/// All names at once, so that one that was replaced is not replaced again.
fn translate(text: &str, called: Called) -> String {
    let text = IDS.replace_all(text, |id: &Captures<'_>| match &id[1] {
        "dvportgroup" => "network-N".to_owned(),
        kind => format!("{kind}-N"),
    });
    let mut longest_first: Vec<_> = called.to_vec();
    longest_first.sort_by_key(|(lab, _)| std::cmp::Reverse(lab.len()));
    let mut translated = String::new();
    let mut rest = text.as_ref();
    while let Some(first) = rest.chars().next() {
        let known = longest_first.iter().find(|(lab, _)| rest.starts_with(lab));
        let (length, word) = known.map_or((first.len_utf8(), &rest[..first.len_utf8()]), |(lab, recorded)| {
            (lab.len(), *recorded)
        });
        translated.push_str(word);
        rest = &rest[length..];
    }
    translated
}

fn state(status: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let conditions = status["conditions"].as_array().into_iter().flatten().map(|condition| {
        let items = match &condition["items"] {
            Value::Null => String::new(),
            items => format!(" {items}"),
        };
        format!(
            "{} ({}, {}): {}{items}",
            text(&condition["type"]),
            text(&condition["category"]),
            text(&condition["reason"]),
            text(&condition["message"])
        )
    });
    let references = status["references"].as_array().into_iter().flatten();
    let references =
        references.map(|reference| format!("refers to {} '{}'", text(&reference["id"]), text(&reference["name"])));
    let all: Vec<String> = references.chain(conditions).collect();
    all.join(" + ")
}

fn event(event: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!(
        "{} {}: {}",
        text(&event["type"]),
        text(&event["reason"]),
        text(&event["message"])
    )
}
