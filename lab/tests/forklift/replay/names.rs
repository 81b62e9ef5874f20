//! Generated names and ids, and what stands for them in a story.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::story::{Record, Subject};

/// Names are cut to this length where they become part of others.
const SHORT: usize = 15;

static MAC: LazyLock<Regex> = LazyLock::new(|| Regex::new("([0-9a-f]{2}:){5}[0-9a-f]{2}").unwrap());

/// Names with what stands for them, the longest first.
pub struct Names(Vec<(String, String)>);

impl Names {
    /// Gathers the names of a story.
    pub fn of(records: &[&Record], subject: &Subject) -> Self {
        let mut names = Vec::new();
        let mut hooks: Vec<&Value> = Vec::new();
        let mut add = |name: &str, stands: String| {
            let known = (name.to_owned(), stands);
            if !name.is_empty() && !names.contains(&known) {
                names.push(known);
            }
        };
        for record in records {
            let metadata = &record.object["metadata"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            add(&text(&metadata["labels"]["vmUUID"]), "{vm uuid}".into());
            match record.kind.as_str() {
                "Plan" => add(&text(&metadata["uid"]), "{plan uid}".into()),
                "Migration" => add(&text(&metadata["uid"]), "{migration uid}".into()),
                "Hook" => {
                    let number = hooks
                        .iter()
                        .position(|uid| **uid == metadata["uid"])
                        .unwrap_or(hooks.len());
                    if number == hooks.len() {
                        hooks.push(&metadata["uid"]);
                    }
                    add(&text(&metadata["uid"]), numbered("hook uid", number));
                }
                "Conversion" => add(&text(&metadata["name"]), "{conversion}".into()),
                "DataVolume" => add(&text(&metadata["labels"]["vmUUID"]), "{vm uuid}".into()),
                "Job" => add(&text(&metadata["labels"]["vddk"]), "{vddk}".into()),
                _ => {}
            }
            for vm in record.object["status"]["migration"]["vms"]
                .as_array()
                .into_iter()
                .flatten()
            {
                let name = text(&vm["name"]);
                if let Some(number) = subject.vms.iter().position(|known| *known == name) {
                    add(&text(&vm["id"]), numbered("vm id", number));
                }
            }
        }
        add(subject.target, "{target}".into());
        add(subject.plan, "{plan}".into());
        for (number, vm) in subject.vms.iter().enumerate() {
            add(vm, numbered("vm", number));
        }
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Self(names)
    }

    /// What stands for a text that is a name; other texts as they are.
    pub fn hide(&self, text: &str) -> String {
        let known = self.0.iter().find(|(name, _)| name == text);
        known.map_or_else(|| text.to_owned(), |(_, stands)| stands.clone())
    }

    /// A text with all names in it replaced, cut ones, too.
    pub fn hide_within(&self, text: &str) -> String {
        let mut hidden = text.to_owned();
        for (name, stands) in &self.0 {
            hidden = hidden.replace(name, stands);
        }
        for (name, stands) in &self.0 {
            let short: String = name.chars().take(SHORT).collect();
            let is_cut = short.len() < name.len() && matches!(stands.as_str(), "{plan}" | "{vm}" | "{vm 2}" | "{vm 3}");
            if is_cut {
                hidden = hidden.replace(&short, stands);
            }
        }
        MAC.replace_all(&hidden, "{mac}").into_owned()
    }
}

/// `{what}`, `{what 2}`, ...
pub fn numbered(what: &str, number: usize) -> String {
    match number {
        0 => format!("{{{what}}}"),
        _ => format!("{{{what} {}}}", number + 1),
    }
}
