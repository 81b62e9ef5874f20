//! Two stories side by side.

use std::collections::BTreeSet;

use super::{
    explained::{BY_CHANCE, EXPLAINED, Explained, MAY_BE_NEEDED, MayBeNeeded},
    story::Story,
};

/// What came of comparing.
pub struct Comparison {
    /// Topics that are the same.
    pub equal: Vec<String>,
    /// Topics that nobody compares.
    pub by_chance: Vec<String>,
    /// Topics that differ, and how.
    pub different: Vec<(String, String)>,
    /// Topics that are the same but for lines that may be there or not.
    pub nearly: Vec<String>,
    /// The explanations for this recording.
    pub explained: Vec<&'static Explained>,
}

impl Comparison {
    /// Compares a recording with what the lab did.
    pub fn of(recording: &str, recorded: &Story, lab: &Story) -> Self {
        let mut comparison = Self {
            equal: Vec::new(),
            by_chance: Vec::new(),
            different: Vec::new(),
            nearly: Vec::new(),
            explained: EXPLAINED.iter().filter(|known| known.recording == recording).collect(),
        };
        let topics: BTreeSet<&String> = recorded.keys().chain(lab.keys()).collect();
        for topic in topics {
            let (before, now) = (lines(recorded, topic), lines(lab, topic));
            let known = MAY_BE_NEEDED
                .iter()
                .find(|known| known.recording == recording && known.topics.contains(&topic.as_str()));
            if let Some(known) = known {
                let (before, now) = (without(before, known), without(now, known));
                if before == now {
                    comparison.nearly.push(topic.clone())
                } else {
                    comparison.different.push((topic.clone(), difference(&before, &now)))
                }
            } else if BY_CHANCE.iter().any(|(known, _)| is_about(topic, known)) {
                comparison.by_chance.push(topic.clone());
            } else if before == now {
                comparison.equal.push(topic.clone());
            } else {
                comparison.different.push((topic.clone(), difference(before, now)));
            }
        }
        comparison
    }

    /// Differences that nobody explained, explanations that are not needed, and a recording that tells nothing.
    pub fn problems(&self, recording: &str) -> Vec<String> {
        let is_explained = |topic: &str| self.explained.iter().any(|known| known.topic == topic);
        let unexplained = self.different.iter().filter(|(topic, _)| !is_explained(topic));
        let unexplained = unexplained.map(|(topic, text)| format!("{recording}: {topic}\n{text}"));
        let differs = |topic: &str| self.different.iter().any(|(differing, _)| differing == topic);
        let needless = self.explained.iter().filter(|known| !differs(known.topic));
        let needless = needless.map(|known| {
            let (topic, reason) = (known.topic, known.reason);
            format!("{recording}: '{topic}' does not differ any more, so this is no explanation: {reason}")
        });
        let silent = self.equal.is_empty().then(|| format!("{recording}: no topic is equal"));
        unexplained.chain(needless).chain(silent).collect()
    }
}

/// Whether a topic is this one, of whichever VM.
fn is_about(topic: &str, known: &str) -> bool {
    topic
        .strip_prefix(known)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(" of "))
}

fn lines<'a>(story: &'a Story, topic: &str) -> &'a [String] {
    story.get(topic).map(Vec::as_slice).unwrap_or_default()
}

/// The lines that must be the same; what follows itself then is no news.
fn without(lines: &[String], known: &MayBeNeeded) -> Vec<String> {
    let mut lines = lines.to_vec();
    lines.retain(|line| !known.about.iter().any(|words| line.contains(words)));
    lines.dedup();
    lines
}

fn difference(before: &[String], now: &[String]) -> String {
    let only = |some: &[String], others: &[String]| {
        let mut lines = some.to_vec();
        lines.retain(|line| !others.contains(line));
        lines
    };
    let (gone, new) = (only(before, now), only(now, before));
    if gone.is_empty() && new.is_empty() {
        format!("order or number: recorded {before:#?}, lab {now:#?}")
    } else {
        format!("only recorded: {gone:#?}\nonly in the lab: {new:#?}")
    }
}
