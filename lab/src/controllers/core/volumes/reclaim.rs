//! Releases volumes whose claim is gone, and deletes those with the reclaim policy `Delete`.

use std::sync::Arc;

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use kube::{ResourceExt, api::DeleteParams, runtime::reflector::ObjectRef};
use serde_json::json;

use super::claims::{is_for, is_kept_claim};
use crate::controllers::{
    controller::{Controller, Next},
    objects::{self, Error},
    reconcile::{Shared, drive},
};

/// Finalizer that protects a volume while it is bound.
pub const PROTECTION: &str = "kubernetes.io/pv-protection";

/// Runs the controller until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = Controller::<PersistentVolume>::on_change(&shared.context);
    let controller = controller.watches(|claim: &PersistentVolumeClaim| {
        let volume = claim.spec.as_ref().and_then(|spec| spec.volume_name.as_deref())?;
        (!is_kept_claim(claim)).then(|| ObjectRef::new(volume))
    });
    drive(controller, shared, reconcile).await;
}

async fn reconcile(volume: Arc<PersistentVolume>, shared: Arc<Shared>) -> Result<Next, Error> {
    let volumes = shared.context.all::<PersistentVolume>();
    let Some(spec) = volume.spec.as_ref() else {
        return Ok(Next::Change);
    };
    let claimed = match spec
        .claim_ref
        .as_ref()
        .map(|claim| (claim.namespace.as_deref(), claim.name.as_deref()))
    {
        Some((Some(namespace), Some(name))) => {
            let claims = shared.context.within::<PersistentVolumeClaim>(namespace);
            claims.get(name).await.is_some_and(|claim| is_for(&volume, &claim))
        }
        // A volume without a claim stays available.
        _ => return Ok(Next::Change),
    };
    if claimed {
        return Ok(Next::Change);
    }
    let phase = volume.status.as_ref().and_then(|status| status.phase.as_deref());
    if volume.metadata.deletion_timestamp.is_some() {
        if let Some(rest) = objects::finalizers_without(&*volume, PROTECTION) {
            volumes.set_finalizers(&volume, rest).await?;
        }
    } else if spec.persistent_volume_reclaim_policy.as_deref() == Some("Delete") {
        volumes.delete(&volume.name_any(), &DeleteParams::default()).await?;
    } else if phase != Some("Released") {
        volumes
            .patch_status(&volume.name_any(), json!({"phase": "Released"}))
            .await?;
    }
    Ok(Next::Change)
}
