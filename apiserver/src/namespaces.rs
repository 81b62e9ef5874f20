//! The namespace controller: creates the default objects of a namespace, and deletes the content of a terminating one.
//!
//! Conditions and their reasons are those of `k8s.io/kubernetes/pkg/controller/namespace/deletion`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    Core,
    create::{WriteOptions, create},
    delete::{DeleteOptions, delete},
    meta,
    store::{Change, Event, Key, Object},
    update::{Part, update},
};

const COLLECTION: &str = "namespaces";

/// Runs until `stop` is cancelled.
pub async fn run(core: Arc<Core>, mut events: mpsc::UnboundedReceiver<Arc<Event>>, stop: CancellationToken) {
    let mut keeper = NamespaceController {
        core,
        going: BTreeSet::new(),
    };
    loop {
        let event = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            event = events.recv() => event,
        };
        match event {
            Some(event) => keeper.handle(&event),
            None => return,
        }
    }
}

struct NamespaceController {
    core: Arc<Core>,
    going: BTreeSet<String>,
}

impl NamespaceController {
    fn handle(&mut self, event: &Event) {
        let key = &event.object.key;
        if &*event.collection == COLLECTION {
            match event.change {
                Change::Added => self.create_default_objects(&key.name),
                Change::Modified if meta::is_terminating(&event.object.value) => {
                    if self.going.insert(key.name.clone()) {
                        self.delete_content(&key.name);
                    }
                }
                Change::Modified => {}
                Change::Deleted => {
                    self.going.remove(&key.name);
                }
            }
        } else if event.change == Change::Deleted {
            if self.going.contains(&key.namespace) {
                self.finish(&key.namespace);
            } else if ["serviceaccounts", "configmaps"].contains(&&*event.collection) {
                self.create_default_objects(&key.namespace);
            }
        }
    }

    /// Creates the objects that every namespace has: ServiceAccount `default` and ConfigMap `kube-root-ca.crt`.
    fn create_default_objects(&self, namespace: &str) {
        let certificate = json!({ "metadata": { "name": "kube-root-ca.crt" }, "data": { "ca.crt": self.core.ca } });
        let account = json!({ "metadata": { "name": "default" } });
        for (plural, object) in [("configmaps", certificate), ("serviceaccounts", account)] {
            let Some(kind) = self.core.registry.catalogue().find("", "v1", plural) else {
                continue;
            };
            let name = meta::text(&object, "name").to_owned();
            if self.core.store.get(plural, &Key::new(namespace, name)).is_some() {
                continue;
            }
            if let Err(error) = create(&self.core, &kind, Some(namespace), object, WriteOptions::default()) {
                tracing::debug!(%error, namespace, "could not create a default object of a namespace");
            }
        }
    }

    /// Returns all objects in a namespace.
    fn content(&self, namespace: &str) -> Vec<(Arc<super::kinds::Kind>, Arc<Object>)> {
        let catalogue = self.core.registry.catalogue();
        let kinds = catalogue.collections().filter(|kind| kind.namespaced);
        kinds
            .flat_map(|kind| {
                let objects = self.core.store.list(&kind.collection, Some(namespace)).1;
                objects.into_iter().map(|object| (kind.clone(), object))
            })
            .collect()
    }

    fn delete_content(&self, namespace: &str) {
        for (kind, object) in self.content(namespace) {
            let options = DeleteOptions::background(meta::text(&object.value, "uid"));
            if let Err(error) = delete(&self.core, &kind, &object.key, &options)
                && !error.is_not_found()
            {
                tracing::debug!(%error, namespace, "could not delete an object in a terminating namespace");
            }
        }
        self.finish(namespace);
    }

    /// Removes a terminating namespace when it is empty; otherwise reports the remaining objects in its conditions.
    fn finish(&self, namespace: &str) {
        let Some(kind) = self.core.registry.catalogue().find("", "v1", COLLECTION) else {
            return;
        };
        let content = self.content(namespace);
        let part = if content.is_empty() {
            Part::Finalize
        } else {
            Part::Status
        };
        let written = update(
            &self.core,
            &kind,
            &Key::new("", namespace),
            part,
            WriteOptions::default(),
            |current| {
                let mut new = current.clone();
                if content.is_empty() {
                    new["spec"]["finalizers"] = json!([]);
                } else {
                    new["status"]["conditions"] = conditions(&current["status"]["conditions"], &content);
                }
                Ok(new)
            },
        );
        if let Err(error) = written
            && !error.is_not_found()
        {
            tracing::warn!(%error, namespace, "could not update a terminating namespace");
        }
    }
}

fn conditions(present: &Value, content: &[(Arc<super::kinds::Kind>, Arc<Object>)]) -> Value {
    let mut resources: BTreeMap<String, usize> = BTreeMap::new();
    let mut finalizers: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, object) in content {
        *resources.entry(kind.qualified()).or_default() += 1;
        for finalizer in meta::finalizers(&object.value) {
            *finalizers.entry(finalizer).or_default() += 1;
        }
    }
    let resources: Vec<String> = resources
        .iter()
        .map(|(name, count)| format!("{name} has {count} resource instances"))
        .collect();
    let remaining = format!("Some resources are remaining: {}", resources.join(", "));
    let finalizers: Vec<String> = finalizers
        .iter()
        .map(|(name, count)| format!("{name} in {count} resource instances"))
        .collect();
    let held = format!(
        "Some content in the namespace has finalizers remaining: {}",
        finalizers.join(", ")
    );
    let rows = [
        (
            "NamespaceDeletionDiscoveryFailure",
            "False",
            "ResourcesDiscovered",
            "All resources successfully discovered",
        ),
        (
            "NamespaceDeletionGroupVersionParsingFailure",
            "False",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        (
            "NamespaceDeletionContentFailure",
            "False",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        (
            "NamespaceContentRemaining",
            "True",
            "SomeResourcesRemain",
            remaining.as_str(),
        ),
        if finalizers.is_empty() {
            (
                "NamespaceFinalizersRemaining",
                "False",
                "ContentHasNoFinalizers",
                "All content-preserving finalizers finished",
            )
        } else {
            (
                "NamespaceFinalizersRemaining",
                "True",
                "SomeFinalizersRemain",
                held.as_str(),
            )
        },
    ];
    let now = json!(meta::time(sim_clock::now()));
    rows.into_iter()
        .map(|(type_, status, reason, message)| {
            let same = |known: &&Value| known["type"] == type_ && known["status"] == status;
            let since = present.as_array().into_iter().flatten().find(same);
            let since = since.map_or_else(|| now.clone(), |known| known["lastTransitionTime"].clone());
            json!({ "type": type_, "status": status, "lastTransitionTime": since, "reason": reason, "message": message })
        })
        .collect()
}
