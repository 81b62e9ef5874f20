//! Binding modes of storage classes.

use k8s_openapi::api::{core::v1::PersistentVolumeClaim, storage::v1::StorageClass};

use crate::controllers::{core::facts, reconcile::Shared};

/// Whether the binding mode of this class is `WaitForFirstConsumer`.
pub fn waits_for_consumer(class: &StorageClass) -> bool {
    class.volume_binding_mode.as_deref() == Some(facts::WAIT_FOR_FIRST_CONSUMER)
}

/// Whether the binding mode of the claim's class is `WaitForFirstConsumer`; false for a claim without a class.
pub async fn claim_waits_for_consumer(claim: &PersistentVolumeClaim, shared: &Shared) -> bool {
    let Some(class) = claim.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref()) else {
        return false;
    };
    let class = shared.context.all::<StorageClass>().get(class).await;
    class.is_some_and(|class| waits_for_consumer(&class))
}
