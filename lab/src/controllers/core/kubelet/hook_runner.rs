//! The hook runner: evaluates the playbook in the ConfigMap that Forklift mounts, and exits with its result.

use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::ResourceExt;

use super::{
    playbook::{Played, play},
    status::Outcome,
};
use crate::controllers::Context;

/// Simulated time that Ansible needs for start and exit.
const ANSIBLE: Duration = Duration::from_secs(3);
/// Exit code of a container that was killed with SIGKILL.
const KILLED: i32 = 137;

/// Name of the ConfigMap with the hook's playbook; `None`: the pod is not a hook runner.
pub fn config_map(pod: &Pod) -> Option<&str> {
    let spec = pod.spec.as_ref()?;
    let is_hook = spec
        .containers
        .first()
        .is_some_and(|container| container.name == "hook");
    let mut volumes = spec
        .volumes
        .iter()
        .flatten()
        .filter(|volume| is_hook && volume.name == "hook");
    volumes.find_map(|volume| Some(volume.config_map.as_ref()?.name.as_str()))
}

/// Evaluates the playbook of a pod.
pub async fn run(context: &Context, pod: &Pod, config_map: &str) -> Outcome {
    let maps = context.within::<ConfigMap>(&pod.namespace().unwrap_or_default());
    let mounted = maps.get(config_map).await;
    let playbook = mounted.and_then(|map| map.data.as_ref()?.get("playbook.yml").cloned());
    // Without a playbook the image runs its own command, which is taken to succeed.
    let played = match playbook.as_deref().filter(|playbook| !playbook.is_empty()) {
        Some(playbook) => play(playbook),
        None => Played::default(),
    };
    for line in &played.log {
        tracing::info!(pod = pod.name_any(), "{line}");
    }
    let deadline = pod.spec.as_ref().and_then(|spec| spec.active_deadline_seconds);
    let deadline = deadline
        .and_then(|seconds| u64::try_from(seconds).ok())
        .map(Duration::from_secs);
    context.clock.sleep(ANSIBLE).await;
    if let Some(deadline) = deadline.filter(|deadline| *deadline < played.paused) {
        context.clock.sleep_stated(deadline).await;
        return Outcome {
            exit_code: KILLED,
            message: Some("Pod was active on the node longer than the specified deadline".to_owned()),
        };
    }
    context.clock.sleep_stated(played.paused).await;
    Outcome {
        exit_code: if played.failure.is_some() { 2 } else { 0 },
        message: played.failure,
    }
}
