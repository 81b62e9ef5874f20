//! The DataVolume controller: creates the claim of a DataVolume and reports the progress of its import.

use std::{sync::Arc, time::Duration};

use forklift_api::cdi::{
    ClaimPropertySet, Condition, DataVolume, DataVolumeSource, DataVolumeStatus, StorageProfile, VolumeImportSource,
};
use k8s_openapi::{
    api::{
        core::v1::{
            PersistentVolumeClaim, PersistentVolumeClaimSpec, Pod, TypedLocalObjectReference, TypedObjectReference,
            VolumeResourceRequirements,
        },
        storage::v1::StorageClass,
    },
    apimachinery::pkg::apis::meta::v1::Time,
};
use kube::{
    ResourceExt,
    api::{DeleteParams, ObjectMeta},
    runtime::reflector::ObjectRef,
};
use serde_json::json;

use super::{
    facts, importer, multi_stage,
    populator::{IMPORT_SOURCE_ANNOTATION, PROGRESS_INTERVAL},
};
use crate::controllers::{
    controller::{Controller, Next},
    core::{disks, facts as cluster, volumes::classes::claim_waits_for_consumer},
    objects::{self, Error, Objects},
    reconcile::{Shared, drive},
};

/// Delay before a missing storage class is looked up again.
const CLASS_RETRY: Duration = Duration::from_secs(1);

/// Runs the DataVolume controller until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = Controller::<DataVolume>::on_change(&shared.context)
        .owns::<PersistentVolumeClaim>()
        .watches(|pod: &Pod| {
            // Without a populator, the claim that the pod fills has the name of the DataVolume.
            let namespace = pod.namespace().unwrap_or_default();
            let claim = pod.owner_references().first().filter(|_| importer::is_importer(pod));
            claim.map(|claim| ObjectRef::new(&claim.name).within(&namespace))
        });
    drive(controller, shared, reconcile).await;
}

async fn reconcile(volume: Arc<DataVolume>, shared: Arc<Shared>) -> Result<Next, Error> {
    if volume.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Change);
    }
    let namespace = volume.namespace().unwrap_or_default();
    let volumes = shared.context.within::<DataVolume>(&namespace);
    let claims = shared.context.within::<PersistentVolumeClaim>(&namespace);
    let sources = shared.context.within::<VolumeImportSource>(&namespace);
    let name = volume.name_any();
    let was_done = phase_of(&volume) == "Succeeded";
    match claims.get(&name).await {
        Some(claim) if objects::is_controlled_by(&*claim, &volume.uid().unwrap_or_default()) => {
            if multi_stage::is_multi_stage(&volume) {
                let (status, is_importing) = multi_stage::advance(&volume, &claim, &shared).await?;
                write_status(&volumes, &volume, status).await?;
                return Ok(if is_importing {
                    Next::After(PROGRESS_INTERVAL)
                } else {
                    Next::Change
                });
            }
            let waits = claim_waits_for_consumer(&claim, &shared).await;
            let status = status(&claim, Progress::from_populated_claim(&claim, waits));
            if status.phase.as_deref() == Some("Succeeded") && !was_done {
                sources
                    .delete(&import_source_name(&volume), &DeleteParams::default())
                    .await?;
            }
            write_status(&volumes, &volume, status).await?;
        }
        // After the import the claim may belong to another owner (a migrated VM adopts its disks) or be deleted.
        _ if was_done => {}
        Some(_) => tracing::debug!(data_volume = name, "the claim of this name belongs to another owner"),
        None => {
            if !volume.annotations().contains_key(facts::USE_POPULATOR) {
                let change = json!({"metadata": {"annotations": {facts::USE_POPULATOR: "true"}}});
                volumes.patch(&name, change).await?;
            }
            write_status(&volumes, &volume, no_claim()).await?;
            let Some(claim) = new_claim(&volume, &shared).await else {
                // The storage class does not exist yet; it may be created later.
                return Ok(Next::After(CLASS_RETRY));
            };
            if claim.spec.as_ref().is_some_and(|spec| spec.data_source_ref.is_some()) {
                sources.create(&import_source(&volume)?).await?;
            }
            claims.create(&claim).await?;
        }
    }
    Ok(Next::Change)
}

fn phase_of(volume: &DataVolume) -> &str {
    volume
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref())
        .unwrap_or_default()
}

/// The claim of the DataVolume. Unset fields get their values from the storage profile of its class; `None`: the
/// class has no storage profile.
async fn new_claim(volume: &DataVolume, shared: &Shared) -> Option<PersistentVolumeClaim> {
    let storage = volume.spec.storage.clone().unwrap_or_default();
    let class = match storage.storage_class_name {
        Some(class) => class,
        None => default_class(shared).await?,
    };
    let profile = shared.context.all::<StorageProfile>().get(&class).await?;
    let sets = profile.status.as_ref()?.claim_property_sets.as_ref()?;
    let ClaimPropertySet {
        access_modes,
        volume_mode,
    } = sets.first()?.clone();
    let access_modes = storage.access_modes.unwrap_or(access_modes);
    let volume_mode = storage.volume_mode.unwrap_or_else(|| format!("{volume_mode:?}"));
    let asked = storage.resources.and_then(|resources| resources.requests);
    let size = asked
        .as_ref()
        .and_then(|asked| asked.get("storage"))
        .and_then(disks::bytes)
        .unwrap_or_default();
    let request = ("storage".to_owned(), importer::required(size, &volume_mode));
    // Multi-stage importers write into the claim directly: no populator needs a VolumeImportSource.
    let source = (!multi_stage::is_multi_stage(volume)).then(|| import_source_name(volume));
    Some(PersistentVolumeClaim {
        metadata: claim_metadata(volume),
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(access_modes),
            volume_mode: Some(volume_mode),
            storage_class_name: Some(class),
            resources: Some(VolumeResourceRequirements {
                requests: Some([request].into()),
                limits: None,
            }),
            data_source: source.clone().map(|name| TypedLocalObjectReference {
                api_group: Some(facts::GROUP.into()),
                kind: facts::IMPORT_SOURCE.into(),
                name,
            }),
            data_source_ref: source.map(|name| TypedObjectReference {
                api_group: Some(facts::GROUP.into()),
                kind: facts::IMPORT_SOURCE.into(),
                name,
                namespace: None,
            }),
            ..PersistentVolumeClaimSpec::default()
        }),
        status: None,
    })
}

async fn default_class(shared: &Shared) -> Option<String> {
    let classes = shared.context.all::<StorageClass>().list("").await;
    let marked = |annotation: &str| {
        let is_marked =
            |class: &&Arc<StorageClass>| class.annotations().get(annotation).is_some_and(|value| value == "true");
        classes.iter().find(is_marked).map(|class| class.name_any())
    };
    marked(cluster::DEFAULT_VIRT_CLASS_ANNOTATION).or_else(|| marked(cluster::DEFAULT_CLASS_ANNOTATION))
}

/// Copies labels and annotations of the DataVolume to the claim: Forklift finds its disks by them.
fn claim_metadata(volume: &DataVolume) -> ObjectMeta {
    let mut labels = volume.labels().clone();
    labels.extend(facts::labels());
    let mut annotations = volume.annotations().clone();
    annotations.extend(importer::annotations([
        (facts::USE_POPULATOR, "true"),
        (facts::CREATED_FOR, &volume.uid().unwrap_or_default()),
        (IMPORT_SOURCE_ANNOTATION, source_of(volume)),
        ("cdi.kubevirt.io/storage.contentType", "kubevirt"),
        ("cdi.kubevirt.io/storage.pod.restarts", "0"),
        ("cdi.kubevirt.io/storage.preallocation.requested", "false"),
    ]));
    if multi_stage::is_multi_stage(volume) {
        let stages = multi_stage::annotations(volume).into_iter();
        annotations.extend(stages.map(|(key, value)| (key.to_owned(), value)));
    }
    ObjectMeta {
        name: volume.metadata.name.clone(),
        namespace: volume.namespace(),
        labels: Some(labels),
        annotations: Some(annotations),
        owner_references: Some(objects::controlled_by(volume)),
        ..ObjectMeta::default()
    }
}

/// Kind of the source, as the importer names it; `none` for a blank disk.
fn source_of(volume: &DataVolume) -> &'static str {
    match volume.spec.source.as_ref() {
        Some(DataVolumeSource { vddk: Some(_), .. }) => "vddk",
        Some(DataVolumeSource { imageio: Some(_), .. }) => "imageio",
        Some(DataVolumeSource { http: Some(_), .. }) => "http",
        Some(DataVolumeSource { registry: Some(_), .. }) => "registry",
        _ => "none",
    }
}

/// The VolumeImportSource that the claim refers to.
fn import_source(volume: &DataVolume) -> Result<VolumeImportSource, Error> {
    objects::from_json(json!({
        "apiVersion": "cdi.kubevirt.io/v1beta1",
        "kind": facts::IMPORT_SOURCE,
        "metadata": {
            "name": import_source_name(volume),
            "namespace": volume.namespace(),
            "ownerReferences": objects::controlled_by(volume),
        },
        "spec": {"source": volume.spec.source},
    }))
}

fn import_source_name(volume: &DataVolume) -> String {
    format!("volume-import-source-{}", volume.uid().unwrap_or_default())
}

fn no_claim() -> DataVolumeStatus {
    DataVolumeStatus {
        phase: Some("Pending".into()),
        conditions: Some(vec![
            condition("Bound", false, "NotFound", "No PVC found"),
            condition("Ready", false, "", ""),
            condition("Running", false, "", ""),
        ]),
        ..DataVolumeStatus::default()
    }
}

/// A condition without times, which are set when it is written.
fn condition(type_: &str, holds: bool, reason: &str, message: &str) -> Condition {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Condition {
        type_: type_.into(),
        status: if holds { "True" } else { "False" }.into(),
        reason: text(reason),
        message: text(message),
        ..Condition::default()
    }
}

/// Import progress of a DataVolume.
pub struct Progress {
    /// Phase of the DataVolume.
    pub phase: &'static str,
    /// Copied part, such as `42.00%`, or `N/A`.
    pub progress: String,
}

impl Progress {
    /// Progress of a claim that a populator fills. `waits`: the claim's class waits for a consumer.
    fn from_populated_claim(claim: &PersistentVolumeClaim, waits: bool) -> Self {
        let annotation = |key: &str| annotation(claim, key);
        let is_bound = claim_phase(claim) == "Bound";
        let phase = match annotation(facts::POD_PHASE) {
            "Succeeded" if is_bound => "Succeeded",
            "Running" | "Succeeded" => "ImportInProgress",
            "Failed" => "Failed",
            // Until a consumer exists and the importer runs. Forklift counts this phase as done and creates the consumer.
            _ if waits => "PendingPopulation",
            "Pending" if !annotation(facts::RUNNING).is_empty() => "ImportScheduled",
            _ => "Pending",
        };
        let progress = match (phase, annotation(facts::PROGRESS)) {
            ("Succeeded", _) => "100.0%",
            (_, "") => "N/A",
            (_, progress) => progress,
        };
        Self {
            phase,
            progress: progress.to_owned(),
        }
    }
}

fn annotation<'a>(claim: &'a PersistentVolumeClaim, key: &str) -> &'a str {
    claim.annotations().get(key).map(String::as_str).unwrap_or_default()
}

fn claim_phase(claim: &PersistentVolumeClaim) -> &str {
    let phase = claim.status.as_ref().and_then(|status| status.phase.as_deref());
    phase.unwrap_or("Pending")
}

/// Status of a DataVolume with this claim and progress.
pub fn status(claim: &PersistentVolumeClaim, Progress { phase, progress }: Progress) -> DataVolumeStatus {
    let annotation = |key: &str| annotation(claim, key);
    let claim_phase = claim_phase(claim);
    let is_bound = claim_phase == "Bound";
    let ready_reason = if phase == "ImportInProgress" {
        "TransferRunning"
    } else {
        ""
    };
    let bound_message = format!("PVC {} {claim_phase}", claim.name_any());
    let is_running = annotation(facts::RUNNING) == "true";
    let (running_reason, running_message) = (annotation(facts::RUNNING_REASON), annotation(facts::RUNNING_MESSAGE));
    DataVolumeStatus {
        phase: Some(phase.into()),
        progress: Some(progress),
        claim_name: Some(claim.name_any()),
        restart_count: annotation(facts::POD_RESTARTS)
            .parse()
            .ok()
            .filter(|restarts| *restarts > 0),
        conditions: Some(vec![
            condition("Bound", is_bound, claim_phase, &bound_message),
            condition("Ready", phase == "Succeeded", ready_reason, ""),
            condition("Running", is_running, running_reason, running_message),
        ]),
    }
}

/// Writes the status if it changed.
async fn write_status(
    volumes: &Objects<DataVolume>,
    volume: &DataVolume,
    mut status: DataVolumeStatus,
) -> Result<(), Error> {
    let old = volume.status.clone().unwrap_or_default();
    for condition in status.conditions.iter_mut().flatten() {
        let before = old
            .conditions
            .iter()
            .flatten()
            .find(|before| is_same_condition(before, condition));
        let now = || Some(Time(sim_clock::now()));
        condition.last_heartbeat_time = before
            .and_then(|before| before.last_heartbeat_time.clone())
            .or_else(now);
        condition.last_transition_time = before
            .and_then(|before| before.last_transition_time.clone())
            .or_else(now);
    }
    if status != old {
        volumes.patch_status(&volume.name_any(), json!(status)).await?;
    }
    Ok(())
}

fn is_same_condition(one: &Condition, other: &Condition) -> bool {
    one.type_ == other.type_ && one.status == other.status && one.reason == other.reason && one.message == other.message
}
