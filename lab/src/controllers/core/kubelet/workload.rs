//! The workload that a pod simulates, derived from its labels and containers: the lab executes no containers.

use std::time::Duration;

use k8s_openapi::api::core::v1::{Container, Pod};
use kube::ResourceExt;

use super::{hook_runner, status::Outcome};
use crate::controllers::core::disks;

/// Simulated duration of an ordinary task.
const TASK: Duration = Duration::from_secs(3);

/// One of this many blocks changes between two copies of a running VM.
const CHANGED: u64 = 20;

/// Annotation that sets the exit code of a pod, whatever its command.
pub const EXIT_CODE: &str = "lab.mtv-bdd.io/exit-code";

/// Workload of a running pod.
#[derive(Debug, PartialEq, Eq)]
pub enum Workload {
    /// Runs until the pod is deleted.
    Service,
    /// Ends after a fixed time.
    Task {
        /// After this simulated time.
        lasting: Duration,
        /// With this result.
        outcome: Outcome,
    },
    /// Copies a disk, or creates an empty one.
    Import {
        /// After this simulated time.
        lasting: Duration,
        /// Disk file on the source; empty for an empty disk.
        file: String,
    },
    /// Converts a virtual machine with virt-v2v.
    Conversion,
    /// Inspects a snapshot of a virtual machine.
    Inspection,
    /// Runs the playbook in this ConfigMap.
    Hook(String),
}

impl Workload {
    /// Determines the workload of this pod.
    pub fn for_pod(pod: &Pod) -> Self {
        let labels = pod.labels();
        let label = |key: &str| labels.get(key).map(String::as_str);
        let spec = pod.spec.as_ref();
        let main = spec.and_then(|spec| spec.containers.first());
        let restarts = spec.and_then(|spec| spec.restart_policy.as_deref()).unwrap_or("Always");
        let asked = pod.annotations().get(EXIT_CODE).and_then(|code| code.parse().ok());
        let task = |lasting| Self::Task {
            lasting,
            outcome: Outcome {
                exit_code: asked.or(main.map(exit_code)).unwrap_or_default(),
                message: None,
            },
        };
        if label("forklift.app") == Some("virt-v2v") {
            Self::Conversion
        } else if label("forklift.app") == Some("deep-inspection") {
            Self::Inspection
        } else if let Some(config_map) = hook_runner::config_map(pod) {
            Self::Hook(config_map.to_owned())
        } else if label("kubevirt.io") == Some("virt-launcher") {
            Self::Service
        } else if label("cdi.kubevirt.io") == Some("importer") {
            Self::Import {
                lasting: main.map(import_time).unwrap_or_default(),
                file: main
                    .and_then(|main| env(main, "IMPORTER_BACKING_FILE"))
                    .unwrap_or_default()
                    .to_owned(),
            }
        } else if label("forklift.app") == Some("consumer") {
            task(Duration::ZERO)
        } else if restarts == "Always" {
            Self::Service
        } else {
            task(TASK)
        }
    }
}

/// Value of an environment variable of the container.
pub fn env<'a>(container: &'a Container, name: &str) -> Option<&'a str> {
    let variable = container.env.iter().flatten().find(|variable| variable.name == name);
    variable.and_then(|variable| variable.value.as_deref())
}

/// Simulated time that CDI's importer needs for the source named in its environment variables.
pub fn import_time(importer: &Container) -> Duration {
    match env(importer, "IMPORTER_SOURCE") {
        Some("none") => disks::BLANK,
        _ => {
            let size = env(importer, "IMPORTER_IMAGE_SIZE").and_then(|size| size.parse().ok());
            let bytes = disks::allocated(size.unwrap_or_default());
            match env(importer, "IMPORTER_PREVIOUS_CHECKPOINT").unwrap_or_default() {
                "" => disks::copy_time(bytes),
                // Copies only the blocks changed since the previous checkpoint.
                _ => disks::copy_time(bytes / CHANGED),
            }
        }
    }
}

/// Exit code of a container's command: the number in `exit 3`, 1 for `false`, 0 for all others.
fn exit_code(container: &Container) -> i32 {
    let command = container
        .command
        .iter()
        .flatten()
        .chain(container.args.iter().flatten());
    let words: Vec<&str> = command
        .flat_map(|part| part.split([' ', ';', '\n']))
        .filter(|word| !word.is_empty())
        .collect();
    match words.as_slice() {
        [.., "exit", code] => code.parse().unwrap_or_default(),
        [.., "false" | "/bin/false"] => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_code_is_read_from_the_command() {
        for (command, expected) in [
            (vec!["/bin/sh", "-c", "exit 0"], 0),
            (vec!["/bin/sh", "-c", "echo no; exit 3"], 3),
            (vec!["false"], 1),
            (vec!["file", "-E", "/opt/lib"], 0),
        ] {
            let container = Container {
                command: Some(command.iter().map(|word| (*word).to_owned()).collect()),
                ..Container::default()
            };
            assert_eq!(exit_code(&container), expected, "{command:?}");
        }
    }
}
