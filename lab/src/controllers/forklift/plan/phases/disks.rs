//! Volumes of the target: creates DataVolumes and follows their allocation by CDI (`pkg/controller/plan/migration.go`).

use std::sync::Arc;

use forklift_api::forklift::{annotations, pipeline_steps};
use forklift_api::{
    cdi::DataVolume,
    forklift::{Step, VmStatus},
};
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim, Pod, Secret};
use kube::ResourceExt;

use super::run::Outcome;
use crate::controllers::forklift::{
    error::Result,
    plan::{
        builder,
        execution::{Execution, selector},
        phase::Phase,
        pipeline::{Timed, current, reflect_tasks},
    },
    release::IMPORTER_RETRY,
};

/// Annotation with the source disk of a volume.
pub const DISK_SOURCE: &str = annotations::DISK_SOURCE;
/// Annotation with the index of the disk in bus order.
pub const DISK_INDEX: &str = "forklift.konveyor.io/disk-index";
/// Prefix of CDI's annotation for each copied snapshot; the snapshot's id follows.
const COPIED: &str = "cdi.kubevirt.io/storage.checkpoint.copied";
/// CDI's annotation with the name of the importer pod of a volume.
const IMPORTER: &str = "cdi.kubevirt.io/storage.import.importPodName";

/// Creates the missing ones of Secret, ConfigMap and DataVolumes.
pub async fn create(execution: &Execution<'_>, vm: &VmStatus) -> Result<Outcome> {
    let labels = selector(&execution.vm_labels(vm));
    let (cluster, namespace) = (execution.destination(), execution.namespace());
    let secrets = cluster.within::<Secret>(namespace);
    let found = secrets.list(&format!("{labels},isDV=true")).await;
    let secret = match found.into_iter().next() {
        Some(secret) => Some(secret),
        None => {
            secrets
                .create(&builder::secret(execution, vm, builder::Marker::DataVolume))
                .await?
        }
    };
    let secret = secret.map(|secret| secret.name_any()).unwrap_or_default();
    let maps = cluster.within::<ConfigMap>(namespace);
    if maps.list(&labels).await.is_empty() {
        maps.create(&builder::config_map(execution, vm)).await?;
    }
    let volumes = cluster.within::<DataVolume>(namespace);
    let existing = volumes.list(&labels).await;
    let made: Vec<&str> = existing
        .iter()
        .filter_map(|volume| annotation(volume, DISK_SOURCE))
        .collect();
    let wanted = match builder::data_volumes(execution, vm, &secret)? {
        Ok(wanted) => wanted,
        Err(refused) => return Ok(Outcome::Refused(refused)),
    };
    for volume in wanted {
        let is_made = annotation(&volume, DISK_SOURCE).is_some_and(|source| made.contains(&source));
        if !is_made && volumes.create(&volume).await?.is_none() {
            let name = volume.name_any();
            return Ok(Outcome::Refused(format!(
                "datavolumes.cdi.kubevirt.io \"{name}\" already exists"
            )));
        }
    }
    Ok(Outcome::Passed)
}

/// Follows the DataVolumes.
pub async fn follow(execution: &Execution<'_>, vm: &mut VmStatus, phase: Phase) -> Result<Outcome> {
    let labels = selector(&execution.vm_labels_of_all_runs(vm));
    let volumes = execution.destination().within::<DataVolume>(execution.namespace());
    let volumes = volumes.list(&labels).await;
    let Some(step) = current(vm, phase) else {
        return Ok(Outcome::Passed);
    };
    for volume in &volumes {
        let progress = Allocation::from_data_volume(execution, volume).await;
        let source = annotation(volume, DISK_SOURCE);
        let task = step
            .tasks
            .iter_mut()
            .flatten()
            .find(|task| Some(task.name.as_str()) == source);
        if let Some(task) = task {
            progress.apply(task);
        }
    }
    reflect_tasks(step);
    settle(step);
    Ok(match (&step.error, step.is_completed()) {
        (None, true) => Outcome::Passed,
        _ => Outcome::Stays,
    })
}

/// Derives the phase of a step from its tasks: pending with the reason, running, or completed.
fn settle(step: &mut Step) {
    let tasks = step.tasks.as_deref().unwrap_or_default();
    let with = |phase: &str| tasks.iter().find(|task| task.phase.as_deref() == Some(phase));
    let (phase, reason) = match (with(pipeline_steps::PENDING), with(pipeline_steps::RUNNING)) {
        (Some(pending), _) => (pipeline_steps::PENDING, pending.reason.clone()),
        (None, Some(_)) => (pipeline_steps::RUNNING, None),
        (None, None) if step.completed.is_some() => (pipeline_steps::COMPLETED, None),
        (None, None) => (pipeline_steps::RUNNING, None),
    };
    step.phase = Some(phase.into());
    step.reason = reason;
}

/// State of a volume in CDI.
enum Allocation {
    Done,
    Waiting(String),
    Running {
        reason: String,
        percent: f64,
    },
    Failed {
        reason: String,
        error: String,
    },
    /// A phase that Forklift ignores.
    Unknown,
}

impl Allocation {
    async fn from_data_volume(execution: &Execution<'_>, volume: &DataVolume) -> Self {
        let status = volume.status.clone().unwrap_or_default();
        let reason_of = |type_: &str| {
            let conditions = status.conditions.as_deref().unwrap_or_default();
            let found = conditions.iter().find(|condition| condition.type_ == type_);
            found.map(|condition| {
                let reason = condition.reason.as_deref().unwrap_or_default();
                let message = condition.message.as_deref().unwrap_or_default();
                (condition.status == "True", format!("{reason}; {message}"))
            })
        };
        match status.phase.as_deref() {
            // A volume that waits for its first consumer counts as allocated: the conversion pod is the consumer.
            Some("Succeeded" | "PendingPopulation") => Self::Done,
            // Between two copies of a warm migration CDI pauses until the next checkpoint is added.
            Some("Paused") => {
                if is_copied(execution, volume).await {
                    Self::Done
                } else {
                    Self::Waiting("Waiting for checkpoint to be applied".into())
                }
            }
            Some("Pending" | "ImportScheduled") => {
                let bound = reason_of("Bound").filter(|(is_bound, _)| !is_bound);
                let (_, reason) = bound.or_else(|| reason_of("Running")).unwrap_or_default();
                Self::Waiting(reason)
            }
            Some("ImportInProgress") => {
                let (_, reason) = reason_of("Running").unwrap_or_default();
                let progress = status.progress.as_deref().unwrap_or_default();
                match importer_error(execution, volume).await {
                    Some(error) => Self::Failed { reason, error },
                    None => Self::Running {
                        reason,
                        percent: progress.trim_end_matches('%').parse().unwrap_or_default(),
                    },
                }
            }
            _ => Self::Unknown,
        }
    }

    fn apply(self, task: &mut forklift_api::forklift::Task) {
        let (phase, reason) = match self {
            Self::Unknown => return,
            Self::Done => {
                task.mark_completed();
                task.progress.completed = task.progress.total;
                (pipeline_steps::COMPLETED, "Transfer completed.".to_owned())
            }
            Self::Waiting(reason) => (pipeline_steps::PENDING, reason),
            Self::Running { reason, percent } => {
                task.mark_started();
                task.progress.completed = share(task.progress.total, percent);
                (pipeline_steps::RUNNING, reason)
            }
            Self::Failed { reason, error } => {
                task.mark_started();
                task.phase = Some(pipeline_steps::RUNNING.into());
                task.add_error(error);
                (pipeline_steps::RUNNING, reason)
            }
        };
        task.phase = Some(phase.into());
        task.reason = Some(reason);
    }
}

/// A percentage of a total.
pub fn share(total: i64, percent: f64) -> i64 {
    (total as f64 * percent / 100.0) as i64
}

/// Whether CDI has copied the latest snapshot, according to annotations of the claim.
async fn is_copied(execution: &Execution<'_>, volume: &DataVolume) -> bool {
    let latest = volume.spec.checkpoints.iter().flatten().last();
    let (Some(latest), Some(claim)) = (latest, claim_of(execution, volume).await) else {
        return false;
    };
    claim
        .annotations()
        .contains_key(&format!("{COPIED}.{}", latest.current))
}

async fn claim_of(execution: &Execution<'_>, volume: &DataVolume) -> Option<Arc<PersistentVolumeClaim>> {
    let claims = execution
        .destination()
        .within::<PersistentVolumeClaim>(execution.namespace());
    let name = volume.status.as_ref().and_then(|status| status.claim_name.clone());
    claims.get(&name.unwrap_or_else(|| volume.name_any())).await
}

/// Error message of an importer that was restarted too often.
async fn importer_error(execution: &Execution<'_>, volume: &DataVolume) -> Option<String> {
    let (cluster, namespace) = (execution.destination(), execution.namespace());
    let claim = claim_of(execution, volume).await?;
    let claims = cluster.within::<PersistentVolumeClaim>(namespace);
    let prime = format!("prime-{}", claim.uid().unwrap_or_default());
    let claim = claims.get(&prime).await.unwrap_or(claim);
    let importer = claim.annotations().get(IMPORTER)?;
    let pod = cluster.within::<Pod>(namespace).get(importer).await?;
    let importer = pod.status.as_ref()?.container_statuses.as_ref()?.first()?;
    (importer.restart_count > IMPORTER_RETRY).then(|| {
        let last = importer.last_state.as_ref().and_then(|state| state.terminated.as_ref());
        last.and_then(|terminated| terminated.message.clone())
            .unwrap_or_default()
    })
}

fn annotation<'a>(volume: &'a DataVolume, key: &str) -> Option<&'a str> {
    volume.annotations().get(key).map(String::as_str)
}
