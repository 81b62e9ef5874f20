//! What the containers of a pod do, judged by what kind of pod it is: nothing is executed in the lab.

use std::time::Duration;

use k8s_openapi::api::core::v1::{Container, Pod};
use kube::ResourceExt;

use super::{hook_runner, status::Outcome};
use crate::controllers::core::disks;

/// How long containers run that just do their task.
const TASK: Duration = Duration::from_secs(3);

/// One block in so many changes between two copies of a running VM.
const CHANGED: u64 = 20;

/// Annotation of pods whose task fails although its command would not: the exit code.
pub const EXIT_CODE: &str = "lab.mtv-bdd.io/exit-code";

/// What a pod does once it runs.
#[derive(Debug, PartialEq, Eq)]
pub enum Workload {
    /// Runs until it is told to stop.
    Service,
    /// Ends by itself.
    Task {
        /// After this simulated time.
        lasting: Duration,
        /// In this way.
        outcome: Outcome,
    },
    /// Copies a disk, or makes an empty one.
    Import {
        /// After this simulated time.
        lasting: Duration,
        /// The disk on the source; nothing for an empty one.
        file: String,
    },
    /// Converts a virtual machine.
    Conversion,
    /// Looks into a snapshot of a virtual machine.
    Inspection,
    /// Plays the playbook in this ConfigMap.
    Hook(String),
}

impl Workload {
    /// What this pod does.
    pub fn of(pod: &Pod) -> Self {
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

/// Simulated time that CDI's importer takes for the source in its environment.
pub fn import_time(importer: &Container) -> Duration {
    match env(importer, "IMPORTER_SOURCE") {
        Some("none") => disks::BLANK,
        _ => {
            let size = env(importer, "IMPORTER_IMAGE_SIZE").and_then(|size| size.parse().ok());
            let bytes = disks::allocated(size.unwrap_or_default());
            match env(importer, "IMPORTER_PREVIOUS_CHECKPOINT").unwrap_or_default() {
                "" => disks::copy_time(bytes),
                // Only what has changed since the last copy.
                _ => disks::copy_time(bytes / CHANGED),
            }
        }
    }
}

/// With what a container's command ends: what it says itself (`exit 3`, `false`), or else 0.
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
    fn a_command_tells_how_it_ends() {
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
