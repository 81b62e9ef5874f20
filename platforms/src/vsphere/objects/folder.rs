//! `Folder`.

use vim25::{MoRef, Value};

use super::{
    super::state::State,
    entity::{common, references},
};

/// Names of properties.
pub const PROPERTIES: &[&str] = &["childEntity", "childType", "namespace"];

/// Properties of the folder `id`.
pub fn properties(state: &State, id: &str) -> Option<Value> {
    let folder = state.inventory.folders.get(id)?;
    let moref = MoRef::new("Folder", id);
    let types = folder.child_types.iter().map(|kind| Value::from(*kind)).collect();
    Some(
        common(state, &moref)?
            .with("childType", Value::array("string", types))
            .with("childEntity", references(state.inventory.children(&moref))),
    )
}
