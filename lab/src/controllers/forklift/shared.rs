//! Shared state of all controllers of the simulated Forklift.

use std::{sync::Arc, time::Duration};

use kube::{
    Api, Client, Resource, ResourceExt,
    api::{Patch, PatchParams},
    core::NamespaceResourceScope,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::controllers::Context;

use super::{
    cache::Cache,
    error::{Result, Tried, is_not_found},
    events::Events,
    inventory::Store,
    pauses::Pauses,
    settings::Settings,
    worker::REQUEUE,
};

/// Shared state of all controllers of the simulated Forklift.
pub struct Shared {
    /// Dependencies from the lab: client, clock, injections.
    pub context: Context,
    /// Cache of objects.
    pub cache: Cache,
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

    /// Requeue interval: three simulated seconds.
    pub fn requeue(&self) -> Duration {
        self.context.clock.requeue(REQUEUE)
    }

    /// Looks up an object; `None`: it does not exist.
    pub async fn find<K>(&self, namespace: &str, name: &str) -> Result<Option<K>>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + std::fmt::Debug + DeserializeOwned,
    {
        match Api::<K>::namespaced(self.client(), namespace).get(name).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if is_not_found(&error) => Ok(None),
            Err(error) => Err(error).tried(|| format!("get {} '{namespace}/{name}'", K::kind(&()))),
        }
    }

    /// Writes an object's status with a merge patch; fields that the status no longer has are set to null.
    pub async fn write_status<K, S>(&self, object: &K, before: Option<&S>, status: &S) -> Result<()>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + std::fmt::Debug + DeserializeOwned,
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
        let api: Api<K> = Api::namespaced(self.client(), &namespace);
        let patch = Patch::Merge(json!({ "status": status }));
        let written = api.patch_status(&name, &PatchParams::default(), &patch).await;
        match written {
            Ok(_) => Ok(()),
            // The object was deleted meanwhile.
            Err(error) if is_not_found(&error) => Ok(()),
            Err(error) => Err(error).tried(|| format!("write the status of {} '{namespace}/{name}'", K::kind(&()))),
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
    use super::*;

    #[test]
    fn removed_fields_become_null() {
        let before = json!({"a": 1, "deep": {"b": 2, "c": 3}, "list": [1]});
        let mut now = json!({"deep": {"c": 4}, "list": []});
        null_removed_fields(before.as_object().unwrap(), now.as_object_mut().unwrap());
        assert_eq!(now, json!({"deep": {"c": 4, "b": null}, "list": [], "a": null}));
    }
}
