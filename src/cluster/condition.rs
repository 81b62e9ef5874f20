//! Conditions that a wait waits for: values that compose and can say why they do not hold.
//!
//! ```
//! use k8s_openapi::api::core::v1::Namespace;
//! use mtv_bdd::cluster::condition::{Condition, ConditionExt, ConditionState, phase, present};
//!
//! let active = present().and(phase("Active"));
//! let verdict = active.judge(Some(&Namespace::default()));
//! assert_eq!(verdict, ConditionState::Not(vec!["phase Active (it has none)".into()]));
//! ```

use serde::Serialize;
use serde_json::Value;

use super::state;

/// Whether a condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionState {
    /// The condition holds.
    Holds,
    /// The condition does not hold; the clauses that are not met, as text.
    Not(Vec<String>),
}

impl ConditionState {
    /// Whether the condition holds.
    pub fn holds(&self) -> bool {
        *self == Self::Holds
    }

    /// `Holds` when `holds`, else the clause with what was found instead.
    pub fn from_bool(holds: bool, clause: impl FnOnce() -> String) -> Self {
        if holds { Self::Holds } else { Self::Not(vec![clause()]) }
    }
}

/// Something that can be true of an object, or of its absence.
pub trait Condition<K>: Send + Sync {
    /// Judges the object; `None`: there is no such object.
    fn judge(&self, object: Option<&K>) -> ConditionState;
}

impl<K, F> Condition<K> for F
where
    F: Fn(Option<&K>) -> ConditionState + Send + Sync,
{
    fn judge(&self, object: Option<&K>) -> ConditionState {
        self(object)
    }
}

/// Combines conditions.
pub trait ConditionExt<K>: Condition<K> + Sized {
    /// Both hold.
    fn and<B: Condition<K>>(self, other: B) -> And<Self, B> {
        And(self, other)
    }

    /// At least one holds.
    fn or<B: Condition<K>>(self, other: B) -> Or<Self, B> {
        Or(self, other)
    }

    /// The condition does not hold. `clause` is the expectation: `a phase other than Pending`.
    fn not(self, clause: impl Into<String>) -> Not<Self> {
        Not(self, clause.into())
    }
}

impl<K, C: Condition<K>> ConditionExt<K> for C {}

/// See [`ConditionExt::and`].
#[derive(Debug)]
pub struct And<A, B>(A, B);

impl<K, A: Condition<K>, B: Condition<K>> Condition<K> for And<A, B> {
    fn judge(&self, object: Option<&K>) -> ConditionState {
        match (self.0.judge(object), self.1.judge(object)) {
            (ConditionState::Holds, verdict) | (verdict, ConditionState::Holds) => verdict,
            (ConditionState::Not(mut clauses), ConditionState::Not(more)) => {
                clauses.extend(more);
                ConditionState::Not(clauses)
            }
        }
    }
}

/// See [`ConditionExt::or`].
#[derive(Debug)]
pub struct Or<A, B>(A, B);

impl<K, A: Condition<K>, B: Condition<K>> Condition<K> for Or<A, B> {
    fn judge(&self, object: Option<&K>) -> ConditionState {
        match (self.0.judge(object), self.1.judge(object)) {
            (ConditionState::Holds, _) | (_, ConditionState::Holds) => ConditionState::Holds,
            (ConditionState::Not(a), ConditionState::Not(b)) => {
                ConditionState::Not(vec![format!("{} or {}", a.join(" and "), b.join(" and "))])
            }
        }
    }
}

/// See [`ConditionExt::not`].
#[derive(Debug)]
pub struct Not<A>(A, String);

impl<K, A: Condition<K>> Condition<K> for Not<A> {
    fn judge(&self, object: Option<&K>) -> ConditionState {
        ConditionState::from_bool(!self.0.judge(object).holds(), || self.1.clone())
    }
}

const ABSENT: &str = "the object itself (it does not exist)";

/// There is such an object.
pub fn present<K>() -> impl Condition<K> {
    |object: Option<&K>| ConditionState::from_bool(object.is_some(), || ABSENT.to_owned())
}

/// There is no such object.
pub fn absent<K>() -> impl Condition<K> {
    |object: Option<&K>| ConditionState::from_bool(object.is_none(), || "its end (it still exists)".to_owned())
}

/// The object has a condition of this type with status `True`.
pub fn is_true<K: Serialize>(type_: &str) -> impl Condition<K> + use<K> {
    let type_ = type_.to_owned();
    over_json(move |object| {
        let found =
            state::conditions(object).find(|condition| condition.get("type").and_then(Value::as_str) == Some(&type_));
        let holds = found.is_some_and(|found| found.get("status").and_then(Value::as_str) == Some("True"));
        ConditionState::from_bool(holds, || match found {
            Some(found) => format!("condition {type_} (it is {})", state::condition_line(found)),
            None => format!("condition {type_} (it has none)"),
        })
    })
}

/// The status speaks of the spec as it is now: `status.observedGeneration` has reached `metadata.generation`. Without
/// this an old `Ready` could be taken for the answer to a change.
pub fn observed<K: Serialize>() -> impl Condition<K> {
    over_json(|object| {
        let generation = object.pointer("/metadata/generation").and_then(Value::as_i64);
        let observed = object.pointer("/status/observedGeneration").and_then(Value::as_i64);
        ConditionState::from_bool(observed >= generation, || {
            let number = |value: Option<i64>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
            format!(
                "a status for generation {} (it describes {})",
                number(generation),
                number(observed)
            )
        })
    })
}

/// `status.phase` is this word.
pub fn phase<K: Serialize>(phase: &str) -> impl Condition<K> + use<K> {
    let phase = phase.to_owned();
    over_json(move |object| {
        let found = object.pointer("/status/phase").and_then(Value::as_str);
        ConditionState::from_bool(found == Some(&phase), || match found {
            Some(found) => format!("phase {phase} (it is {found})"),
            None => format!("phase {phase} (it has none)"),
        })
    })
}

/// A condition over the JSON of an object; an absent object never fulfils it.
pub fn over_json<K: Serialize>(judge: impl Fn(&Value) -> ConditionState + Send + Sync) -> impl Condition<K> {
    move |object: Option<&K>| match object.map(serde_json::to_value) {
        Some(Ok(value)) => judge(&value),
        Some(Err(error)) => ConditionState::Not(vec![format!("an object that can be read ({error})")]),
        None => ConditionState::Not(vec![ABSENT.to_owned()]),
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Namespace;
    use serde_json::json;

    use super::*;

    fn namespace(status: Value) -> Namespace {
        serde_json::from_value(json!({ "metadata": { "name": "a" }, "status": status })).unwrap()
    }

    fn clauses(condition: &impl Condition<Namespace>, object: Option<&Namespace>) -> Vec<String> {
        match condition.judge(object) {
            ConditionState::Holds => Vec::new(),
            ConditionState::Not(clauses) => clauses,
        }
    }

    #[test]
    fn what_does_not_hold_is_named_with_what_was_found() {
        let terminating = namespace(json!({ "phase": "Terminating", "conditions": [
            { "type": "Ready", "status": "False", "reason": "NotYet", "message": "wait for it" },
        ] }));
        for (found, expected) in [
            (clauses(&phase("Terminating"), Some(&terminating)), vec![]),
            (
                clauses(&phase("Active"), Some(&terminating)),
                vec!["phase Active (it is Terminating)"],
            ),
            (clauses(&phase("Active"), None), vec![ABSENT]),
            (
                clauses(&absent(), Some(&terminating)),
                vec!["its end (it still exists)"],
            ),
            (clauses(&absent(), None), vec![]),
            (
                clauses(&is_true("Ready").and(phase("Active")), Some(&terminating)),
                vec![
                    "condition Ready (it is Ready=False NotYet \"wait for it\")",
                    "phase Active (it is Terminating)",
                ],
            ),
            (
                clauses(&phase("A").or(phase("B")), Some(&terminating)),
                vec!["phase A (it is Terminating) or phase B (it is Terminating)"],
            ),
            (
                clauses(&phase("A").or(phase("Terminating")), Some(&terminating)),
                vec![],
            ),
            (
                clauses(
                    &phase("Terminating").not("a phase other than Terminating"),
                    Some(&terminating),
                ),
                vec!["a phase other than Terminating"],
            ),
            (
                clauses(&is_true("Active"), Some(&terminating)),
                vec!["condition Active (it has none)"],
            ),
        ] {
            assert_eq!(found, expected);
        }
    }
}
