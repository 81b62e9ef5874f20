//! Binding modes of storage classes.

use k8s_openapi::api::{core::v1::PersistentVolumeClaim, storage::v1::StorageClass};
use kube::Api;

use crate::controllers::{
    core::facts,
    objects::{self, Error},
    reconcile::Shared,
};

/// Whether the binding mode of this class is `WaitForFirstConsumer`.
pub fn waits_for_consumer(class: &StorageClass) -> bool {
    class.volume_binding_mode.as_deref() == Some(facts::WAIT_FOR_FIRST_CONSUMER)
}

/// Whether the binding mode of the claim's class is `WaitForFirstConsumer`; false for a claim without a class.
pub async fn claim_waits_for_consumer(claim: &PersistentVolumeClaim, shared: &Shared) -> Result<bool, Error> {
    let Some(class) = claim.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref()) else {
        return Ok(false);
    };
    let class = objects::get(&Api::<StorageClass>::all(shared.client()), class).await?;
    Ok(class.as_ref().is_some_and(waits_for_consumer))
}
