//! Status of a pod in each stage of its life cycle.

use std::net::Ipv4Addr;

use k8s_openapi::{
    api::core::v1::{
        Container, ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStateWaiting,
        ContainerStatus, Pod, PodCondition, PodIP, PodStatus,
    },
    apimachinery::pkg::apis::meta::v1::Time,
};

use crate::controllers::core::facts;

/// Result of the containers of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Exit code of the containers.
    pub exit_code: i32,
    /// Termination message of the containers.
    pub message: Option<String>,
}

impl Outcome {
    /// Exit code 0 without a termination message.
    pub fn success() -> Self {
        Self {
            exit_code: 0,
            message: None,
        }
    }

    fn reason(&self) -> &'static str {
        if self.exit_code == 0 { "Completed" } else { "Error" }
    }
}

/// Stages of a pod on its node.
#[derive(Debug, Clone)]
pub enum Stage {
    /// The containers are being created.
    Creating,
    /// The containers run; the pod has this address.
    Running(Ipv4Addr),
    /// The containers run again after a failure.
    Restarted {
        /// Address of the pod.
        address: Ipv4Addr,
        /// Number of restarts.
        restarts: i32,
        /// Result of the previous run.
        last: Outcome,
    },
    /// The containers have ended with this result.
    Finished(Outcome),
}

/// The pod's status in this stage. Conditions of other writers, such as readiness gates, are kept.
pub fn status(pod: &Pod, stage: &Stage) -> PodStatus {
    let now = Time(sim_clock::now());
    let old = pod.status.clone().unwrap_or_default();
    let start = old.start_time.clone().unwrap_or(now.clone());
    let address = match stage {
        Stage::Running(address) | Stage::Restarted { address, .. } => Some(address.to_string()),
        _ => old.pod_ip.clone(),
    };
    let spec = pod.spec.clone().unwrap_or_default();
    let (is_ready, phase) = match stage {
        Stage::Creating => (false, "Pending"),
        Stage::Running(_) | Stage::Restarted { .. } => (true, "Running"),
        Stage::Finished(Outcome { exit_code: 0, .. }) => (false, "Succeeded"),
        Stage::Finished(_) => (false, "Failed"),
    };
    let containers = spec
        .containers
        .iter()
        .map(|container| container_status(container, stage, &start, &now));
    let init = spec.init_containers.iter().flatten();
    let init = init.map(|container| init_status(container, stage, &start, &now));
    PodStatus {
        phase: Some(phase.into()),
        conditions: Some(conditions(&old, is_ready, &now)),
        host_ip: Some(facts::NODE_ADDRESS.into()),
        pod_ips: address.clone().map(|ip| vec![PodIP { ip }]),
        pod_ip: address,
        container_statuses: Some(containers.collect()),
        init_container_statuses: (spec.init_containers.is_some()).then(|| init.collect()),
        start_time: Some(start),
        ..PodStatus::default()
    }
}

fn conditions(old: &PodStatus, is_ready: bool, now: &Time) -> Vec<PodCondition> {
    let mut conditions: Vec<PodCondition> = [
        ("PodScheduled", true),
        ("Initialized", true),
        ("Ready", is_ready),
        ("ContainersReady", is_ready),
    ]
    .map(|(type_, holds)| {
        let status = if holds { "True" } else { "False" };
        let before = old
            .conditions
            .iter()
            .flatten()
            .find(|one| one.type_ == type_ && one.status == status);
        PodCondition {
            type_: type_.into(),
            status: status.into(),
            last_transition_time: before
                .and_then(|one| one.last_transition_time.clone())
                .or(Some(now.clone())),
            ..PodCondition::default()
        }
    })
    .into();
    let is_foreign = |one: &&PodCondition| !conditions.iter().any(|mine| mine.type_ == one.type_);
    let foreign: Vec<PodCondition> = old.conditions.iter().flatten().filter(is_foreign).cloned().collect();
    conditions.extend(foreign);
    conditions
}

fn container_status(container: &Container, stage: &Stage, start: &Time, now: &Time) -> ContainerStatus {
    let is_running = matches!(stage, Stage::Running(_) | Stage::Restarted { .. });
    let (restarts, last) = match stage {
        Stage::Restarted { restarts, last, .. } => (*restarts, Some(terminated(last, start, now))),
        _ => (0, None),
    };
    let state = match stage {
        Stage::Creating => waiting("ContainerCreating"),
        Stage::Running(_) | Stage::Restarted { .. } => running(now),
        Stage::Finished(outcome) => terminated(outcome, start, now),
    };
    ContainerStatus {
        name: container.name.clone(),
        image: container.image.clone().unwrap_or_default(),
        ready: is_running,
        started: Some(is_running),
        state: Some(state),
        restart_count: restarts,
        last_state: last,
        ..ContainerStatus::default()
    }
}

/// Ordinary init containers end before the pod runs; sidecars run as long as the pod.
fn init_status(container: &Container, stage: &Stage, start: &Time, now: &Time) -> ContainerStatus {
    let is_sidecar = container.restart_policy.as_deref() == Some("Always");
    let state = match stage {
        Stage::Creating => waiting("PodInitializing"),
        Stage::Running(_) | Stage::Restarted { .. } if is_sidecar => running(now),
        _ => terminated(&Outcome::success(), start, now),
    };
    ContainerStatus {
        name: container.name.clone(),
        image: container.image.clone().unwrap_or_default(),
        ready: !matches!(stage, Stage::Creating),
        started: is_sidecar.then_some(matches!(stage, Stage::Running(_))),
        state: Some(state),
        ..ContainerStatus::default()
    }
}

fn waiting(reason: &str) -> ContainerState {
    ContainerState {
        waiting: Some(ContainerStateWaiting {
            reason: Some(reason.into()),
            message: None,
        }),
        ..ContainerState::default()
    }
}

fn running(now: &Time) -> ContainerState {
    ContainerState {
        running: Some(ContainerStateRunning {
            started_at: Some(now.clone()),
        }),
        ..ContainerState::default()
    }
}

fn terminated(outcome: &Outcome, start: &Time, now: &Time) -> ContainerState {
    ContainerState {
        terminated: Some(ContainerStateTerminated {
            exit_code: outcome.exit_code,
            reason: Some(outcome.reason().into()),
            message: outcome.message.clone(),
            started_at: Some(start.clone()),
            finished_at: Some(now.clone()),
            ..ContainerStateTerminated::default()
        }),
        ..ContainerState::default()
    }
}
