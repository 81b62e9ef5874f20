//! `ManagedEntity`: properties that all entities have.

use vim25::{MoRef, Value};

use super::super::{state::State, tasks};

/// Names of properties.
pub const PROPERTIES: &[&str] = &[
    "alarmActionsEnabled",
    "configIssue",
    "configStatus",
    "customValue",
    "declaredAlarmState",
    "disabledMethod",
    "effectiveRole",
    "name",
    "overallStatus",
    "parent",
    "permission",
    "recentTask",
    "tag",
    "triggeredAlarmState",
];

/// Id of the role `Admin`.
const ADMINISTRATOR: i32 = -1;

/// Common properties of an entity.
pub fn common(state: &State, moref: &MoRef) -> Option<Value> {
    let (name, parent) = state.inventory.name_and_parent(moref)?;
    Some(
        Value::data(&moref.kind)
            .with("value", Value::array("CustomFieldValue", vec![]))
            .with("availableField", Value::array("CustomFieldDef", vec![]))
            .with_some("parent", parent)
            .with("customValue", Value::array("CustomFieldValue", vec![]))
            .with("overallStatus", green())
            .with("configStatus", green())
            .with("configIssue", Value::array("Event", vec![]))
            .with("effectiveRole", Value::array("int", vec![ADMINISTRATOR.into()]))
            .with("permission", Value::array("Permission", vec![]))
            .with("name", name)
            .with("disabledMethod", Value::array("string", vec![]))
            .with("recentTask", references(tasks::recent_of(state, moref)))
            .with("declaredAlarmState", Value::array("AlarmState", vec![]))
            .with("triggeredAlarmState", Value::array("AlarmState", vec![]))
            .with("alarmActionsEnabled", true)
            .with("tag", Value::array("Tag", vec![])),
    )
}

/// `ManagedEntityStatus` `green`: no problems.
pub fn green() -> Value {
    Value::text("ManagedEntityStatus", "green")
}

/// Builds an array of references.
pub fn references(morefs: Vec<MoRef>) -> Value {
    Value::array("ManagedObjectReference", morefs.into_iter().map(Value::from).collect())
}
