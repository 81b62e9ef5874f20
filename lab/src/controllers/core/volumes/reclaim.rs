//! Releases volumes whose claim is gone, and deletes those with the reclaim policy `Delete`.

use std::sync::Arc;

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use kube::{
    Api, ResourceExt,
    api::DeleteParams,
    runtime::{controller::Action, reflector::ObjectRef, watcher},
};
use serde_json::json;

use super::claims::{is_for, is_kept_claim};
use crate::controllers::{
    objects::{self, Error},
    reconcile::{Shared, controller_of, drive},
};

/// Finalizer that protects a volume while it is bound.
pub const PROTECTION: &str = "kubernetes.io/pv-protection";

/// Runs the controller until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = controller_of::<PersistentVolume>(shared.client()).watches(
        Api::<PersistentVolumeClaim>::all(shared.client()),
        watcher::Config::default(),
        |claim| {
            let volume = claim.spec.as_ref().and_then(|spec| spec.volume_name.as_deref())?;
            (!is_kept_claim(&claim)).then(|| ObjectRef::new(volume))
        },
    );
    drive(controller, &shared.context.clone(), shared, reconcile).await;
}

async fn reconcile(volume: Arc<PersistentVolume>, shared: Arc<Shared>) -> Result<Action, Error> {
    let volumes = Api::<PersistentVolume>::all(shared.client());
    let Some(spec) = volume.spec.as_ref() else {
        return Ok(Action::await_change());
    };
    let claimed = match spec
        .claim_ref
        .as_ref()
        .map(|claim| (claim.namespace.as_deref(), claim.name.as_deref()))
    {
        Some((Some(namespace), Some(name))) => {
            let claims = Api::<PersistentVolumeClaim>::namespaced(shared.client(), namespace);
            objects::get(&claims, name)
                .await?
                .is_some_and(|claim| is_for(&volume, &claim))
        }
        // A volume without a claim stays available.
        _ => return Ok(Action::await_change()),
    };
    if claimed {
        return Ok(Action::await_change());
    }
    let phase = volume.status.as_ref().and_then(|status| status.phase.as_deref());
    if volume.metadata.deletion_timestamp.is_some() {
        if let Some(rest) = objects::finalizers_without(&*volume, PROTECTION) {
            objects::set_finalizers(&volumes, &volume, rest).await?;
        }
    } else if spec.persistent_volume_reclaim_policy.as_deref() == Some("Delete") {
        objects::delete(&volumes, &volume.name_any(), &DeleteParams::default()).await?;
    } else if phase != Some("Released") {
        objects::patch_status(&volumes, &volume.name_any(), json!({"phase": "Released"})).await?;
    }
    Ok(Action::await_change())
}
