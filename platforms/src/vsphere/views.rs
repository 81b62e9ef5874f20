//! `ContainerView`: the entities under a container, computed on every read.

use vim25::{Fault, MoRef, Value};

use super::{fault, kinds::is_a, state::State};

/// A container view.
#[derive(Debug, Clone)]
pub struct View {
    container: MoRef,
    kinds: Vec<String>,
    recursive: bool,
}

/// `CreateContainerView`: creates a view in a session.
pub fn create(state: &mut State, session: &str, args: &Value) -> Result<Value, Fault> {
    let container = args
        .moref_at("container")
        .ok_or_else(|| fault::invalid_argument("container"))?
        .clone();
    if !state.inventory.contains(&container) {
        return Err(fault::not_found(&container));
    }
    let view = View {
        kinds: args
            .list("type")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        recursive: args.bool_at("recursive").unwrap_or(false),
        container,
    };
    let session = state
        .sessions
        .get_mut(session)
        .ok_or_else(|| fault::invalid_request("no session"))?;
    let id = session.next_id();
    session.views.insert(id.clone(), view);
    Ok(MoRef::new("ContainerView", id).into())
}

/// `DestroyView`.
pub fn destroy(state: &mut State, session: &str, this: &MoRef) -> Result<Value, Fault> {
    let views = state.sessions.get_mut(session).map(|session| &mut session.views);
    views
        .and_then(|views| views.remove(&this.id))
        .ok_or_else(|| fault::not_found(this))?;
    // Filters that begin with the view lose their objects.
    state.inventory.change();
    Ok(Value::nothing())
}

/// Properties of a view.
pub fn properties(state: &State, session: &str, id: &str) -> Option<Value> {
    let view = state.sessions.get(session)?.views.get(id)?;
    let below = if view.recursive {
        state.inventory.descendants(&view.container)
    } else {
        state.inventory.contents(&view.container)
    };
    let wanted = |moref: &MoRef| view.kinds.is_empty() || view.kinds.iter().any(|kind| is_a(&moref.kind, kind));
    let shown = below.into_iter().filter(wanted).map(Value::from).collect();
    let kinds = view.kinds.iter().map(Value::from).collect();
    Some(
        Value::data("ContainerView")
            .with("view", Value::array("ManagedObjectReference", shown))
            .with("container", &view.container)
            .with("type", Value::array("string", kinds))
            .with("recursive", view.recursive),
    )
}
