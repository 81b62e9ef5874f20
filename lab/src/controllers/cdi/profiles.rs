//! Storage profiles: the recommended access and volume modes of each storage class.

use std::sync::Arc;

use forklift_api::cdi::StorageProfile;
use k8s_openapi::api::storage::v1::StorageClass;
use kube::ResourceExt;
use serde_json::{Value, json};

use super::facts;
use crate::controllers::{
    controller::{Controller, Next},
    core::facts as cluster,
    objects::{self, Error},
    reconcile::{Shared, drive},
};

/// Runs the profile controller until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = Controller::<StorageClass>::on_change(&shared.context);
    drive(controller, shared, reconcile).await;
}

async fn reconcile(class: Arc<StorageClass>, shared: Arc<Shared>) -> Result<Next, Error> {
    let profiles = shared.context.all::<StorageProfile>();
    let name = class.name_any();
    if class.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Change);
    }
    let profile: StorageProfile = objects::from_json(json!({
        "apiVersion": "cdi.kubevirt.io/v1beta1",
        "kind": "StorageProfile",
        "metadata": {
            "name": name,
            "labels": facts::labels(),
            "ownerReferences": objects::controlled_by(&*class),
        },
        "spec": {},
    }))?;
    profiles.create(&profile).await?;
    let status = json!({
        "claimPropertySets": claim_property_sets(&class),
        "provisioner": class.provisioner,
        "storageClass": name,
    });
    profiles.patch_status(&name, status).await?;
    Ok(Next::Change)
}

/// Access and volume modes, best first. The lab's classes state their modes in their parameters; other classes get
/// the modes that every volume supports.
fn claim_property_sets(class: &StorageClass) -> Value {
    let parameter = |key: &str| {
        class
            .parameters
            .as_ref()
            .and_then(|all| all.get(key))
            .map(String::as_str)
    };
    let access = parameter(cluster::ACCESS_MODE_PARAMETER).unwrap_or("ReadWriteOnce");
    let volume = parameter(cluster::VOLUME_MODE_PARAMETER).unwrap_or("Filesystem");
    let mut sets = vec![
        (access, volume),
        ("ReadWriteOnce", volume),
        ("ReadWriteOnce", "Filesystem"),
    ];
    sets.dedup();
    sets.into_iter()
        .map(|(access, volume)| json!({"accessModes": [access], "volumeMode": volume}))
        .collect()
}
