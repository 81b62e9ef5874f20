//! What the storage class of a claim says of it.

use k8s_openapi::api::{core::v1::PersistentVolumeClaim, storage::v1::StorageClass};
use kube::Api;

use crate::controllers::{
    core::facts,
    objects::{self, Error},
    reconcile::Shared,
};

/// Whether claims of this class wait for their first consumer.
pub fn is_lazy(class: &StorageClass) -> bool {
    class.volume_binding_mode.as_deref() == Some(facts::WAIT_FOR_FIRST_CONSUMER)
}

/// Whether the claim's class is lazy; no class is not.
pub async fn has_lazy_class(claim: &PersistentVolumeClaim, shared: &Shared) -> Result<bool, Error> {
    let Some(class) = claim.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref()) else {
        return Ok(false);
    };
    let class = objects::get(&Api::<StorageClass>::all(shared.client()), class).await?;
    Ok(class.as_ref().is_some_and(is_lazy))
}
