//! Shared state of all controllers of the simulated Forklift.

use std::{sync::Arc, time::Duration};

use kube::{Client, Resource, ResourceExt, core::NamespaceResourceScope};
use serde::Serialize;

use crate::controllers::{Context, informer::Watched};

use super::{
    error::{Result, is_not_found},
    events::Events,
    inventory::Store,
    pauses::Pauses,
    settings::Settings,
};

/// Interval between two reconciles of an object (`pkg/controller/base`: `FastReQ`/`SlowReQ`).
pub const REQUEUE: Duration = Duration::from_secs(3);

/// Shared state of all controllers of the simulated Forklift.
pub struct Shared {
    /// Dependencies from the lab: client, clock, injections.
    pub context: Context,
    /// Inventories of the providers.
    pub inventory: Arc<Store>,
    /// Recorder of Kubernetes Events.
    pub events: Events,
    /// Settings that the operator has applied.
    pub settings: Settings,
    /// Pauses between precopies.
    pub pauses: Pauses,
}

impl Shared {
    /// Client of the cluster that MTV runs on.
    pub fn client(&self) -> Client {
        self.context.client.clone()
    }

    /// An object from the cache, like a read with Forklift's client; `None`: it does not exist.
    pub fn cached<K: Watched>(&self, namespace: &str, name: &str) -> Option<Arc<K>> {
        self.context.informer().get(namespace, name)
    }

    /// Writes an object's status with a merge patch; fields that the status no longer has are set to null.
    pub async fn write_status<K, S>(&self, object: &K, before: Option<&S>, status: &S) -> Result<()>
    where
        K: Watched + Serialize + Resource<Scope = NamespaceResourceScope>,
        S: Serialize + PartialEq,
    {
        if before == Some(status) {
            return Ok(());
        }
        let namespace = object.namespace().unwrap_or_default();
        let name = object.name_any();
        // The status before has only fields that the lab's types declare, so missing fields were removed by this reconcile.
        let mut status = serde_json::to_value(status).unwrap_or_default();
        let before = before.map(|before| serde_json::to_value(before).unwrap_or_default());
        if let (Some(now), Some(before)) = (status.as_object_mut(), before.as_ref().and_then(|b| b.as_object())) {
            null_removed_fields(before, now);
        }
        let written = self.context.within::<K>(&namespace).patch_status(&name, status).await;
        match written {
            Ok(_) => Ok(()),
            // The object was deleted meanwhile.
            Err(error) if is_not_found(&error.source) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

type Fields = serde_json::Map<String, serde_json::Value>;

/// Sets removed fields to null: a merge patch replaces whole lists, but keeps fields that it does not name.
fn null_removed_fields(before: &Fields, now: &mut Fields) {
    for (key, old) in before {
        match now.get_mut(key) {
            None => {
                now.insert(key.clone(), serde_json::Value::Null);
            }
            Some(new) => {
                if let (Some(old), Some(new)) = (old.as_object(), new.as_object_mut()) {
                    null_removed_fields(old, new);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn removed_fields_become_null() {
        let before = json!({"a": 1, "deep": {"b": 2, "c": 3}, "list": [1]});
        let mut now = json!({"deep": {"c": 4}, "list": []});
        null_removed_fields(before.as_object().unwrap(), now.as_object_mut().unwrap());
        assert_eq!(now, json!({"deep": {"c": 4, "b": null}, "list": [], "a": null}));
    }
}
