//! The import populator: fills a claim whose data source is a [`facts::IMPORT_SOURCE`]. It creates a second claim
//! (`prime-<uid>`), which an importer pod fills, and then rebinds the volume of the second claim to the first.

use std::sync::Arc;

use forklift_api::cdi::VolumeImportSource;
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use kube::{
    ResourceExt,
    api::{DeleteParams, ObjectMeta},
    runtime::reflector::ObjectRef,
};
use serde_json::json;

use super::{facts, importer};
use crate::controllers::{
    controller::{Controller, Next},
    core::{facts as cluster, volumes::classes::claim_waits_for_consumer},
    informer::Informer,
    objects::{self, Error, Objects},
    reconcile::{Shared, drive},
};

/// Interval at which CDI polls the importer for its progress.
pub const PROGRESS_INTERVAL: std::time::Duration = std::time::Duration::from_secs(2);
/// Kind of source on the target claim, set by its creator; `none` for a blank disk.
pub const IMPORT_SOURCE_ANNOTATION: &str = "cdi.kubevirt.io/storage.import.source";

type Claims = Objects<PersistentVolumeClaim>;

/// Runs the populator until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = Controller::<PersistentVolumeClaim>::on_change(&shared.context);
    let known = controller.informer().clone();
    let controller = controller
        .owns::<PersistentVolumeClaim>()
        .watches(move |pod: &Pod| target_of(&known, pod));
    drive(controller, shared, reconcile).await;
}

/// The target claim of an importer pod: the owner of the prime claim that owns the pod.
fn target_of(claims: &Informer<PersistentVolumeClaim>, pod: &Pod) -> Option<ObjectRef<PersistentVolumeClaim>> {
    if !importer::is_importer(pod) {
        return None;
    }
    let namespace = pod.namespace()?;
    let prime = pod.owner_references().first()?;
    let prime = claims.get(&namespace, &prime.name)?;
    let target = prime.owner_references().first()?;
    Some(ObjectRef::new(&target.name).within(&namespace))
}

async fn reconcile(claim: Arc<PersistentVolumeClaim>, shared: Arc<Shared>) -> Result<Next, Error> {
    let namespace = claim.namespace().unwrap_or_default();
    let claims = shared.context.within::<PersistentVolumeClaim>(&namespace);
    let pods = shared.context.within::<Pod>(&namespace);
    let is_deleted = claim.metadata.deletion_timestamp.is_some();
    if is_prime(&claim) {
        // The running importer keeps the prime claim from being removed; only this controller deletes the pod.
        if is_deleted {
            pods.delete(&importer::name(&claim.name_any()), &DeleteParams::default())
                .await?;
        }
        return Ok(Next::Change);
    }
    if is_deleted || !is_to_be_filled(&claim) {
        return Ok(Next::Change);
    }
    if claim.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Bound") {
        return clean_up(&claim, &claims, &pods, &shared).await;
    }
    if is_waiting(&claim, &shared).await {
        return Ok(Next::Change);
    }
    let prime = ensure_prime(&claim, &claims).await?;
    if prime.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Change);
    }
    let pod = ensure_importer(&claim, &prime, &claims, &pods, &shared).await?;
    follow(&claim, &prime, &pod, &claims, &shared).await
}

fn is_prime(claim: &PersistentVolumeClaim) -> bool {
    claim
        .annotations()
        .contains_key("cdi.kubevirt.io/storage.populator.kind")
}

fn is_to_be_filled(claim: &PersistentVolumeClaim) -> bool {
    let source = claim.spec.as_ref().and_then(|spec| spec.data_source_ref.as_ref());
    source
        .is_some_and(|source| source.kind == facts::IMPORT_SOURCE && source.api_group.as_deref() == Some(facts::GROUP))
}

/// Whether the claim's class waits for a consumer that does not exist yet.
async fn is_waiting(claim: &PersistentVolumeClaim, shared: &Shared) -> bool {
    let waits = claim_waits_for_consumer(claim, shared).await;
    waits && !claim.annotations().contains_key(cluster::SELECTED_NODE_ANNOTATION)
}

/// Gets or creates the prime claim, which is filled in place of `target`.
async fn ensure_prime(target: &PersistentVolumeClaim, claims: &Claims) -> Result<Arc<PersistentVolumeClaim>, Error> {
    let name = format!("prime-{}", target.uid().unwrap_or_default());
    let prime = match claims.get(&name).await {
        Some(prime) => prime,
        None => {
            let prime = new_prime(target, &name);
            claims.create(&prime).await?.unwrap_or_else(|| Arc::new(prime))
        }
    };
    importer::annotate(
        claims,
        target,
        [(facts::PRIME.to_owned(), json!(name))].into_iter().collect(),
    )
    .await?;
    Ok(prime)
}

fn new_prime(target: &PersistentVolumeClaim, name: &str) -> PersistentVolumeClaim {
    let mut labels = facts::labels();
    labels.insert("velero.io/exclude-from-backup".into(), "true".into());
    let mut annotations = importer::annotations([
        ("cdi.kubevirt.io/storage.bind.immediate.requested", ""),
        ("cdi.kubevirt.io/storage.contentType", "kubevirt"),
        ("cdi.kubevirt.io/storage.populator.kind", facts::IMPORT_SOURCE),
        ("cdi.kubevirt.io/storage.preallocation.requested", "false"),
        (IMPORT_SOURCE_ANNOTATION, source_of(target)),
    ]);
    if let Some(node) = target.annotations().get(cluster::SELECTED_NODE_ANNOTATION) {
        annotations.insert(cluster::SELECTED_NODE_ANNOTATION.into(), node.clone());
    }
    let mut spec = target.spec.clone().unwrap_or_default();
    spec.data_source = None;
    spec.data_source_ref = None;
    PersistentVolumeClaim {
        metadata: ObjectMeta {
            name: Some(name.into()),
            namespace: target.namespace(),
            labels: Some(labels),
            annotations: Some(annotations),
            owner_references: Some(objects::controlled_by(target)),
            ..ObjectMeta::default()
        },
        spec: Some(spec),
        status: None,
    }
}

fn source_of(target: &PersistentVolumeClaim) -> &str {
    target
        .annotations()
        .get(IMPORT_SOURCE_ANNOTATION)
        .map_or("none", String::as_str)
}

/// Backing file of the source disk, if the source is VMware.
async fn backing_file(target: &PersistentVolumeClaim, shared: &Shared) -> Option<String> {
    let reference = target.spec.as_ref().and_then(|spec| spec.data_source_ref.as_ref());
    let sources = shared
        .context
        .within::<VolumeImportSource>(&target.namespace().unwrap_or_default());
    let source = sources.get(&reference?.name).await?;
    source.spec.source.as_ref()?.vddk.as_ref()?.backing_file.clone()
}

async fn ensure_importer(
    target: &PersistentVolumeClaim,
    prime: &PersistentVolumeClaim,
    claims: &Claims,
    pods: &Objects<Pod>,
    shared: &Shared,
) -> Result<Arc<Pod>, Error> {
    let name = importer::name(&prime.name_any());
    importer::annotate(
        claims,
        prime,
        [(facts::IMPORT_POD.to_owned(), json!(name))].into_iter().collect(),
    )
    .await?;
    if let Some(pod) = pods.get(&name).await {
        return Ok(pod);
    }
    let mut pod = importer::pod(target, prime, source_of(target));
    if let Some(file) = backing_file(target, shared).await {
        importer::set(&mut pod, "IMPORTER_BACKING_FILE", file);
    }
    Ok(pods.create(&pod).await?.unwrap_or_else(|| Arc::new(pod)))
}

/// Copies the importer's state to both claims, and rebinds the volume once it is filled.
async fn follow(
    target: &PersistentVolumeClaim,
    prime: &PersistentVolumeClaim,
    pod: &Pod,
    claims: &Claims,
    shared: &Shared,
) -> Result<Next, Error> {
    let state = importer::state(pod);
    let mut progress = state.clone();
    let mut next = Next::Change;
    match importer::phase(pod) {
        "Running" => {
            if let Some(percent) = importer::percent(pod, shared) {
                progress.insert(facts::PROGRESS.into(), json!(format!("{percent:.2}%")));
            }
            next = Next::After(PROGRESS_INTERVAL);
        }
        "Succeeded" => {
            progress.insert(facts::PROGRESS.into(), json!("100.0%"));
        }
        _ => {}
    }
    importer::annotate(claims, prime, state).await?;
    importer::annotate(claims, target, progress).await?;
    if importer::phase(pod) == "Succeeded" {
        rebind(target, prime, shared).await?;
    }
    Ok(next)
}

/// Rebinds the volume of `prime` to `target`.
async fn rebind(target: &PersistentVolumeClaim, prime: &PersistentVolumeClaim, shared: &Shared) -> Result<(), Error> {
    let Some(volume) = prime.spec.as_ref().and_then(|spec| spec.volume_name.as_deref()) else {
        return Ok(());
    };
    let volumes = shared.context.all::<PersistentVolume>();
    let claim = json!({
        "apiVersion": null,
        "kind": null,
        "resourceVersion": null,
        "namespace": target.namespace(),
        "name": target.name_any(),
        "uid": target.uid(),
    });
    volumes.patch(volume, json!({"spec": {"claimRef": claim}})).await?;
    Ok(())
}

/// Deletes the importer and the prime claim after the target claim is bound.
async fn clean_up(
    target: &PersistentVolumeClaim,
    claims: &Claims,
    pods: &Objects<Pod>,
    shared: &Shared,
) -> Result<Next, Error> {
    let Some(name) = target.annotations().get(facts::PRIME) else {
        return Ok(Next::Change);
    };
    if let Some(prime) = claims.get(name).await {
        let pod = pods.get(&importer::name(name)).await;
        if let Some(pod) = &pod {
            // Record the importer's final state: the claim may have been bound before it was recorded.
            importer::annotate(claims, target, importer::state(pod)).await?;
            shared.timers.forget(&pod.uid().unwrap_or_default());
            pods.delete(&pod.name_any(), &DeleteParams::default()).await?;
        }
        if prime.metadata.deletion_timestamp.is_none() {
            claims.delete(name, &DeleteParams::default()).await?;
        }
    }
    Ok(Next::Change)
}
