//! Conditions as Forklift maintains them (`pkg/lib/condition/condition.go`): one entry per type, in the order of first
//! appearance; a condition that a reconcile does not set again is removed unless it is durable; every change of an
//! entry updates `lastTransitionTime`.

use std::collections::BTreeSet;

use forklift_api::forklift::Condition;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

/// Blocks `Ready` and stops execution.
pub const CRITICAL: &str = "Critical";
/// Warns about a risk; blocks nothing.
pub const WARN: &str = "Warn";
/// Must hold for the object to be ready.
pub const REQUIRED: &str = "Required";
/// Information only.
pub const ADVISORY: &str = "Advisory";

/// Creates a condition with status `True`.
pub fn condition(type_: &str, category: &str, message: impl Into<String>) -> Condition {
    Condition {
        type_: type_.into(),
        status: "True".into(),
        category: category.into(),
        message: Some(message.into()),
        ..Condition::default()
    }
}

/// Builder methods for optional fields of a condition.
pub trait With: Sized {
    /// Sets the reason.
    fn reason(self, reason: &str) -> Self;
    /// Sets the items, such as VMs, that the condition applies to.
    fn items(self, items: Vec<String>) -> Self;
    /// Keeps the condition until it is deleted explicitly.
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
    let now = sim_clock::now();
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
    /// Starts with the conditions of the object. Those that are not durable count only after they are set again.
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

    /// Staged conditions that block the object.
    pub fn blockers(&self) -> Vec<&Condition> {
        let conditions = self.list.iter().flatten();
        conditions
            .filter(|condition| self.staged.contains(&condition.type_) && condition.is_blocker())
            .collect()
    }

    /// Whether a staged condition blocks the object.
    pub fn is_blocked(&self) -> bool {
        !self.blockers().is_empty()
    }

    /// Returns the list to write, and the conditions that were added, changed or removed since `begin`.
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
    fn conditions_not_set_again_are_removed_unless_durable() {
        let before = vec![
            aged(condition("NotValid", CRITICAL, "x")),
            aged(condition("Failed", ADVISORY, "y").durable()),
            aged(condition("Ready", REQUIRED, "z")),
        ];
        let mut staging = Staging::begin(Some(before));
        assert!(!staging.is_blocked(), "conditions that are not set again do not count");
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
    fn the_last_condition_of_a_type_wins() {
        let mut staging = Staging::begin(None);
        staging.set(condition("NotValid", CRITICAL, "first"));
        staging.set(condition("NotValid", WARN, "second"));
        assert!(!staging.is_blocked());
        let (list, _) = staging.end();
        assert_eq!(list.unwrap()[0].message.as_deref(), Some("second"));
    }
}
