//! The importer pod, and the annotations of a claim that show its state.

use std::{collections::BTreeMap, sync::Arc};

use k8s_openapi::{
    api::core::v1::{
        Container, ContainerPort, EnvVar, PersistentVolumeClaim, PersistentVolumeClaimVolumeSource, Pod,
        PodSecurityContext, PodSpec, SeccompProfile, Volume, VolumeDevice, VolumeMount,
    },
    apimachinery::pkg::api::resource::Quantity,
};
use kube::{ResourceExt, api::ObjectMeta};
use serde_json::{Map, Value, json};

use super::facts;
use crate::controllers::{
    core::{disks, kubelet::import_time},
    objects::{self, Error, Objects},
    reconcile::Shared,
};

const VOLUME: &str = "cdi-data-vol";
const LABEL: (&str, &str) = ("cdi.kubevirt.io", "importer");

/// Name of the importer pod of a claim.
pub fn name(claim: &str) -> String {
    format!("importer-{claim}")
}

/// The importer pod that fills `prime` for `target`, from this kind of source (`none` for a blank disk).
pub fn pod(target: &PersistentVolumeClaim, prime: &PersistentVolumeClaim, source: &str) -> Pod {
    let mut labels = target.labels().clone();
    labels.extend(facts::labels());
    labels.insert(LABEL.0.into(), LABEL.1.into());
    labels.insert("prometheus.cdi.kubevirt.io".into(), "true".into());
    let is_block = prime.spec.as_ref().and_then(|spec| spec.volume_mode.as_deref()) == Some("Block");
    let environment = [
        ("IMPORTER_SOURCE", source.to_owned()),
        ("IMPORTER_CONTENTTYPE", "kubevirt".to_owned()),
        ("IMPORTER_IMAGE_SIZE", disks::claim_size(target).to_string()),
        ("OWNER_UID", target.uid().unwrap_or_default()),
    ];
    let container = Container {
        name: "importer".into(),
        image: Some(facts::IMPORTER_IMAGE.into()),
        args: Some(vec!["-v=2".into()]),
        env: Some(environment.map(|(name, value)| variable(name, value)).into()),
        ports: Some(vec![ContainerPort {
            name: Some("metrics".into()),
            container_port: 8443,
            ..ContainerPort::default()
        }]),
        volume_devices: is_block.then(|| {
            vec![VolumeDevice {
                name: VOLUME.into(),
                device_path: "/dev/cdi-block-volume".into(),
            }]
        }),
        volume_mounts: (!is_block).then(|| {
            vec![VolumeMount {
                name: VOLUME.into(),
                mount_path: "/data".into(),
                ..VolumeMount::default()
            }]
        }),
        ..Container::default()
    };
    Pod {
        metadata: ObjectMeta {
            name: Some(name(&prime.name_any())),
            namespace: prime.namespace(),
            labels: Some(labels),
            annotations: Some(annotations([("cdi.kubevirt.io/storage.createdByController", "yes")])),
            owner_references: Some(objects::controlled_by(prime)),
            ..ObjectMeta::default()
        },
        spec: Some(PodSpec {
            containers: vec![container],
            restart_policy: Some("OnFailure".into()),
            security_context: Some(PodSecurityContext {
                seccomp_profile: Some(SeccompProfile {
                    type_: "RuntimeDefault".into(),
                    ..SeccompProfile::default()
                }),
                ..PodSecurityContext::default()
            }),
            volumes: Some(vec![Volume {
                name: VOLUME.into(),
                persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
                    claim_name: prime.name_any(),
                    read_only: None,
                }),
                ..Volume::default()
            }]),
            ..PodSpec::default()
        }),
        status: None,
    }
}

fn variable(name: &str, value: String) -> EnvVar {
    EnvVar {
        name: name.into(),
        value: Some(value),
        value_from: None,
    }
}

/// Whether the pod fills a claim.
pub fn is_importer(pod: &Pod) -> bool {
    pod.labels().get(LABEL.0).is_some_and(|value| value == LABEL.1)
}

/// Sets an environment variable of the importer.
pub fn set(pod: &mut Pod, name: &str, value: String) {
    let spec = pod.spec.get_or_insert_default();
    for container in &mut spec.containers {
        let known = container.env.get_or_insert_default();
        known.retain(|one| one.name != name);
        known.push(variable(name, value.clone()));
    }
}

/// Builds a map of annotations from pairs.
pub fn annotations<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// Phase of the pod.
pub fn phase(pod: &Pod) -> &str {
    pod.status
        .as_ref()
        .and_then(|status| status.phase.as_deref())
        .unwrap_or("Pending")
}

/// Import progress of the pod in percent; `None` at the first call, which starts the timer, and below 1%.
pub fn percent(pod: &Pod, shared: &Shared) -> Option<f64> {
    let container = pod.spec.as_ref()?.containers.first()?;
    let lasting = import_time(container);
    let key = pod.uid()?;
    let total = shared.context.clock.unstated(lasting);
    let rest = shared.remaining(key, lasting).unwrap_or_default();
    let done = 1.0 - rest.as_secs_f64() / total.as_secs_f64().max(f64::MIN_POSITIVE);
    (done > 0.01).then_some((100.0 * done).min(99.0))
}

/// Annotations that show the pod's state on the claims that it fills.
pub fn state(pod: &Pod) -> Map<String, Value> {
    let mut state = Map::new();
    state.insert(facts::POD_PHASE.into(), json!(phase(pod)));
    state.insert(facts::POD_SCHEDULABLE.into(), json!("true"));
    let statuses = pod
        .status
        .as_ref()
        .and_then(|status| status.container_statuses.as_ref());
    if let Some(status) = statuses.and_then(|all| all.first()) {
        let container = status.state.clone().unwrap_or_default();
        let (runs, reason, message) = match (container.running, container.terminated, container.waiting) {
            (Some(_), _, _) => (true, Some("Pod is running".to_owned()), None),
            (_, Some(end), _) => (false, end.reason, end.message.filter(|_| end.exit_code != 0)),
            (_, _, Some(waiting)) => (false, waiting.reason, waiting.message),
            _ => (false, None, None),
        };
        state.insert(facts::POD_RESTARTS.into(), json!(status.restart_count.to_string()));
        state.insert(facts::RUNNING.into(), json!(runs.to_string()));
        state.insert(facts::RUNNING_REASON.into(), json!(reason.unwrap_or_default()));
        state.insert(facts::RUNNING_MESSAGE.into(), json!(message.unwrap_or_default()));
    }
    state
}

/// Sets the annotations of a claim whose value changed; `None`: none did.
pub async fn annotate(
    claims: &Objects<PersistentVolumeClaim>,
    claim: &PersistentVolumeClaim,
    mut annotations: Map<String, Value>,
) -> Result<Option<Arc<PersistentVolumeClaim>>, Error> {
    let present = claim.annotations();
    annotations.retain(|key, value| present.get(key).map(String::as_str) != value.as_str());
    if annotations.is_empty() {
        return Ok(None);
    }
    let change = json!({"metadata": {"annotations": annotations}});
    claims.patch(&claim.name_any(), change).await.map(Some)
}

/// Size that a claim must request for a disk of `size` bytes: `Filesystem` volumes need overhead.
pub fn required(size: u64, volume_mode: &str) -> Quantity {
    const MEBIBYTE: u64 = 1 << 20;
    if volume_mode == "Block" {
        return Quantity(size.to_string());
    }
    // Disk sizes are far below 2^53 bytes, up to which f64 is exact.
    let needed = (size.div_ceil(MEBIBYTE) * MEBIBYTE) as f64 / (1.0 - facts::FILESYSTEM_OVERHEAD);
    Quantity((needed.ceil() as u64).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filesystem_volumes_request_overhead() {
        assert_eq!(required(1 << 30, "Block").0, "1073741824");
        assert_eq!(required(10 << 30, "Filesystem").0, "11422785362");
    }
}
