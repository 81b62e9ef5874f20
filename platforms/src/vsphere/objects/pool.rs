//! `ResourcePool`.

use vim25::{MoRef, Value};

use super::{
    super::state::State,
    entity::{common, green, references},
};

/// Names of properties.
pub const PROPERTIES: &[&str] = &[
    "childConfiguration",
    "config",
    "namespace",
    "owner",
    "resourcePool",
    "runtime",
    "summary",
    "vm",
];

/// Properties of the resource pool `id`.
pub fn properties(state: &State, id: &str) -> Option<Value> {
    let pool = state.inventory.pools.get(id)?;
    let moref = MoRef::new("ResourcePool", id);
    let usage = || {
        Value::data("ResourcePoolResourceUsage")
            .with("reservationUsed", 0_i64)
            .with("reservationUsedForVm", 0_i64)
            .with("unreservedForPool", 0_i64)
            .with("unreservedForVm", 0_i64)
            .with("overallUsage", 0_i64)
            .with("maxUsage", 0_i64)
    };
    let runtime = Value::data("ResourcePoolRuntimeInfo")
        .with("memory", usage())
        .with("cpu", usage())
        .with("overallStatus", green());
    Some(
        common(state, &moref)?
            .with("runtime", runtime)
            .with("owner", MoRef::new("ClusterComputeResource", &pool.cluster))
            .with("resourcePool", references(vec![]))
            .with("vm", references(state.inventory.contents(&moref))),
    )
}
