//! Selects the objects of a filter: evaluates object sets and traversals.

use std::{cell::OnceCell, sync::Arc};

use sim_clock::Clock;
use vim25::{Fault, MoRef, Value};

use super::{
    super::{fault, kinds::is_a, objects, state::State},
    read::at_path,
};

/// State, session and time that a request is evaluated with.
pub struct Scope<'a> {
    /// State of the vCenter.
    pub state: &'a State,
    /// Key of the client's session.
    pub session: &'a str,
    /// Simulated time.
    pub clock: &'a Clock,
}

impl Scope<'_> {
    /// All properties of an object.
    pub fn properties(&self, moref: &MoRef) -> Option<Arc<Value>> {
        let read = || objects::properties(self.state, self.session, self.clock, moref);
        self.state.read_once(moref, read)
    }

    /// Whether the object exists.
    pub fn has(&self, moref: &MoRef) -> bool {
        self.state.inventory.contains(moref) || self.properties(moref).is_some()
    }
}

/// Returns the selected objects in traversal order, without duplicates.
///
/// # Errors
///
/// `ManagedObjectNotFound` if an object that the filter names does not exist.
pub fn select(scope: &Scope<'_>, filter: &Value) -> Result<Vec<MoRef>, Fault> {
    let mut selected = Vec::new();
    for object in filter.list("objectSet") {
        let start = object
            .moref_at("obj")
            .ok_or_else(|| fault::invalid_argument("spec.objectSet.obj"))?;
        if !scope.has(start) {
            return Err(fault::not_found(start));
        }
        if !object.bool_at("skip").unwrap_or(false) {
            push(&mut selected, start);
        }
        let selections = object.list("selectSet");
        let mut named = Vec::new();
        collect_named(selections, &mut named);
        let mut walk = Walk {
            scope,
            named,
            walked: Vec::new(),
            selected: &mut selected,
        };
        walk.follow(start, selections);
    }
    Ok(selected)
}

fn push(selected: &mut Vec<MoRef>, moref: &MoRef) {
    if !selected.contains(moref) {
        selected.push(moref.clone());
    }
}

/// Collects named traversals, which other traversals refer to.
fn collect_named<'a>(selections: &'a [Value], named: &mut Vec<(&'a str, &'a Value)>) {
    for selection in selections {
        if selection.get("path").is_some() {
            if let Some(name) = selection.str_at("name") {
                named.push((name, selection));
            }
            collect_named(selection.list("selectSet"), named);
        }
    }
}

struct Walk<'a, 'b> {
    scope: &'a Scope<'a>,
    named: Vec<(&'b str, &'b Value)>,
    /// Pairs of object and traversal that were already followed: inventories have cycles.
    walked: Vec<(MoRef, *const Value)>,
    selected: &'a mut Vec<MoRef>,
}

impl<'b> Walk<'_, 'b> {
    fn follow(&mut self, from: &MoRef, selections: &'b [Value]) {
        // Read properties lazily: most objects are leaves without traversals.
        let properties = OnceCell::new();
        for selection in selections {
            let referred = || {
                let name = selection.str_at("name")?;
                self.named
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, traversal)| *traversal)
            };
            let traversal = if selection.get("path").is_some() {
                Some(selection)
            } else {
                referred()
            };
            let Some(traversal) = traversal else { continue };
            let (Some(kind), Some(path)) = (traversal.str_at("type"), traversal.str_at("path")) else {
                continue;
            };
            if !is_a(&from.kind, kind) {
                continue;
            }
            let step = (from.clone(), std::ptr::from_ref(traversal));
            if self.walked.contains(&step) {
                continue;
            }
            self.walked.push(step);
            let skip = traversal.bool_at("skip").unwrap_or(false);
            let Some(properties) = properties.get_or_init(|| self.scope.properties(from)) else {
                return;
            };
            let targets: Vec<MoRef> = match at_path(properties, path) {
                Some(found) => found.as_array().iter().filter_map(Value::as_moref).cloned().collect(),
                None => continue,
            };
            for target in targets {
                if !self.scope.has(&target) {
                    continue;
                }
                if !skip {
                    push(self.selected, &target);
                }
                self.follow(&target, traversal.list("selectSet"));
            }
        }
    }
}
