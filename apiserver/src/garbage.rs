//! The garbage collector: deletes or orphans the dependents of deleted owners.
//!
//! The collector receives an event for every write and keeps the graph of owners and dependents. The rules are those of
//! `k8s.io/kubernetes/pkg/controller/garbagecollector`: an object is deleted when none of its owners exists; an owner
//! with foreground deletion waits for the dependents that block it; an owner with orphan deletion is removed after the
//! owner references of its dependents.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    Core,
    create::WriteOptions,
    delete::{DeleteOptions, FOREGROUND, ORPHAN, Propagation, delete},
    meta,
    status::StatusError,
    store::{Change, Event, Key, Object},
    update::{Part, update},
};

/// Collection and key of an object.
type Location = (Arc<str>, Key);

/// Runs until `stop` is cancelled.
pub async fn run(core: Arc<Core>, mut events: mpsc::UnboundedReceiver<Arc<Event>>, stop: CancellationToken) {
    let mut collector = GarbageCollector {
        core,
        dependents: HashMap::new(),
        locations: HashMap::new(),
    };
    loop {
        let event = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            event = events.recv() => event,
        };
        match event {
            Some(event) => collector.handle(&event),
            None => return,
        }
    }
}

struct GarbageCollector {
    core: Arc<Core>,
    /// Dependents by the uid of their owner.
    dependents: HashMap<String, BTreeSet<Location>>,
    /// Locations of objects by uid.
    locations: HashMap<String, Location>,
}

impl GarbageCollector {
    fn handle(&mut self, event: &Event) {
        let object = &event.object;
        let location = (event.collection.clone(), object.key.clone());
        let before = event
            .previous
            .as_ref()
            .map(|previous| owner_uids(&previous.value))
            .unwrap_or_default();
        let uid = meta::text(&object.value, "uid").to_owned();
        if event.change == Change::Deleted {
            self.locations.remove(&uid);
            self.forget(&before, &location);
            for dependent in self.dependents.remove(&uid).into_iter().flatten() {
                self.check(&dependent);
            }
        } else {
            self.locations.insert(uid.clone(), location.clone());
            let after = owner_uids(&object.value);
            self.forget(&before, &location);
            for owner in &after {
                self.dependents
                    .entry(owner.clone())
                    .or_default()
                    .insert(location.clone());
            }
            let is_new = event.change == Change::Added;
            if !after.is_empty() && (is_new || before != after) {
                self.check(&location);
            }
        }
        // Owners with foreground deletion may have waited for this dependent.
        for owner in &before {
            if let Some(location) = self.locations.get(owner).cloned() {
                self.process_finalizers(&location);
            }
        }
        if event.change == Change::Modified && meta::is_terminating(&object.value) {
            self.process_finalizers(&location);
        }
    }

    fn forget(&mut self, owners: &[String], location: &Location) {
        for owner in owners {
            if let Some(dependents) = self.dependents.get_mut(owner) {
                dependents.remove(location);
                if dependents.is_empty() {
                    self.dependents.remove(owner);
                }
            }
        }
    }

    fn read(&self, location: &Location) -> Option<Arc<Object>> {
        self.core.store.get(&location.0, &location.1)
    }

    /// Deletes a dependent without existing owners, or removes its references to owners that do not exist.
    fn check(&self, location: &Location) {
        let Some(dependent) = self.read(location).filter(|found| !meta::is_terminating(&found.value)) else {
            return;
        };
        let owners = dependent.value["metadata"]["ownerReferences"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        if owners.is_empty() {
            return;
        }
        let states: Vec<Owner> = owners
            .iter()
            .map(|owner| self.owner(&dependent.key.namespace, owner))
            .collect();
        if states.contains(&Owner::There) {
            if states.iter().any(|state| *state != Owner::There) {
                let gone = owners.iter().zip(&states).filter(|(_, state)| **state != Owner::There);
                let gone: Vec<String> = gone.map(|(owner, _)| text(owner, "uid")).collect();
                self.remove_owners(location, &gone);
            }
            return;
        }
        let uid = meta::text(&dependent.value, "uid");
        let has_dependents = self
            .dependents
            .get(uid)
            .is_some_and(|dependents| !dependents.is_empty());
        let finalizers = meta::finalizers(&dependent.value);
        let propagation = if finalizers.contains(&ORPHAN) {
            Propagation::Orphan
        } else if finalizers.contains(&FOREGROUND) || has_dependents && states.contains(&Owner::Waiting) {
            Propagation::Foreground
        } else {
            Propagation::Background
        };
        let options = DeleteOptions {
            propagation: Some(propagation),
            ..DeleteOptions::background(uid)
        };
        let Some(kind) = self.core.registry.catalogue().for_collection(&location.0) else {
            return;
        };
        log_failure(location, delete(&self.core, &kind, &location.1, &options));
    }

    fn owner(&self, namespace: &str, reference: &Value) -> Owner {
        let catalogue = self.core.registry.catalogue();
        // The kind is not served, so it is unknown whether the owner exists.
        let Some(kind) = catalogue.for_object(&text(reference, "apiVersion"), &text(reference, "kind")) else {
            return Owner::There;
        };
        let key = Key::new(if kind.namespaced { namespace } else { "" }, text(reference, "name"));
        let found = self.core.store.get(&kind.collection, &key);
        match found.filter(|owner| owner.value["metadata"]["uid"] == reference["uid"]) {
            None => Owner::Missing,
            Some(owner)
                if meta::is_terminating(&owner.value) && meta::finalizers(&owner.value).contains(&FOREGROUND) =>
            {
                Owner::Waiting
            }
            Some(_) => Owner::There,
        }
    }

    /// Processes the garbage collection finalizers of a terminating owner, and removes them when done.
    fn process_finalizers(&self, location: &Location) {
        let Some(owner) = self.read(location).filter(|found| meta::is_terminating(&found.value)) else {
            return;
        };
        let finalizers = meta::finalizers(&owner.value);
        let uid = meta::text(&owner.value, "uid");
        let dependents: Vec<Location> = self.dependents.get(uid).into_iter().flatten().cloned().collect();
        if finalizers.contains(&ORPHAN) {
            for dependent in &dependents {
                self.remove_owners(dependent, &[uid.to_owned()]);
            }
            self.finish(location, ORPHAN);
        } else if finalizers.contains(&FOREGROUND) {
            let blocks = |dependent: &Location| {
                let found = self.read(dependent)?;
                let owners = found.value["metadata"]["ownerReferences"].as_array()?;
                Some(
                    owners
                        .iter()
                        .any(|owner| owner["uid"] == uid && owner["blockOwnerDeletion"] == true),
                )
            };
            dependents.iter().for_each(|dependent| self.check(dependent));
            if !dependents.iter().any(|dependent| blocks(dependent).unwrap_or(false)) {
                self.finish(location, FOREGROUND);
            }
        }
    }

    fn finish(&self, location: &Location, finalizer: &str) {
        self.change(location, |object| {
            let left: Vec<String> = meta::finalizers(object).into_iter().map(str::to_owned).collect();
            let left: Vec<&str> = left
                .iter()
                .map(String::as_str)
                .filter(|present| *present != finalizer)
                .collect();
            meta::set_finalizers(object, &left);
        });
    }

    fn remove_owners(&self, location: &Location, owners: &[String]) {
        self.change(location, |object| {
            if let Some(references) = object["metadata"]["ownerReferences"].as_array_mut() {
                references.retain(|reference| !owners.contains(&text(reference, "uid")));
            }
        });
    }

    fn change(&self, location: &Location, change: impl Fn(&mut Value)) {
        let Some(kind) = self.core.registry.catalogue().for_collection(&location.0) else {
            return;
        };
        let written = update(
            &self.core,
            &kind,
            &location.1,
            Part::Main,
            WriteOptions::default(),
            |object| {
                let mut object = object.clone();
                change(&mut object);
                Ok(object)
            },
        );
        log_failure(location, written);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    There,
    /// The owner waits for the deletion of its dependents.
    Waiting,
    Missing,
}

fn owner_uids(object: &Value) -> Vec<String> {
    object["metadata"]["ownerReferences"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|owner| text(owner, "uid"))
        .collect()
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

/// Logs a failed write; an object that was deleted in the meantime is not a failure.
fn log_failure<T>(location: &Location, result: Result<T, StatusError>) {
    match result {
        Err(error) if !error.is_not_found() && error.reason != "Conflict" => {
            tracing::warn!(%error, object = %json!([location.0.as_ref(), location.1.namespace, location.1.name]), "could not update or delete a dependent");
        }
        _ => {}
    }
}
