//! Kubernetes Events about conditions: one per change, with the condition's type as reason; a removal produces the same
//! event as an addition (`pkg/controller/base/controller.go`). A repeated event increments the count.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use forklift_api::forklift::Condition;
use k8s_openapi::{
    api::core::v1::{Event, EventSource, ObjectReference},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::{
    Api, Client, Resource, ResourceExt,
    api::{Patch, PatchParams, PostParams},
};
use serde_json::json;

use super::conditions::now;

type Key = (String, String, String);

/// Recorder of Kubernetes Events.
pub struct Events {
    client: Client,
    known: Mutex<HashMap<Key, (String, i32)>>,
}

impl Events {
    /// Creates a recorder for this cluster.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            known: Mutex::default(),
        }
    }

    /// Records events for changed conditions of an object. Failures are only logged: no controller depends on events.
    pub async fn record<K: Resource<DynamicType = ()>>(&self, controller: &str, object: &K, changes: &[Condition]) {
        for change in changes {
            if let Err(error) = self.write(controller, object, change).await {
                tracing::debug!(%error, object = %object.name_any(), reason = %change.type_, "event was not written");
            }
        }
    }

    async fn write<K: Resource<DynamicType = ()>>(
        &self,
        controller: &str,
        object: &K,
        change: &Condition,
    ) -> kube::Result<()> {
        let namespace = object.namespace().unwrap_or_else(|| "default".into());
        let events: Api<Event> = Api::namespaced(self.client.clone(), &namespace);
        let message = change.message.clone().unwrap_or_default();
        let key = (object.uid().unwrap_or_default(), change.type_.clone(), message.clone());
        let (name, count) = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = || (format!("{}.{:016x}", object.name_any(), fastrand::u64(..)), 0);
            let entry = known.entry(key).or_insert_with(fresh);
            entry.1 += 1;
            entry.clone()
        };
        if count > 1 {
            let patch = json!({"count": count, "lastTimestamp": now()});
            events
                .patch(&name, &PatchParams::default(), &Patch::Merge(patch))
                .await?;
            return Ok(());
        }
        let kind = match change.category.as_str() {
            "Critical" | "Error" | "Warn" => "Warning",
            _ => "Normal",
        };
        let event = Event {
            metadata: ObjectMeta {
                name: Some(name),
                namespace: Some(namespace),
                ..ObjectMeta::default()
            },
            involved_object: ObjectReference {
                api_version: Some(K::api_version(&()).into_owned()),
                kind: Some(K::kind(&()).into_owned()),
                name: Some(object.name_any()),
                namespace: object.namespace(),
                uid: object.uid(),
                resource_version: object.resource_version(),
                ..ObjectReference::default()
            },
            reason: Some(change.type_.clone()),
            message: Some(message),
            source: Some(EventSource {
                component: Some(controller.into()),
                ..EventSource::default()
            }),
            reporting_component: Some(controller.into()),
            first_timestamp: Some(now()),
            last_timestamp: Some(now()),
            count: Some(1),
            type_: Some(kind.into()),
            ..Event::default()
        };
        events.create(&PostParams::default(), &event).await?;
        Ok(())
    }
}
