//! What all controllers of the simulated Forklift share.

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

/// What all controllers of the simulated Forklift share.
pub struct Shared {
    /// The lab's own.
    pub context: Context,
    /// What is read from memory.
    pub cache: Cache,
    /// What the providers have.
    pub inventory: Arc<Store>,
    /// Writes events.
    pub events: Events,
    /// What the operator has put into force.
    pub settings: Settings,
    /// Pauses between precopies.
    pub pauses: Pauses,
}

impl Shared {
    /// The cluster that MTV runs on.
    pub fn client(&self) -> Client {
        self.context.client.clone()
    }

    /// The controllers' three seconds.
    pub fn requeue(&self) -> Duration {
        self.context.clock.requeue(REQUEUE)
    }

    /// Looks an object up; nothing when it does not exist.
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

    /// Writes an object's status. Nulls of a merge patch remove what the status no longer has.
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
        // Only fields that our types know can have been there, so what is missing now was removed by us.
        let mut status = serde_json::to_value(status).unwrap_or_default();
        let before = before.map(|before| serde_json::to_value(before).unwrap_or_default());
        if let (Some(now), Some(before)) = (status.as_object_mut(), before.as_ref().and_then(|b| b.as_object())) {
            null_what_went(before, now);
        }
        let api: Api<K> = Api::namespaced(self.client(), &namespace);
        let patch = Patch::Merge(json!({ "status": status }));
        let written = api.patch_status(&name, &PatchParams::default(), &patch).await;
        match written {
            Ok(_) => Ok(()),
            // It was deleted meanwhile.
            Err(error) if is_not_found(&error) => Ok(()),
            Err(error) => Err(error).tried(|| format!("write the status of {} '{namespace}/{name}'", K::kind(&()))),
        }
    }
}

type Fields = serde_json::Map<String, serde_json::Value>;

/// A merge patch replaces lists whole, but keeps fields of objects that it does not name.
fn null_what_went(before: &Fields, now: &mut Fields) {
    for (key, old) in before {
        match now.get_mut(key) {
            None => {
                now.insert(key.clone(), serde_json::Value::Null);
            }
            Some(new) => {
                if let (Some(old), Some(new)) = (old.as_object(), new.as_object_mut()) {
                    null_what_went(old, new);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_is_nulled() {
        let before = json!({"a": 1, "deep": {"b": 2, "c": 3}, "list": [1]});
        let mut now = json!({"deep": {"c": 4}, "list": []});
        null_what_went(before.as_object().unwrap(), now.as_object_mut().unwrap());
        assert_eq!(now, json!({"deep": {"c": 4, "b": null}, "list": [], "a": null}));
    }
}
