//! The object of a wait, as its watch has shown it so far.

use sim_clock::Instant;

use kube::{Resource, runtime::watcher};
use serde::Serialize;
use serde_json::Value;

use super::{LastSeen, timeline::Timeline};
use crate::{cluster::state, events::words};

pub(super) struct Watched<K> {
    pub(super) current: Option<K>,
    /// UID of the awaited object; an object with another UID is ignored.
    pub(super) uid: Option<String>,
    pub(super) replaced: bool,
    /// Clauses of the condition that do not hold.
    pub(super) unmet: Vec<String>,
    /// `Plan auto-ab12/auto-ab12-...-cold`
    pub(super) object: String,
    /// Whether the object is in the list that is being read.
    listed: bool,
    state: Option<Vec<String>>,
    timeline: Timeline,
    breaks: usize,
    /// Why the watch broke the last time, and whether it is still broken.
    broken: Option<(String, bool)>,
}

impl<K: Resource + Serialize> Watched<K> {
    /// `place` is where the object is: namespace and name.
    pub(super) fn new(resource_url: &str, place: &str, uid: Option<String>) -> Self {
        // `/apis/x/v1/namespaces/a/plans` → `plans`; the kind itself is known once the object has been seen.
        let kind = resource_url.rsplit('/').next().unwrap_or(resource_url);
        Self {
            current: None,
            uid,
            replaced: false,
            unmet: Vec::new(),
            object: format!("{kind} {place}"),
            listed: false,
            state: None,
            timeline: Timeline::default(),
            breaks: 0,
            broken: None,
        }
    }

    /// Takes in an event; whether the state is complete and can be judged.
    pub(super) fn follow(&mut self, event: watcher::Event<K>) -> bool {
        if let Some((_, still)) = &mut self.broken {
            *still = false;
        }
        match event {
            watcher::Event::Init => {
                self.listed = false;
                false
            }
            watcher::Event::InitApply(object) => {
                self.listed = true;
                self.see(object);
                false
            }
            watcher::Event::InitDone => {
                if !self.listed {
                    self.current = None;
                }
                true
            }
            watcher::Event::Apply(object) => {
                self.see(object);
                true
            }
            watcher::Event::Delete(_) => {
                self.current = None;
                true
            }
        }
    }

    /// The watch broke; it is going to be started again.
    pub(super) fn breaks(&mut self, why: String) {
        self.breaks += 1;
        self.broken = Some((why, true));
    }

    /// The last observed state.
    pub(super) fn last(&self) -> LastSeen {
        LastSeen {
            object: self.object.clone(),
            state: self.state.clone(),
            unmet: self.unmet.clone(),
            phases: self.timeline.lines(Instant::now()),
            trouble: self.broken.as_ref().map(|(why, still)| {
                let end = if *still {
                    "and did not come back"
                } else {
                    "and came back"
                };
                format!("the watch broke {} {end}, last: {why}", words::times(self.breaks))
            }),
        }
    }

    /// The current state in a few words, for status reports during the wait.
    pub(super) fn state(&self) -> Vec<String> {
        let mut lines = match (&self.state, &self.current) {
            (None, _) => vec![format!("{} does not exist yet", self.object)],
            (Some(_), None) => vec![format!("{} is gone", self.object)],
            (Some(lines), Some(_)) => lines.clone(),
        };
        if let Some((why, true)) = &self.broken {
            lines.push(format!("the watch is broken: {why}"));
        }
        lines
    }

    fn see(&mut self, object: K) {
        let uid = object.meta().uid.clone();
        if self.uid.is_some() && uid != self.uid {
            self.replaced = true;
            return;
        }
        self.uid = uid;
        let json = serde_json::to_value(&object).unwrap_or_default();
        if let Some(kind) = json.get("kind").and_then(Value::as_str) {
            let (_, place) = self.object.split_once(' ').unwrap_or_default();
            self.object = format!("{kind} {place}");
        }
        self.state = Some(state::lines(&json));
        self.timeline.see(Instant::now(), state::phases(&json));
        self.current = Some(object);
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Namespace;

    use super::*;

    #[test]
    fn a_watch_that_breaks_is_told_with_how_often_and_whether_it_came_back() {
        let mut watched: Watched<Namespace> = Watched::new("/api/v1/namespaces", "a", None);
        assert_eq!(watched.last().trouble, None);
        watched.breaks("connection reset".to_owned());
        watched.breaks("503 Service Unavailable".to_owned());
        insta::assert_snapshot!(watched.last(), @r"
        namespaces a was never seen
        the watch broke twice and did not come back, last: 503 Service Unavailable
        ");
        assert_eq!(
            watched.state(),
            [
                "namespaces a does not exist yet",
                "the watch is broken: 503 Service Unavailable"
            ]
        );
        watched.follow(watcher::Event::InitApply(Namespace::default()));
        insta::assert_snapshot!(watched.last(), @r"
        Namespace a was last seen without any status
        the watch broke twice and came back, last: 503 Service Unavailable
        ");
    }
}
