//! Life cycle of a claim: default class, provisioning by the CSI driver, binding, and protection while a pod uses it.

use std::sync::Arc;

use k8s_openapi::api::{
    core::v1::{
        CSIPersistentVolumeSource, ObjectReference, PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec,
        PersistentVolumeSpec, Pod,
    },
    storage::v1::StorageClass,
};
use kube::{ResourceExt, api::ObjectMeta, runtime::reflector::ObjectRef};
use serde_json::{Map, json};

use super::classes::waits_for_consumer;
use crate::controllers::{
    controller::{Controller, Next},
    core::{facts, scheduler::claims_of},
    objects::{self, Error, Objects},
    reconcile::{Shared, drive},
};

const PROTECTION: &str = "kubernetes.io/pvc-protection";
const PROVISIONER_ANNOTATIONS: [&str; 2] = [
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/storage-provisioner",
];

/// Runs the claim controller until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = Controller::<PersistentVolumeClaim>::on_change(&shared.context);
    // A stale read of a claim here does no harm: the event with the newer version triggers another reconcile.
    let (known, going) = (controller.informer().clone(), controller.informer().clone());
    let controller = controller
        .watches(move |volume: &PersistentVolume| {
            let phase = volume.status.as_ref().and_then(|status| status.phase.as_deref());
            let is_kept = is_kept(&volume.metadata, phase);
            let claim = volume.spec.as_ref()?.claim_ref.as_ref()?;
            let claim = ObjectRef::new(claim.name.as_deref()?).within(claim.namespace.as_deref()?);
            let is_settled = is_kept && known.find(&claim).is_some_and(|claim| is_kept_claim(&claim));
            (!is_settled).then_some(claim)
        })
        .watches(move |pod: &Pod| {
            let namespace = pod.namespace().unwrap_or_default();
            let claims = claims_of(pod).map(|claim| ObjectRef::new(claim).within(&namespace));
            let stays = |claim: &ObjectRef<PersistentVolumeClaim>| {
                let known = going.find(claim);
                known.is_some_and(|claim| claim.metadata.deletion_timestamp.is_none())
            };
            claims.filter(|claim| !stays(claim)).collect::<Vec<_>>()
        });
    drive(controller, shared, reconcile).await;
}

/// Whether a claim or a volume is bound, protected and not being deleted, so that its events need no reconcile of the
/// other side. An unprotected object can disappear at any time.
fn is_kept(metadata: &ObjectMeta, phase: Option<&str>) -> bool {
    let is_protected = metadata.finalizers.as_ref().is_some_and(|all| !all.is_empty());
    phase == Some("Bound") && is_protected && metadata.deletion_timestamp.is_none()
}

/// [`is_kept`] for a claim.
pub fn is_kept_claim(claim: &PersistentVolumeClaim) -> bool {
    let phase = claim.status.as_ref().and_then(|status| status.phase.as_deref());
    is_kept(&claim.metadata, phase)
}

async fn reconcile(claim: Arc<PersistentVolumeClaim>, shared: Arc<Shared>) -> Result<Next, Error> {
    let claims = shared
        .context
        .within::<PersistentVolumeClaim>(&claim.namespace().unwrap_or_default());
    if claim.metadata.deletion_timestamp.is_some() {
        return release(&claim, &claims, &shared).await;
    }
    let Some(spec) = claim.spec.as_ref() else {
        return Ok(Next::Change);
    };
    if let Some(volume) = spec.volume_name.as_deref().filter(|name| !name.is_empty()) {
        return keep(&claim, volume, &claims, &shared).await;
    }
    let class = class_of(spec, &shared).await;
    prepare(&claim, class.as_deref(), &claims).await?;
    let volumes = shared.context.all::<PersistentVolume>();
    let mut found = volumes.list("").await.into_iter().find(|volume| is_for(volume, &claim));
    if found.is_none() && class.as_ref().is_some_and(|class| is_ready_to_provision(&claim, class)) {
        let volume = new_volume(&claim, spec, class.as_deref());
        found = volumes.create(&volume).await?;
    }
    if let Some(volume) = found {
        bind(&claim, &volume, &claims, &volumes).await?;
    }
    Ok(Next::Change)
}

/// Removes the finalizer of a deleted claim once no pod uses it; finished pods count as users.
async fn release(
    claim: &PersistentVolumeClaim,
    claims: &Objects<PersistentVolumeClaim>,
    shared: &Shared,
) -> Result<Next, Error> {
    if let Some(rest) = objects::finalizers_without(claim, PROTECTION) {
        let pods = shared.context.within::<Pod>(&claim.namespace().unwrap_or_default());
        let name = claim.name_any();
        let uses_it = |pod: &Arc<Pod>| {
            pod.spec.as_ref().is_some_and(|spec| spec.node_name.is_some()) && claims_of(pod).any(|one| one == name)
        };
        if !pods.list("").await.iter().any(uses_it) {
            claims.set_finalizers(claim, rest).await?;
        }
    }
    Ok(Next::Change)
}

/// Sets a bound claim to `Lost` when its volume is gone or belongs to another claim.
async fn keep(
    claim: &PersistentVolumeClaim,
    volume: &str,
    claims: &Objects<PersistentVolumeClaim>,
    shared: &Shared,
) -> Result<Next, Error> {
    let volumes = shared.context.all::<PersistentVolume>();
    let phase = claim
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref())
        .unwrap_or_default();
    match volumes.get(volume).await {
        Some(volume) if is_for(&volume, claim) => bind(claim, &volume, claims, &volumes).await?,
        _ if phase != "Lost" => {
            let status = json!({"phase": "Lost", "accessModes": null, "capacity": null});
            claims.patch_status(&claim.name_any(), status).await?;
        }
        _ => {}
    }
    Ok(Next::Change)
}

/// The claim's storage class; the default class when the claim names none.
async fn class_of(spec: &PersistentVolumeClaimSpec, shared: &Shared) -> Option<Arc<StorageClass>> {
    let classes = shared.context.all::<StorageClass>();
    match spec.storage_class_name.as_deref() {
        Some("") => None,
        Some(name) => classes.get(name).await,
        None => {
            let all = classes.list("").await;
            let is_default = |class: &Arc<StorageClass>| {
                class
                    .annotations()
                    .get(facts::DEFAULT_CLASS_ANNOTATION)
                    .is_some_and(|value| value == "true")
            };
            all.into_iter().find(is_default)
        }
    }
}

/// Sets the fields that admission and the volume controller add to a new claim: class, finalizer, provisioner, phase.
async fn prepare(
    claim: &PersistentVolumeClaim,
    class: Option<&StorageClass>,
    claims: &Objects<PersistentVolumeClaim>,
) -> Result<(), Error> {
    let mut change = json!({});
    if !claim.finalizers().iter().any(|one| one == PROTECTION) {
        let mut finalizers = claim.finalizers().to_vec();
        finalizers.push(PROTECTION.into());
        change["metadata"]["finalizers"] = json!(finalizers);
    }
    if let Some(class) = class {
        if claim
            .spec
            .as_ref()
            .is_some_and(|spec| spec.storage_class_name.is_none())
        {
            change["spec"]["storageClassName"] = json!(class.name_any());
        }
        // The provisioner annotation follows when a `WaitForFirstConsumer` claim has a consumer.
        if !is_waiting(claim, class) {
            for key in PROVISIONER_ANNOTATIONS {
                if !claim.annotations().contains_key(key) {
                    change["metadata"]["annotations"][key] = json!(class.provisioner);
                }
            }
        }
    }
    if change != json!({}) {
        claims.patch(&claim.name_any(), change).await?;
    }
    if claim.status.as_ref().is_none_or(|status| status.phase.is_none()) {
        claims
            .patch_status(&claim.name_any(), json!({"phase": "Pending"}))
            .await?;
    }
    Ok(())
}

fn is_waiting(claim: &PersistentVolumeClaim, class: &StorageClass) -> bool {
    waits_for_consumer(class) && !claim.annotations().contains_key(facts::SELECTED_NODE_ANNOTATION)
}

/// Whether the lab's CSI driver has to provision the volume: not while the class waits for a consumer, and not if a
/// volume populator fills the claim.
fn is_ready_to_provision(claim: &PersistentVolumeClaim, class: &StorageClass) -> bool {
    let source = claim.spec.as_ref().and_then(|spec| spec.data_source_ref.as_ref());
    let is_populated = source.is_some_and(|source| {
        let group = source.api_group.as_deref().unwrap_or_default();
        !matches!(group, "" | "snapshot.storage.k8s.io")
    });
    class.provisioner == facts::PROVISIONER && !is_populated && !is_waiting(claim, class)
}

fn new_volume(
    claim: &PersistentVolumeClaim,
    spec: &PersistentVolumeClaimSpec,
    class: Option<&StorageClass>,
) -> PersistentVolume {
    let uid = claim.uid().unwrap_or_default();
    let requests = spec.resources.as_ref().and_then(|resources| resources.requests.clone());
    PersistentVolume {
        metadata: ObjectMeta {
            name: Some(format!("pvc-{uid}")),
            annotations: Some(
                [(
                    "pv.kubernetes.io/provisioned-by".to_owned(),
                    facts::PROVISIONER.to_owned(),
                )]
                .into(),
            ),
            finalizers: Some(vec![super::reclaim::PROTECTION.into()]),
            ..ObjectMeta::default()
        },
        spec: Some(PersistentVolumeSpec {
            capacity: requests.map(|mut all| {
                all.retain(|resource, _| resource == "storage");
                all
            }),
            access_modes: spec.access_modes.clone(),
            volume_mode: spec.volume_mode.clone().or(Some("Filesystem".into())),
            storage_class_name: class.map(ResourceExt::name_any),
            persistent_volume_reclaim_policy: class
                .and_then(|class| class.reclaim_policy.clone())
                .or(Some("Delete".into())),
            csi: Some(CSIPersistentVolumeSource {
                driver: facts::PROVISIONER.into(),
                volume_handle: uid.clone(),
                ..CSIPersistentVolumeSource::default()
            }),
            claim_ref: Some(ObjectReference {
                api_version: Some("v1".into()),
                kind: Some("PersistentVolumeClaim".into()),
                namespace: claim.namespace(),
                name: claim.metadata.name.clone(),
                uid: Some(uid),
                resource_version: claim.resource_version(),
                ..ObjectReference::default()
            }),
            ..PersistentVolumeSpec::default()
        }),
        status: None,
    }
}

/// Whether the volume's `claimRef` refers to this claim.
pub fn is_for(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    let reference = volume.spec.as_ref().and_then(|spec| spec.claim_ref.as_ref());
    reference.is_some_and(|reference| {
        reference.name == claim.metadata.name
            && reference.namespace == claim.metadata.namespace
            && (reference.uid.is_none() || reference.uid == claim.metadata.uid)
    })
}

/// Binds claim and volume; skips the writes that are already done.
async fn bind(
    claim: &PersistentVolumeClaim,
    volume: &PersistentVolume,
    claims: &Objects<PersistentVolumeClaim>,
    volumes: &Objects<PersistentVolume>,
) -> Result<(), Error> {
    let volume_phase = volume.status.as_ref().and_then(|status| status.phase.as_deref());
    if volume_phase != Some("Bound") {
        volumes
            .patch_status(&volume.name_any(), json!({"phase": "Bound"}))
            .await?;
    }
    let mut annotations = Map::new();
    for key in [
        "pv.kubernetes.io/bind-completed",
        "pv.kubernetes.io/bound-by-controller",
    ] {
        if !claim.annotations().contains_key(key) {
            annotations.insert(key.into(), json!("yes"));
        }
    }
    if !annotations.is_empty() {
        let change = json!({
            "metadata": {"annotations": annotations},
            "spec": {"volumeName": volume.name_any()},
        });
        claims.patch(&claim.name_any(), change).await?;
    }
    if claim.status.as_ref().and_then(|status| status.phase.as_deref()) != Some("Bound") {
        let spec = volume.spec.as_ref();
        let status = json!({
            "phase": "Bound",
            "accessModes": spec.and_then(|spec| spec.access_modes.clone()),
            "capacity": spec.and_then(|spec| spec.capacity.clone()),
        });
        claims.patch_status(&claim.name_any(), status).await?;
    }
    Ok(())
}
