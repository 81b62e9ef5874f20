//! `WaitForUpdatesEx`: reports the objects that entered, changed and left since a version of the client.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use sim_clock::Instant;

use vim25::{Fault, MoRef, Value};

use super::{
    read::{Properties, check, is_wanted, read},
    select::{Scope, select},
};
use crate::vsphere::{
    fault,
    state::{Simulator, State},
};

/// Number of versions that a client can repeat a request from after a lost answer.
const KEPT_VERSIONS: usize = 3;

/// A property collector of a session.
#[derive(Debug, Default)]
pub struct Collector {
    /// Filters by id.
    pub filters: BTreeMap<String, Filter>,
    /// Remaining objects of a retrieval and the page size, by token.
    pub pages: BTreeMap<String, (Vec<Value>, usize)>,
    /// Number of the last token.
    pub tokens: u64,
    /// Last version that was sent to the client.
    version: u64,
    /// Number of cancelled calls.
    cancelled: u64,
}

/// A filter of a collector.
#[derive(Debug)]
pub struct Filter {
    spec: Value,
    /// State that the client knew at the versions that it can repeat a request from.
    history: VecDeque<(u64, Arc<Known>)>,
}

/// State of a filter's objects that the client knows.
#[derive(Debug, Default)]
struct Known {
    objects: Vec<(MoRef, KnownObject)>,
    /// Changes of the inventory after which this was all that there is; `None`: the filter selects other objects, too.
    settled: Option<u64>,
}

#[derive(Debug, Clone)]
struct KnownObject {
    /// Revision of the object, if it has one: an equal revision means equal properties.
    revision: Option<u64>,
    properties: Arc<Properties>,
}

fn session_collectors<'a>(
    state: &'a mut State,
    session: &str,
    this: &MoRef,
) -> Result<&'a mut BTreeMap<String, Collector>, Fault> {
    let session = state
        .sessions
        .get_mut(session)
        .ok_or_else(|| fault::not_authenticated(this))?;
    Ok(&mut session.collectors)
}

fn collector<'a>(state: &'a mut State, session: &str, this: &MoRef) -> Result<&'a mut Collector, Fault> {
    session_collectors(state, session, this)?
        .get_mut(&this.id)
        .ok_or_else(|| fault::not_found(this))
}

/// `CreatePropertyCollector`.
pub fn create_collector(state: &mut State, session: &str, this: &MoRef) -> Result<Value, Fault> {
    let session = state
        .sessions
        .get_mut(session)
        .ok_or_else(|| fault::not_authenticated(this))?;
    let id = session.next_id();
    session.collectors.insert(id.clone(), Collector::default());
    Ok(MoRef::new("PropertyCollector", id).into())
}

/// `DestroyPropertyCollector`. Ends waiting calls.
pub fn destroy_collector(state: &mut State, session: &str, this: &MoRef) -> Result<Value, Fault> {
    session_collectors(state, session, this)?
        .remove(&this.id)
        .ok_or_else(|| fault::not_found(this))?;
    state.touch();
    Ok(Value::nothing())
}

/// `CreateFilter`.
pub fn create_filter(
    simulator: &Simulator,
    state: &mut State,
    session: &str,
    this: &MoRef,
    args: &Value,
) -> Result<Value, Fault> {
    let spec = args.get("spec").ok_or_else(|| fault::invalid_argument("spec"))?.clone();
    check(&spec)?;
    let clock = &simulator.clock;
    select(&Scope { state, session, clock }, &spec)?;
    let owner = state
        .sessions
        .get_mut(session)
        .ok_or_else(|| fault::not_authenticated(this))?;
    let id = owner.next_id();
    let filter = Filter {
        spec,
        history: VecDeque::new(),
    };
    collector(state, session, this)?.filters.insert(id.clone(), filter);
    Ok(MoRef::new("PropertyFilter", id).into())
}

/// `DestroyPropertyFilter`.
pub fn destroy_filter(state: &mut State, session: &str, this: &MoRef) -> Result<Value, Fault> {
    let collectors = session_collectors(state, session, this)?;
    let removed = collectors
        .values_mut()
        .find_map(|collector| collector.filters.remove(&this.id));
    removed.ok_or_else(|| fault::not_found(this))?;
    Ok(Value::nothing())
}

/// `CancelWaitForUpdates`.
pub fn cancel_wait(state: &mut State, session: &str, this: &MoRef) -> Result<Value, Fault> {
    collector(state, session, this)?.cancelled += 1;
    state.touch();
    Ok(Value::nothing())
}

/// `WaitForUpdatesEx`: waits until updates are available.
///
/// `maxWaitSeconds` is real time, not simulated time: it depends on the connection of the client.
pub async fn wait(simulator: &Simulator, session: &str, this: &MoRef, args: &Value) -> Result<Value, Fault> {
    let version = args.str_at("version").unwrap_or_default();
    let options = args.get("options");
    let number = |name: &str| options.and_then(|options| options.i64_at(name));
    let most = number("maxObjectUpdates")
        .and_then(|most| usize::try_from(most).ok())
        .filter(|most| *most > 0);
    let deadline = number("maxWaitSeconds")
        .and_then(|seconds| u64::try_from(seconds).ok())
        .and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds)));
    let mut changes = simulator.changes();
    let cancelled_before =
        simulator.with(|state| collector(state, session, this).map(|collector| collector.cancelled))?;
    loop {
        changes.mark_unchanged();
        let updates_since = simulator.with(|state| {
            if collector(state, session, this)?.cancelled != cancelled_before {
                return Err(fault::request_canceled());
            }
            updates_since(simulator, state, session, this, version, most)
        })?;
        if let Some(updates_since) = updates_since {
            return Ok(updates_since);
        }
        let changed = async {
            tokio::select! {
                biased;
                () = simulator.stop.cancelled() => false,
                changed = changes.changed() => changed.is_ok(),
            }
        };
        let changed = match deadline {
            Some(deadline) => sim_clock::timeout_at(deadline, changed).await.unwrap_or(false),
            None => changed.await,
        };
        if !changed {
            return Ok(Value::nothing());
        }
    }
}

/// Returns the `UpdateSet` since `version`; `None` if it is empty.
fn updates_since(
    simulator: &Simulator,
    state: &mut State,
    session: &str,
    this: &MoRef,
    version: &str,
    most: Option<usize>,
) -> Result<Option<Value>, Fault> {
    let current = collector(state, session, this)?;
    let since = match version {
        "" => 0,
        text => text.parse().map_err(|_| fault::invalid_collector_version())?,
    };
    if since > current.version || current.version.saturating_sub(since) >= KEPT_VERSIONS as u64 && since != 0 {
        return Err(fault::invalid_collector_version());
    }
    // Move the collector out of the state, so that the state can be borrowed.
    let mut taken = std::mem::take(current);
    let next = taken.version + 1;
    let mut left = most.unwrap_or(usize::MAX);
    let mut truncated = false;
    let mut filter_sets = Vec::new();
    for (id, filter) in &mut taken.filters {
        let scope = Scope {
            state,
            session,
            clock: &simulator.clock,
        };
        let before = filter.known_at(since);
        let (updates, after) = filter.compare(&scope, &before, &mut left, &mut truncated);
        filter.history.retain(|(version, _)| *version <= since);
        filter.history.push_back((next, after));
        while filter.history.len() > KEPT_VERSIONS {
            filter.history.pop_front();
        }
        if !updates.is_empty() {
            let set = Value::data("PropertyFilterUpdate")
                .with("filter", MoRef::new("PropertyFilter", id))
                .with("objectSet", updates);
            filter_sets.push(set);
        }
    }
    // The first answer is sent even without updates: the client needs its version.
    let is_first = since == 0 && !taken.filters.is_empty();
    let answer = if filter_sets.is_empty() && !is_first {
        // The client knows the same as before; only revisions are newer.
        for filter in taken.filters.values_mut() {
            let latest = filter.history.pop_back().map(|(_, known)| known);
            if let (Some(known), Some((version, at))) = (latest, filter.history.back_mut())
                && *version == since
            {
                *at = known;
            }
        }
        None
    } else {
        taken.version = next;
        Some(
            Value::data("UpdateSet")
                .with("version", next.to_string())
                .with("filterSet", filter_sets)
                .with("truncated", truncated),
        )
    };
    *collector(state, session, this)? = taken;
    Ok(answer)
}

impl Filter {
    fn known_at(&self, version: u64) -> Arc<Known> {
        let known = self
            .history
            .iter()
            .rev()
            .find(|(known, _)| *known <= version && version != 0);
        known.map(|(_, known)| Arc::clone(known)).unwrap_or_default()
    }

    /// Returns the changes since `before`, up to `left` objects, and the state that the client knows after them.
    fn compare(
        &self,
        scope: &Scope<'_>,
        before: &Arc<Known>,
        left: &mut usize,
        truncated: &mut bool,
    ) -> (Vec<Value>, Arc<Known>) {
        let changes = scope.state.inventory.changes();
        if before.settled == Some(changes) {
            return (Vec::new(), Arc::clone(before));
        }
        let mut selected = select(scope, &self.spec).unwrap_or_else(|_| self.remaining(scope));
        selected.retain(|moref| is_wanted(&self.spec, moref));
        let mut updates = Vec::new();
        let mut after = Known::default();
        let mut room = |truncated: &mut bool| {
            *truncated |= *left == 0;
            *left = left.saturating_sub(usize::from(!*truncated));
            !*truncated
        };
        for moref in &selected {
            let known = before.get(moref);
            let revision = scope.state.inventory.revision(moref);
            if let Some(known) = known.filter(|known| revision.is_some() && known.revision == revision) {
                after.objects.push((moref.clone(), known.clone()));
                continue;
            }
            let Some(properties) = read(scope, &self.spec, moref) else {
                continue;
            };
            let update = match known {
                None => Some(enter(moref, &properties)),
                Some(known) => modify(moref, &known.properties, &properties),
            };
            if let Some(update) = update {
                if !room(truncated) {
                    after.objects.extend(known.map(|known| (moref.clone(), known.clone())));
                    continue;
                }
                updates.push(update);
            }
            let properties = Arc::new(properties);
            after
                .objects
                .push((moref.clone(), KnownObject { revision, properties }));
        }
        for (moref, seen) in before.objects.iter().filter(|(moref, _)| !selected.contains(moref)) {
            if room(truncated) {
                updates.push(object_update("leave", moref, Vec::new()));
            } else {
                after.objects.push((moref.clone(), seen.clone()));
            }
        }
        let has_revisions = after.objects.iter().all(|(_, known)| known.revision.is_some());
        after.settled = (has_revisions && !*truncated).then_some(changes);
        (updates, Arc::new(after))
    }

    /// Returns the objects named by the filter that still exist.
    fn remaining(&self, scope: &Scope<'_>) -> Vec<MoRef> {
        let named = self
            .spec
            .list("objectSet")
            .iter()
            .filter_map(|object| object.moref_at("obj"));
        named.filter(|moref| scope.has(moref)).cloned().collect()
    }
}

impl Known {
    fn get(&self, moref: &MoRef) -> Option<&KnownObject> {
        self.objects
            .iter()
            .find(|(known, _)| known == moref)
            .map(|(_, seen)| seen)
    }
}

fn object_update(kind: &str, moref: &MoRef, changes: Vec<Value>) -> Value {
    Value::data("ObjectUpdate")
        .with("kind", kind)
        .with("obj", moref)
        .with("changeSet", changes)
}

fn change(operation: &str, path: &str, value: Option<&Value>) -> Value {
    Value::data("PropertyChange")
        .with("name", path)
        .with("op", operation)
        .with_some("val", value.cloned())
}

fn enter(moref: &MoRef, properties: &Properties) -> Value {
    let changes = properties
        .iter()
        .map(|(path, value)| change("assign", path, Some(value)));
    object_update("enter", moref, changes.collect())
}

fn modify(moref: &MoRef, before: &Properties, after: &Properties) -> Option<Value> {
    let value_of = |properties: &'_ Properties, path: &str| properties.iter().position(|(known, _)| known == path);
    let mut changes = Vec::new();
    for (path, value) in after {
        let known = value_of(before, path).and_then(|index| before.get(index));
        if known.is_none_or(|(_, known)| known != value) {
            changes.push(change("assign", path, Some(value)));
        }
    }
    for (path, _) in before {
        if value_of(after, path).is_none() {
            changes.push(change("assign", path, None));
        }
    }
    (!changes.is_empty()).then(|| object_update("modify", moref, changes))
}
