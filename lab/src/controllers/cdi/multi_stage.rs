//! Multi-stage imports for warm migrations: for each checkpoint of the DataVolume one importer pod writes into the
//! claim, without a populator; the import is paused between the checkpoints (`pkg/controller/common/util.go`,
//! `pkg/controller/datavolume/import-controller.go` of CDI).

use forklift_api::cdi::{Checkpoint, DataVolume, DataVolumeStatus};
use k8s_openapi::api::core::v1::{Container, EnvVar, PersistentVolumeClaim, Pod};
use kube::{ResourceExt, api::DeleteParams};
use serde_json::{Map, Value, json};

use super::{
    data_volumes::{Progress, status},
    facts, importer,
};
use crate::controllers::{objects::Error, reconcile::Shared};

/// Snapshot that the import copies now.
const CURRENT: &str = "cdi.kubevirt.io/storage.checkpoint.current";
/// Change id of the previous checkpoint; empty for the first one.
const PREVIOUS: &str = "cdi.kubevirt.io/storage.checkpoint.previous";
/// Whether the current checkpoint is the last one.
const FINAL: &str = "cdi.kubevirt.io/storage.checkpoint.final";
/// Set when all checkpoints have been copied.
const DONE: &str = "cdi.kubevirt.io/storage.checkpoint.done";
/// UID of the running importer pod.
const POD_ID: &str = "cdi.kubevirt.io/storage.checkpoint.pod.id";
/// Prefix of the annotation for each copied snapshot; the snapshot's id follows.
const COPIED: &str = "cdi.kubevirt.io/storage.checkpoint.copied";

/// Whether the DataVolume has checkpoints.
pub fn is_multi_stage(volume: &DataVolume) -> bool {
    volume.spec.checkpoints.as_ref().is_some_and(|all| !all.is_empty())
}

/// Additional annotations of the claim of a multi-stage DataVolume.
pub fn annotations(volume: &DataVolume) -> Vec<(&'static str, String)> {
    let vddk = volume
        .spec
        .source
        .clone()
        .and_then(|source| source.vddk)
        .unwrap_or_default();
    let first = volume
        .spec
        .checkpoints
        .iter()
        .flatten()
        .next()
        .cloned()
        .unwrap_or_default();
    vec![
        (facts::USE_POPULATOR, "false".into()),
        (CURRENT, first.current),
        (PREVIOUS, first.previous),
        (FINAL, "false".into()),
        (
            "cdi.kubevirt.io/storage.import.backingFile",
            vddk.backing_file.unwrap_or_default(),
        ),
        ("cdi.kubevirt.io/storage.import.endpoint", vddk.url.unwrap_or_default()),
        (
            "cdi.kubevirt.io/storage.import.secretName",
            vddk.secret_ref.unwrap_or_default(),
        ),
        ("cdi.kubevirt.io/storage.import.uuid", vddk.uuid.unwrap_or_default()),
        (
            "cdi.kubevirt.io/storage.import.vddk.thumbprint",
            vddk.thumbprint.unwrap_or_default(),
        ),
        (
            "cdi.kubevirt.io/storage.pod.vddk.initimageurl",
            vddk.init_image_url.unwrap_or_default(),
        ),
    ]
}

/// Advances the import by one step. Returns the status of the DataVolume and whether an importer runs, so that its
/// progress has to be polled.
pub async fn advance(
    volume: &DataVolume,
    claim: &PersistentVolumeClaim,
    shared: &Shared,
) -> Result<(DataVolumeStatus, bool), Error> {
    let namespace = claim.namespace().unwrap_or_default();
    let claims = shared.context.within::<PersistentVolumeClaim>(&namespace);
    let pods = shared.context.within::<Pod>(&namespace);
    let stage = Stage::from_annotations(volume, claim);
    let name = format!("{}-checkpoint-{}", importer::name(&claim.name_any()), stage.current);
    let pod = pods.get(&name).await;
    let change = match (&stage.state, &pod) {
        (State::Done, _) => Map::new(),
        (State::Copied, pod) => {
            if let Some(pod) = pod.as_ref().filter(|pod| pod.metadata.deletion_timestamp.is_none()) {
                shared.timers.forget(&pod.uid().unwrap_or_default());
                pods.delete(&name, &DeleteParams::default()).await?;
            }
            stage.next(volume, claim)
        }
        (State::Copying, None) => {
            let created = pods.create(&new_importer(volume, claim, &name, &stage)).await?;
            let uid = created.and_then(|pod| pod.uid());
            let mut change = map([
                (facts::IMPORT_POD.into(), json!(name)),
                (facts::POD_PHASE.into(), json!("Pending")),
            ]);
            change.extend(uid.map(|uid| (POD_ID.to_owned(), json!(uid))));
            change
        }
        (State::Copying, Some(pod)) => {
            let mut change = importer::state(pod);
            if importer::phase(pod) == "Succeeded" {
                change.insert(format!("{COPIED}.{}", stage.current), json!(pod.uid()));
            }
            change
        }
    };
    let annotated = importer::annotate(&claims, claim, change).await?;
    let claim = annotated.as_deref().unwrap_or(claim);
    let running = pod.as_ref().filter(|pod| importer::phase(pod) == "Running");
    let progress = match (&stage.state, running) {
        (State::Done, _) => "100.0%".to_owned(),
        (_, Some(pod)) => {
            importer::percent(pod, shared).map_or_else(|| "N/A".into(), |percent| format!("{percent:.2}%"))
        }
        // Between two copies the progress of the last copy stays visible.
        _ => volume
            .status
            .as_ref()
            .and_then(|status| status.progress.clone())
            .unwrap_or_else(|| "N/A".into()),
    };
    let phase = phase(&Stage::from_annotations(volume, claim), claim);
    Ok((status(claim, Progress { phase, progress }), running.is_some()))
}

/// Current stage of an import.
struct Stage {
    /// Snapshot of the current or last copy.
    current: String,
    state: State,
}

enum State {
    /// The current snapshot is being copied.
    Copying,
    /// The current snapshot has been copied.
    Copied,
    /// All snapshots have been copied.
    Done,
}

impl Stage {
    fn from_annotations(volume: &DataVolume, claim: &PersistentVolumeClaim) -> Self {
        let annotations = claim.annotations();
        let first = volume.spec.checkpoints.iter().flatten().next();
        let first = first.map(|checkpoint| checkpoint.current.clone());
        let current = annotations.get(CURRENT).cloned().or(first).unwrap_or_default();
        let state = match () {
            () if annotations.contains_key(DONE) => State::Done,
            () if annotations.contains_key(&format!("{COPIED}.{current}")) => State::Copied,
            () => State::Copying,
        };
        Self { current, state }
    }

    /// Annotations that follow a copy: those of the next checkpoint, those of the end, or none while the import pauses.
    fn next(&self, volume: &DataVolume, claim: &PersistentVolumeClaim) -> Map<String, Value> {
        let checkpoints = volume.spec.checkpoints.as_deref().unwrap_or_default();
        let is_last_stage = volume.spec.final_checkpoint == Some(true);
        let is_copied = |checkpoint: &&Checkpoint| {
            claim
                .annotations()
                .contains_key(&format!("{COPIED}.{}", checkpoint.current))
        };
        let Some(index) = checkpoints.iter().position(|checkpoint| !is_copied(&checkpoint)) else {
            return if is_last_stage { finish(claim) } else { Map::new() };
        };
        let next = checkpoints.get(index).cloned().unwrap_or_default();
        let is_final = is_last_stage && index + 1 == checkpoints.len();
        map([
            (CURRENT.into(), json!(next.current)),
            (PREVIOUS.into(), json!(next.previous)),
            (FINAL.into(), json!(is_final.to_string())),
            (facts::POD_PHASE.into(), json!("Unknown")),
            (facts::IMPORT_POD.into(), Value::Null),
        ])
    }
}

/// Removes the annotations of all checkpoints and marks the import as done.
fn finish(claim: &PersistentVolumeClaim) -> Map<String, Value> {
    let stages = claim
        .annotations()
        .keys()
        .filter(|key| key.starts_with("cdi.kubevirt.io/storage.checkpoint."));
    let mut change: Map<String, Value> = stages.map(|key| (key.clone(), Value::Null)).collect();
    change.insert(DONE.into(), json!("true"));
    change
}

fn phase(stage: &Stage, claim: &PersistentVolumeClaim) -> &'static str {
    let is_bound = claim.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Bound");
    let pod_phase = claim.annotations().get(facts::POD_PHASE).map(String::as_str);
    match (&stage.state, pod_phase) {
        _ if !is_bound => "Pending",
        (State::Done, _) => "Succeeded",
        (State::Copied, _) => "Paused",
        (State::Copying, Some("Running" | "Succeeded")) => "ImportInProgress",
        (State::Copying, _) => "ImportScheduled",
    }
}

fn map<const N: usize>(pairs: [(String, Value); N]) -> Map<String, Value> {
    pairs.into_iter().collect()
}

fn new_importer(volume: &DataVolume, claim: &PersistentVolumeClaim, name: &str, stage: &Stage) -> Pod {
    let annotation = |key: &str| claim.annotations().get(key).cloned().unwrap_or_default();
    let mut pod = importer::pod(claim, claim, "vddk");
    pod.metadata.name = Some(name.to_owned());
    let environment = [
        ("OWNER_UID", volume.uid().unwrap_or_default()),
        (
            "IMPORTER_ENDPOINT",
            annotation("cdi.kubevirt.io/storage.import.endpoint"),
        ),
        ("IMPORTER_UUID", annotation("cdi.kubevirt.io/storage.import.uuid")),
        (
            "IMPORTER_BACKING_FILE",
            annotation("cdi.kubevirt.io/storage.import.backingFile"),
        ),
        (
            "IMPORTER_THUMBPRINT",
            annotation("cdi.kubevirt.io/storage.import.vddk.thumbprint"),
        ),
        ("IMPORTER_CURRENT_CHECKPOINT", stage.current.clone()),
        ("IMPORTER_PREVIOUS_CHECKPOINT", annotation(PREVIOUS)),
        ("IMPORTER_FINAL_CHECKPOINT", annotation(FINAL)),
    ];
    let spec = pod.spec.get_or_insert_default();
    if let Some(container) = spec.containers.first_mut() {
        let known = container.env.get_or_insert_default();
        for (name, value) in environment {
            known.retain(|variable| variable.name != name);
            known.push(EnvVar {
                name: name.into(),
                value: Some(value),
                value_from: None,
            });
        }
    }
    spec.init_containers = Some(vec![Container {
        name: "vddk-side-car".into(),
        image: Some(annotation("cdi.kubevirt.io/storage.pod.vddk.initimageurl")),
        ..Container::default()
    }]);
    pod
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volume(snapshots: &[&str], is_last: bool) -> DataVolume {
        let checkpoints: Vec<Value> = snapshots
            .iter()
            .map(|snapshot| json!({"current": snapshot, "previous": format!("before {snapshot}")}))
            .collect();
        let spec = json!({"checkpoints": checkpoints, "finalCheckpoint": is_last});
        serde_json::from_value(json!({"metadata": {"name": "v"}, "spec": spec})).unwrap()
    }

    fn claim(annotations: &[(String, &str)]) -> PersistentVolumeClaim {
        let mut claim = PersistentVolumeClaim::default();
        claim.annotations_mut().extend(
            annotations
                .iter()
                .map(|(key, value)| (key.clone(), (*value).to_owned())),
        );
        claim
    }

    fn copied(snapshot: &str) -> (String, &'static str) {
        (format!("{COPIED}.{snapshot}"), "uid")
    }

    #[test]
    fn a_copy_is_followed_by_the_next_checkpoint_a_pause_or_the_end() {
        let one = claim(&[(CURRENT.into(), "s1"), copied("s1")]);
        let next = |volume: &DataVolume, claim: &PersistentVolumeClaim| {
            Stage::from_annotations(volume, claim).next(volume, claim)
        };
        assert_eq!(next(&volume(&["s1"], false), &one), Map::new());
        let more = next(&volume(&["s1", "s2"], true), &one);
        assert_eq!((&more[CURRENT], &more[PREVIOUS]), (&json!("s2"), &json!("before s2")));
        assert_eq!((&more[FINAL], &more[facts::IMPORT_POD]), (&json!("true"), &Value::Null));
        let both = claim(&[(CURRENT.into(), "s2"), copied("s1"), copied("s2")]);
        let end = next(&volume(&["s1", "s2"], true), &both);
        assert_eq!(end[DONE], "true");
        assert!(end[CURRENT].is_null() && end[&copied("s1").0].is_null());
    }
}
