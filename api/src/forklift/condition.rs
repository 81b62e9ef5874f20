//! Conditions as Forklift writes them, and how to look one up.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::condition_types::Category;
use crate::schema::DateTime;

/// One condition of a Forklift object (`pkg/lib/condition/condition.go`). Forklift removes a condition
/// that no longer holds instead of setting it to `False`, so absence means false.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// `Critical` and `Error` block, `Warn`, `Required` and `Advisory` inform.
    pub category: String,
    /// Survives reconciles in which it is not set again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub durable: Option<bool>,
    /// What the message speaks of, e.g. ` id:vm-431 name:'rhel8' ` (the spaces are Forklift's).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<String>>,
    /// When anything in this condition last changed, whole seconds.
    #[schemars(with = "DateTime")]
    pub last_transition_time: Time,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// For programs, in CamelCase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `True` or `False`.
    pub status: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// The condition's name, e.g. `Ready`.
    pub type_: String,
}

impl Default for Condition {
    fn default() -> Self {
        Self {
            category: String::new(),
            durable: None,
            items: None,
            last_transition_time: Time(Timestamp::UNIX_EPOCH),
            message: None,
            reason: None,
            status: String::new(),
            suggestion: None,
            type_: String::new(),
        }
    }
}

impl Condition {
    /// Whether the condition holds.
    pub fn is_true(&self) -> bool {
        self.status == "True"
    }

    /// Whether the condition holds and keeps the object from being used: `Critical` or `Error`.
    pub fn is_blocker(&self) -> bool {
        self.is_true() && Category::parse(&self.category).is_some_and(Category::blocks)
    }
}

/// The condition of this type, if there is one.
pub fn find<'a>(conditions: &'a [Condition], type_: &str) -> Option<&'a Condition> {
    conditions.iter().find(|condition| condition.type_ == type_)
}

/// A status that carries Forklift's conditions.
pub trait Conditions {
    /// All conditions, in the order of their first appearance.
    fn conditions(&self) -> &[Condition];

    /// The condition of this type, if there is one.
    fn condition(&self, type_: &str) -> Option<&Condition> {
        find(self.conditions(), type_)
    }

    /// Whether the condition of this type is there and holds.
    fn is_true(&self, type_: &str) -> bool {
        self.condition(type_).is_some_and(Condition::is_true)
    }
}

/// The conditions of a status that may not have been written yet.
impl<S: Conditions> Conditions for Option<S> {
    fn conditions(&self) -> &[Condition] {
        self.as_ref().map_or(&[], S::conditions)
    }
}

macro_rules! conditions_of {
    ($($status:ty),+ $(,)?) => {$(
        impl Conditions for $status {
            fn conditions(&self) -> &[Condition] {
                self.conditions.as_deref().unwrap_or_default()
            }
        }
    )+};
}

conditions_of!(
    super::ConversionStatus,
    super::HookStatus,
    super::HostStatus,
    super::HyperVProviderServerStatus,
    super::MigrationStatus,
    super::NetworkMapStatus,
    super::OVAProviderServerStatus,
    super::PlanStatus,
    super::ProviderStatus,
    super::Snapshot,
    super::StorageMapStatus,
    super::VmStatus,
);
