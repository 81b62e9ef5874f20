//! Removes old events, and the custom resources of definitions that are being deleted.

use std::{collections::VecDeque, sync::Arc};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    Core,
    crds::{self, CLEANUP},
    create::WriteOptions,
    delete::{DeleteOptions, delete},
    meta,
    store::{Change, Event, Key},
    update::{Part, update},
};

/// Number of events that the server keeps. A kube-apiserver keeps those of the last hour.
const MAX_EVENTS: usize = 5_000;

/// Runs until `stop` is cancelled.
pub async fn run(core: Arc<Core>, mut changes: mpsc::UnboundedReceiver<Arc<Event>>, stop: CancellationToken) {
    let mut events = VecDeque::new();
    let mut definitions = Vec::new();
    loop {
        let change = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            change = changes.recv() => change,
        };
        let Some(change) = change else { return };
        let key = &change.object.key;
        match (&*change.collection, change.change) {
            ("events", Change::Added) => {
                events.push_back(key.clone());
                if events.len() > MAX_EVENTS
                    && let Some(oldest) = events.pop_front()
                {
                    remove_event(&core, &oldest);
                }
            }
            ("customresourcedefinitions.apiextensions.k8s.io", Change::Modified)
                if meta::finalizers(&change.object.value).contains(&CLEANUP) =>
            {
                let entry = (crds::collection_of(&change.object.value), key.clone());
                if !definitions.contains(&entry) {
                    clear(&core, &entry.0);
                    finish(&core, &entry.0, &entry.1);
                    definitions.push(entry);
                }
            }
            ("customresourcedefinitions.apiextensions.k8s.io", Change::Deleted) => {
                definitions.retain(|(_, definition)| definition != key);
            }
            (collection, Change::Deleted) => {
                for (known, definition) in definitions.iter().filter(|(known, _)| **known == *collection) {
                    finish(&core, known, definition);
                }
            }
            _ => {}
        }
    }
}

fn remove_event(core: &Core, key: &Key) {
    let collection: Arc<str> = "events".into();
    if let Some(event) = core.store.get(&collection, key)
        && let Err(refused) = core.store.remove(&collection, &event)
    {
        tracing::debug!(?refused, "an old event stays");
    }
}

/// Deletes all objects of a definition.
fn clear(core: &Core, collection: &Arc<str>) {
    let Some(kind) = core.registry.catalogue().for_collection(collection) else {
        return;
    };
    for object in core.store.list(collection, None).1 {
        let options = DeleteOptions::background(meta::text(&object.value, "uid"));
        if let Err(error) = delete(core, &kind, &object.key, &options)
            && !error.is_not_found()
        {
            tracing::warn!(%error, "could not delete a custom resource of a definition that is being deleted");
        }
    }
}

/// Removes a definition when its last object is deleted.
fn finish(core: &Core, collection: &Arc<str>, definition: &Key) {
    if !core.store.list(collection, None).1.is_empty() {
        return;
    }
    let catalogue = core.registry.catalogue();
    let Some(kind) = catalogue.find("apiextensions.k8s.io", "v1", "customresourcedefinitions") else {
        return;
    };
    let written = update(
        core,
        &kind,
        definition,
        Part::Main,
        WriteOptions::default(),
        |current| {
            let mut new = current.clone();
            let left: Vec<&str> = meta::finalizers(current)
                .into_iter()
                .filter(|finalizer| *finalizer != CLEANUP)
                .collect();
            meta::set_finalizers(&mut new, &left);
            Ok(new)
        },
    );
    if let Err(error) = written
        && !error.is_not_found()
    {
        tracing::warn!(%error, definition = definition.name, "could not remove a definition that is being deleted");
    }
}
