//! The garbage collector: what becomes of dependents when their owners go.
//!
//! It hears of every write, keeps the graph of owners and dependents, and acts at once. The rules are those of
//! `k8s.io/kubernetes/pkg/controller/garbagecollector`: an object whose owners are all gone is deleted; an owner that
//! is deleted in the foreground waits for the dependents that block it; an owner that is deleted as an orphaner frees
//! its dependents first.

use std::{
    collections::{HashMap, HashSet},
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
    status::Refusal,
    store::{Change, Event, Key, Object},
    update::{Part, update},
};

/// Where an object is.
type Place = (Arc<str>, Key);

/// Collects garbage until it is stopped.
pub async fn run(core: Arc<Core>, mut events: mpsc::UnboundedReceiver<Arc<Event>>, stop: CancellationToken) {
    let mut collector = Collector {
        core,
        dependents: HashMap::new(),
        places: HashMap::new(),
    };
    loop {
        let event = tokio::select! {
            () = stop.cancelled() => return,
            event = events.recv() => event,
        };
        match event {
            Some(event) => collector.hear(&event),
            None => return,
        }
    }
}

struct Collector {
    core: Arc<Core>,
    /// Dependents by the uid of their owner.
    dependents: HashMap<String, HashSet<Place>>,
    /// Places by uid.
    places: HashMap<String, Place>,
}

impl Collector {
    fn hear(&mut self, event: &Event) {
        let object = &event.object;
        let place = (event.collection.clone(), object.key.clone());
        let before = event
            .previous
            .as_ref()
            .map(|previous| owner_uids(&previous.value))
            .unwrap_or_default();
        let uid = meta::text(&object.value, "uid").to_owned();
        if event.change == Change::Deleted {
            self.places.remove(&uid);
            self.forget(&before, &place);
            for dependent in self.dependents.remove(&uid).into_iter().flatten() {
                self.check(&dependent);
            }
        } else {
            self.places.insert(uid.clone(), place.clone());
            let after = owner_uids(&object.value);
            self.forget(&before, &place);
            for owner in &after {
                self.dependents.entry(owner.clone()).or_default().insert(place.clone());
            }
            let is_new = event.change == Change::Added;
            if !after.is_empty() && (is_new || before != after) {
                self.check(&place);
            }
        }
        // Whoever waited for this dependent may wait no longer.
        for owner in &before {
            if let Some(place) = self.places.get(owner).cloned() {
                self.release(&place);
            }
        }
        if event.change == Change::Modified && meta::is_going(&object.value) {
            self.release(&place);
        }
    }

    fn forget(&mut self, owners: &[String], place: &Place) {
        for owner in owners {
            if let Some(dependents) = self.dependents.get_mut(owner) {
                dependents.remove(place);
            }
        }
    }

    fn read(&self, place: &Place) -> Option<Arc<Object>> {
        self.core.store.get(&place.0, &place.1)
    }

    /// Deletes a dependent that has no owner left, or takes the owners from it that are gone.
    fn check(&self, place: &Place) {
        let Some(dependent) = self.read(place).filter(|found| !meta::is_going(&found.value)) else {
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
                self.disown(place, &gone);
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
        let Some(kind) = self.core.registry.catalogue().of_collection(&place.0) else {
            return;
        };
        done(place, delete(&self.core, &kind, &place.1, &options));
    }

    fn owner(&self, namespace: &str, reference: &Value) -> Owner {
        let catalogue = self.core.registry.catalogue();
        // Of an owner of an unknown kind nobody knows that it is gone.
        let Some(kind) = catalogue.of_object(&text(reference, "apiVersion"), &text(reference, "kind")) else {
            return Owner::There;
        };
        let key = Key::new(if kind.namespaced { namespace } else { "" }, text(reference, "name"));
        let found = self.core.store.get(&kind.collection, &key);
        match found.filter(|owner| owner.value["metadata"]["uid"] == reference["uid"]) {
            None => Owner::Gone,
            Some(owner) if meta::is_going(&owner.value) && meta::finalizers(&owner.value).contains(&FOREGROUND) => {
                Owner::Waiting
            }
            Some(_) => Owner::There,
        }
    }

    /// Does for an owner that is going what its finalizers ask for, and takes them away when it is done.
    fn release(&self, place: &Place) {
        let Some(owner) = self.read(place).filter(|found| meta::is_going(&found.value)) else {
            return;
        };
        let finalizers = meta::finalizers(&owner.value);
        let uid = meta::text(&owner.value, "uid");
        let dependents: Vec<Place> = self.dependents.get(uid).into_iter().flatten().cloned().collect();
        if finalizers.contains(&ORPHAN) {
            for dependent in &dependents {
                self.disown(dependent, &[uid.to_owned()]);
            }
            self.finish(place, ORPHAN);
        } else if finalizers.contains(&FOREGROUND) {
            let blocks = |dependent: &Place| {
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
                self.finish(place, FOREGROUND);
            }
        }
    }

    fn finish(&self, place: &Place, finalizer: &str) {
        self.change(place, |object| {
            let left: Vec<String> = meta::finalizers(object).into_iter().map(str::to_owned).collect();
            let left: Vec<&str> = left
                .iter()
                .map(String::as_str)
                .filter(|present| *present != finalizer)
                .collect();
            meta::set_finalizers(object, &left);
        });
    }

    fn disown(&self, place: &Place, owners: &[String]) {
        self.change(place, |object| {
            if let Some(references) = object["metadata"]["ownerReferences"].as_array_mut() {
                references.retain(|reference| !owners.contains(&text(reference, "uid")));
            }
        });
    }

    fn change(&self, place: &Place, change: impl Fn(&mut Value)) {
        let Some(kind) = self.core.registry.catalogue().of_collection(&place.0) else {
            return;
        };
        let written = update(
            &self.core,
            &kind,
            &place.1,
            Part::Main,
            WriteOptions::default(),
            |object| {
                let mut object = object.clone();
                change(&mut object);
                Ok(object)
            },
        );
        done(place, written);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    There,
    /// It waits for its dependents to be deleted.
    Waiting,
    Gone,
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

/// Objects that went in the meantime are no failure.
fn done<T>(place: &Place, result: Result<T, Refusal>) {
    match result {
        Err(refusal) if !refusal.is_not_found() && refusal.reason != "Conflict" => {
            tracing::warn!(%refusal, object = %json!([place.0.as_ref(), place.1.namespace, place.1.name]), "garbage remains");
        }
        _ => {}
    }
}
