//! How Forklift keeps conditions (`pkg/lib/condition/condition.go`): one entry per type, in the order of first
//! appearance; what a reconcile does not set again disappears, unless it is durable; `lastTransitionTime` moves
//! whenever anything about an entry changes.

use std::collections::BTreeSet;

use forklift_api::forklift::Condition;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

/// Blocks `Ready` and stops execution.
pub const CRITICAL: &str = "Critical";
/// Worth a look.
pub const WARN: &str = "Warn";
/// Must be there for the object to be ready.
pub const REQUIRED: &str = "Required";
/// For information.
pub const ADVISORY: &str = "Advisory";

/// A condition that is true.
pub fn condition(type_: &str, category: &str, message: impl Into<String>) -> Condition {
    Condition {
        type_: type_.into(),
        status: "True".into(),
        category: category.into(),
        message: Some(message.into()),
        ..Condition::default()
    }
}

/// What may be added to a condition.
pub trait With: Sized {
    /// A reason.
    fn reason(self, reason: &str) -> Self;
    /// What it is about.
    fn items(self, items: Vec<String>) -> Self;
    /// Stays until it is deleted.
    fn durable(self) -> Self;
}

impl With for Condition {
    fn reason(mut self, reason: &str) -> Self {
        self.reason = Some(reason.into());
        self
    }

    fn items(mut self, items: Vec<String>) -> Self {
        self.items = Some(items);
        self
    }

    fn durable(mut self) -> Self {
        self.durable = Some(true);
        self
    }
}

/// Wall-clock time as Kubernetes writes it: whole seconds.
pub fn now() -> Time {
    let now = Timestamp::now();
    Time(Timestamp::from_second(now.as_second()).unwrap_or(now))
}

/// Sets a condition in a list: overwrites the entry of its type, or appends it.
pub fn set(list: &mut Option<Vec<Condition>>, mut condition: Condition) {
    let list = list.get_or_insert_default();
    match list.iter_mut().find(|known| known.type_ == condition.type_) {
        Some(known) => {
            condition.last_transition_time = known.last_transition_time.clone();
            if *known != condition {
                condition.last_transition_time = now();
                *known = condition;
            }
        }
        None => {
            condition.last_transition_time = now();
            list.push(condition);
        }
    }
}

/// Removes the conditions of these types.
pub fn delete(list: &mut Option<Vec<Condition>>, types: &[&str]) {
    if let Some(conditions) = list {
        conditions.retain(|condition| !types.contains(&condition.type_.as_str()));
        if conditions.is_empty() {
            *list = None;
        }
    }
}

/// Whether the list holds a true condition of this type.
pub fn has(list: &Option<Vec<Condition>>, type_: &str) -> bool {
    let conditions = list.as_deref().unwrap_or_default();
    conditions
        .iter()
        .any(|condition| condition.type_ == type_ && condition.is_true())
}

/// Whether the list holds a true condition of one of these types.
pub fn has_any(list: &Option<Vec<Condition>>, types: &[&str]) -> bool {
    types.iter().any(|type_| has(list, type_))
}

/// The conditions of one object during one reconcile.
pub struct Staging {
    before: Vec<Condition>,
    list: Option<Vec<Condition>>,
    staged: BTreeSet<String>,
}

impl Staging {
    /// Starts with what the object has. Only durable conditions count until others are set again.
    pub fn begin(before: Option<Vec<Condition>>) -> Self {
        let durable = before
            .iter()
            .flatten()
            .filter(|condition| condition.durable == Some(true));
        Self {
            staged: durable.map(|condition| condition.type_.clone()).collect(),
            before: before.clone().unwrap_or_default(),
            list: before,
        }
    }

    /// Sets a condition.
    pub fn set(&mut self, condition: Condition) {
        self.staged.insert(condition.type_.clone());
        set(&mut self.list, condition);
    }

    /// Deletes conditions, durable ones too.
    pub fn delete(&mut self, types: &[&str]) {
        for type_ in types {
            self.staged.remove(*type_);
        }
        delete(&mut self.list, types);
    }

    /// Whether a condition is set.
    pub fn has(&self, type_: &str) -> bool {
        self.staged.contains(type_) && has(&self.list, type_)
    }

    /// Whether one of the conditions is set.
    pub fn has_any(&self, types: &[&str]) -> bool {
        types.iter().any(|type_| self.has(type_))
    }

    /// The conditions that block.
    pub fn blockers(&self) -> Vec<&Condition> {
        let conditions = self.list.iter().flatten();
        conditions
            .filter(|condition| self.staged.contains(&condition.type_) && condition.is_blocker())
            .collect()
    }

    /// Whether something blocks.
    pub fn is_blocked(&self) -> bool {
        !self.blockers().is_empty()
    }

    /// The list to write, and what was added, changed or removed in comparison with the beginning.
    pub fn end(self) -> (Option<Vec<Condition>>, Vec<Condition>) {
        let staged = self.staged;
        let kept: Vec<Condition> = self
            .list
            .unwrap_or_default()
            .into_iter()
            .filter(|condition| staged.contains(&condition.type_))
            .collect();
        let mut changes: Vec<Condition> = kept
            .iter()
            .filter(|condition| !self.before.contains(condition))
            .cloned()
            .collect();
        let gone = |condition: &&Condition| !kept.iter().any(|kept| kept.type_ == condition.type_);
        changes.extend(self.before.iter().filter(gone).cloned());
        ((!kept.is_empty()).then_some(kept), changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(list: &Option<Vec<Condition>>) -> Vec<&str> {
        list.iter()
            .flatten()
            .map(|condition| condition.type_.as_str())
            .collect()
    }

    fn aged(mut condition: Condition) -> Condition {
        condition.last_transition_time = Time(Timestamp::UNIX_EPOCH);
        condition
    }

    #[test]
    fn what_is_not_set_again_disappears_unless_durable() {
        let before = vec![
            aged(condition("NotValid", CRITICAL, "x")),
            aged(condition("Failed", ADVISORY, "y").durable()),
            aged(condition("Ready", REQUIRED, "z")),
        ];
        let mut staging = Staging::begin(Some(before));
        assert!(!staging.is_blocked(), "what is not set again does not count");
        assert!(staging.has("Failed"));
        staging.set(condition("Ready", REQUIRED, "z"));
        let (list, changes) = staging.end();
        assert_eq!(types(&list), ["Failed", "Ready"]);
        assert_eq!(types(&Some(changes)), ["NotValid"], "its removal is an event too");
    }

    #[test]
    fn the_transition_time_moves_with_any_change() {
        let mut list = Some(vec![aged(condition("Ready", REQUIRED, "one"))]);
        set(&mut list, condition("Ready", REQUIRED, "one"));
        assert_eq!(list.as_ref().unwrap()[0].last_transition_time.0, Timestamp::UNIX_EPOCH);
        set(&mut list, condition("Ready", REQUIRED, "two"));
        assert_ne!(list.as_ref().unwrap()[0].last_transition_time.0, Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn the_order_is_that_of_first_appearance() {
        let mut staging = Staging::begin(Some(vec![
            aged(condition("B", WARN, "b")),
            aged(condition("A", WARN, "a")),
        ]));
        for type_ in ["A", "C", "B"] {
            staging.set(condition(type_, WARN, type_.to_lowercase()));
        }
        let (list, changes) = staging.end();
        assert_eq!(types(&list), ["B", "A", "C"]);
        assert_eq!(types(&Some(changes)), ["C"]);
    }

    #[test]
    fn the_last_one_of_a_type_wins() {
        let mut staging = Staging::begin(None);
        staging.set(condition("NotValid", CRITICAL, "first"));
        staging.set(condition("NotValid", WARN, "second"));
        assert!(!staging.is_blocked());
        let (list, _) = staging.end();
        assert_eq!(list.unwrap()[0].message.as_deref(), Some("second"));
    }
}
