//! Conditions of Forklift, and lookup by type.

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
    /// Category: `Critical` and `Error` block; `Warn`, `Required` and `Advisory` inform.
    pub category: String,
    /// Whether the condition is kept by reconciles that do not set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub durable: Option<bool>,
    /// Items that the message refers to, e.g. ` id:vm-431 name:'rhel8' ` (Forklift adds the spaces).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<String>>,
    /// Time of the last change of any field, in whole seconds.
    #[schemars(with = "DateTime")]
    pub last_transition_time: Time,
    /// Human-readable text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Machine-readable reason, in CamelCase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `True` or `False`.
    pub status: String,
    /// Suggested remedy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// Type of the condition, e.g. `Ready`.
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
    /// Whether the status is `True`.
    pub fn is_true(&self) -> bool {
        self.status == "True"
    }

    /// Whether the condition is true and blocks the object: category `Critical` or `Error`.
    pub fn is_blocker(&self) -> bool {
        self.is_true() && Category::parse(&self.category).is_some_and(Category::blocks)
    }
}

/// Returns the condition of this type.
pub fn find<'a>(conditions: &'a [Condition], type_: &str) -> Option<&'a Condition> {
    conditions.iter().find(|condition| condition.type_ == type_)
}

/// A status with conditions of Forklift.
pub trait Conditions {
    /// All conditions, in the order of their first appearance.
    fn conditions(&self) -> &[Condition];

    /// Returns the condition of this type.
    fn condition(&self, type_: &str) -> Option<&Condition> {
        find(self.conditions(), type_)
    }

    /// Whether the condition of this type exists and is true.
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
