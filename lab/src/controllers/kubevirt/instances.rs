//! The VirtualMachineInstance controller: launcher pod, start of the guest, guest agent, and shutdown. It stands for
//! virt-controller and virt-handler.

use std::sync::Arc;

use forklift_api::kubevirt::{
    ClaimInfo, Condition, PhaseTransition, VirtualMachineInstance, VirtualMachineInstanceStatus, VolumeStatus,
};
use k8s_openapi::{
    api::core::v1::{PersistentVolumeClaim, Pod, PodStatus},
    apimachinery::pkg::apis::meta::v1::Time,
};
use kube::{ResourceExt, api::DeleteParams, runtime::reflector::ObjectRef};
use serde_json::json;

use super::{
    facts,
    guest::{self, Knowledge},
    launcher,
};
use crate::{
    controllers::{
        controller::{Controller, Next},
        informer::{Informer, references},
        objects::{self, Error, Objects},
        reconcile::{Shared, drive},
    },
    injection::DefectName,
};

type Instances = Objects<VirtualMachineInstance>;

/// Runs the controller until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = Controller::<VirtualMachineInstance>::on_change(&shared.context);
    let known = controller.informer().clone();
    let controller = controller
        .owns::<Pod>()
        .watches(move |claim: &PersistentVolumeClaim| waiting_for(&known, claim));
    drive(controller, shared, reconcile).await;
}

/// Pending instances that have a disk on the claim.
fn waiting_for(
    instances: &Informer<VirtualMachineInstance>,
    claim: &PersistentVolumeClaim,
) -> Vec<ObjectRef<VirtualMachineInstance>> {
    let name = claim.name_any();
    references(&instances.all_in(&claim.namespace().unwrap_or_default()), |instance| {
        matches!(phase(instance), "" | "Pending") && launcher::claims(instance).any(|(_, claim)| claim == name)
    })
}

fn phase(instance: &VirtualMachineInstance) -> &str {
    instance
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref())
        .unwrap_or_default()
}

async fn reconcile(instance: Arc<VirtualMachineInstance>, shared: Arc<Shared>) -> Result<Next, Error> {
    let namespace = instance.namespace().unwrap_or_default();
    let instances = shared.context.within::<VirtualMachineInstance>(&namespace);
    let pods = shared.context.within::<Pod>(&namespace);
    let claims = shared.context.within::<PersistentVolumeClaim>(&namespace);
    let pod = pods.get(&launcher::name(&instance)).await;
    if instance.metadata.deletion_timestamp.is_some() {
        return end(&instance, pod, &instances, &pods, &shared).await;
    }
    if matches!(phase(&instance), "Succeeded" | "Failed") {
        return Ok(Next::Change);
    }
    let Some(volumes) = volumes(&instance, &claims).await else {
        // A disk is missing. The event of its claim triggers the next reconcile.
        write(&instances, &instance, Stage::Pending).await?;
        return Ok(Next::Change);
    };
    let Some(pod) = pod else {
        if matches!(phase(&instance), "Scheduled" | "Running") {
            // The pod was deleted: the guest is lost.
            write(&instances, &instance, Stage::Ended(false)).await?;
            return Ok(Next::Change);
        }
        let injections = &shared.context.injections;
        let strays =
            instance.spec.node_selector.is_some() && injections.defect(DefectName::WrongNode, &instance.name_any());
        let pod = if strays {
            launcher::stray(&instance)
        } else {
            launcher::pod(&instance)
        };
        pods.create(&pod).await?;
        return Ok(Next::Change);
    };
    let (stage, rest) = stage(&instance, &pod, volumes, &shared);
    write(&instances, &instance, stage).await?;
    Ok(rest.map_or(Next::Change, Next::In))
}

/// Stages of an instance.
enum Stage {
    /// A claim of a disk does not exist yet.
    Pending,
    /// The launcher pod does not run yet.
    Scheduling(Box<Pod>),
    /// The launcher pod runs; the guest starts or runs.
    OnNode(Box<OnNode>),
    /// The instance is being stopped.
    Stopping,
    /// The instance has ended; `true`: successfully.
    Ended(bool),
}

struct OnNode {
    pod: Pod,
    volumes: Vec<VolumeStatus>,
    known: Knowledge,
}

/// Derives the stage from the pod and its running time. Also returns when to reconcile again.
fn stage(
    instance: &VirtualMachineInstance,
    pod: &Pod,
    volumes: Vec<VolumeStatus>,
    shared: &Shared,
) -> (Stage, Option<std::time::Duration>) {
    let status = pod.status.clone().unwrap_or_default();
    match status.phase.as_deref() {
        Some("Running") if pod.metadata.deletion_timestamp.is_none() => {}
        Some("Succeeded") => return (Stage::Ended(true), None),
        Some("Failed") => return (Stage::Ended(false), None),
        _ => return (Stage::Scheduling(Box::new(pod.clone())), None),
    }
    let uid = instance.uid().unwrap_or_default();
    let start = shared.remaining(format!("{uid}/start"), facts::DOMAIN_START);
    // Advance by one step per reconcile, however fast the clock: the event of the status write triggers the next one.
    let (known, rest) = match (phase(instance), start) {
        ("Scheduled" | "Running", None) => match shared.remaining(format!("{uid}/boot"), facts::BOOT) {
            None if phase(instance) == "Running" && !has_no_agent(instance, shared) => (Knowledge::Agent, None),
            rest => (Knowledge::Domain, rest),
        },
        (_, rest) => (Knowledge::Pod, rest),
    };
    let on_node = OnNode {
        pod: pod.clone(),
        volumes,
        known,
    };
    (Stage::OnNode(Box::new(on_node)), rest)
}

/// Whether a defect keeps the guest agent from reporting.
fn has_no_agent(instance: &VirtualMachineInstance, shared: &Shared) -> bool {
    let injections = &shared.context.injections;
    injections.defect(DefectName::SilentGuestAgent, &instance.name_any())
}

/// Volume status of the instance's disks; `None` while a claim does not exist.
async fn volumes(
    instance: &VirtualMachineInstance,
    claims: &Objects<PersistentVolumeClaim>,
) -> Option<Vec<VolumeStatus>> {
    let mut volumes = Vec::new();
    for (volume, name) in launcher::claims(instance) {
        let claim = claims.get(name).await?;
        let spec = claim.spec.clone().unwrap_or_default();
        let status = claim.status.clone().unwrap_or_default();
        volumes.push(VolumeStatus {
            name: volume.name.clone(),
            target: String::new(),
            persistent_volume_claim_info: Some(ClaimInfo {
                access_modes: spec.access_modes,
                capacity: status.capacity,
                claim_name: Some(name.into()),
                filesystem_overhead: Some("0".into()),
                requests: spec.resources.and_then(|resources| resources.requests),
                volume_mode: spec.volume_mode,
            }),
            ..VolumeStatus::default()
        });
    }
    Some(volumes)
}

/// Stops the pod of a deleted instance, then removes the finalizer.
async fn end(
    instance: &VirtualMachineInstance,
    pod: Option<Arc<Pod>>,
    instances: &Instances,
    pods: &Objects<Pod>,
    shared: &Shared,
) -> Result<Next, Error> {
    match pod {
        Some(pod) if !has_ended(&pod) => {
            write(instances, instance, Stage::Stopping).await?;
            if pod.metadata.deletion_timestamp.is_none() {
                pods.delete(&pod.name_any(), &DeleteParams::default()).await?;
            }
        }
        pod => {
            if let Some(pod) = pod.filter(|pod| pod.metadata.deletion_timestamp.is_none()) {
                pods.delete(&pod.name_any(), &DeleteParams::default()).await?;
            }
            if !matches!(phase(instance), "Succeeded" | "Failed") {
                write(instances, instance, Stage::Ended(true)).await?;
                return Ok(Next::Change);
            }
            shared.timers.forget(&instance.uid().unwrap_or_default());
            if let Some(rest) = objects::finalizers_without(instance, facts::FINALIZER) {
                instances.set_finalizers(instance, rest).await?;
            }
        }
    }
    Ok(Next::Change)
}

fn has_ended(pod: &Pod) -> bool {
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    matches!(phase, Some("Succeeded" | "Failed"))
}

/// Writes the status of the stage if it changed. VirtualMachineInstances have no status subresource: the status is
/// patched like any other field.
async fn write(instances: &Instances, instance: &VirtualMachineInstance, stage: Stage) -> Result<(), Error> {
    let old = instance.status.clone().unwrap_or_default();
    let status = status(instance, stage);
    if status == old {
        return Ok(());
    }
    let mut change = json!({"status": status});
    if let Some(node) = &status.node_name {
        change["metadata"] = json!({"labels": {"kubevirt.io/nodeName": node}});
    }
    instances.patch(&instance.name_any(), change).await.map(drop)
}

/// Status of an instance in this stage, based on the existing status.
fn status(instance: &VirtualMachineInstance, stage: Stage) -> VirtualMachineInstanceStatus {
    let mut status = instance.status.clone().unwrap_or_default();
    status.launcher_container_image_version = Some(facts::LAUNCHER_IMAGE.into());
    match stage {
        Stage::Pending => {
            reach(&mut status, "Pending");
            set_condition(&mut status, "Ready", false, Some(NOT_RUNNING));
        }
        Stage::Scheduling(pod) => {
            reach(&mut status, "Scheduling");
            status.active_pods = active_pods(&pod);
            status.qos_class = pod.status.and_then(|status| status.qos_class);
            set_condition(&mut status, "Ready", false, Some(NOT_RUNNING));
            let reason = ("AllDVsReady", "All of the VMI's DVs are bound and ready");
            set_condition(&mut status, "DataVolumesReady", true, Some(reason));
        }
        Stage::OnNode(on_node) => {
            let OnNode { pod, volumes, known } = *on_node;
            let pod_status: PodStatus = pod.status.clone().unwrap_or_default();
            status.active_pods = active_pods(&pod);
            status.node_name = pod.spec.as_ref().and_then(|spec| spec.node_name.clone());
            status.migration_transport = Some("Unix".into());
            status.volume_status = Some(volumes);
            let address = pod_status.pod_ip.unwrap_or_default();
            status.interfaces = Some(guest::interfaces(instance, &address, known));
            if known == Knowledge::Pod {
                reach(&mut status, "Scheduled");
                set_condition(&mut status, "Ready", false, Some(NOT_RUNNING));
            } else {
                reach(&mut status, "Running");
                set_condition(&mut status, "Ready", true, None);
                set_condition(&mut status, "LiveMigratable", true, None);
                set_condition(&mut status, "StorageLiveMigratable", true, None);
            }
            if known == Knowledge::Agent {
                set_condition(&mut status, "AgentConnected", true, None);
                status.guest_os_info = Some(guest::os_info(instance));
            }
        }
        Stage::Stopping => {
            let reason = ("PodTerminating", "virt-launcher pod is terminating");
            set_condition(&mut status, "Ready", false, Some(reason));
        }
        Stage::Ended(well) => {
            reach(&mut status, if well { "Succeeded" } else { "Failed" });
            set_condition(
                &mut status,
                "Ready",
                false,
                Some(("PodTerminating", "virt-launcher pod has ended")),
            );
        }
    }
    status
}

const NOT_RUNNING: (&str, &str) = ("GuestNotRunning", "Guest VM is not reported as running");

fn active_pods(pod: &Pod) -> Option<std::collections::BTreeMap<String, String>> {
    let node = pod
        .spec
        .as_ref()
        .and_then(|spec| spec.node_name.clone())
        .unwrap_or_default();
    Some([(pod.uid()?, node)].into())
}

fn reach(status: &mut VirtualMachineInstanceStatus, phase: &str) {
    if status.phase.as_deref() == Some(phase) {
        return;
    }
    status.phase = Some(phase.into());
    status
        .phase_transition_timestamps
        .get_or_insert_default()
        .push(PhaseTransition {
            phase: Some(phase.into()),
            phase_transition_timestamp: Some(Time(sim_clock::now())),
        });
}

fn set_condition(status: &mut VirtualMachineInstanceStatus, type_: &str, holds: bool, reason: Option<(&str, &str)>) {
    let holds = if holds { "True" } else { "False" };
    let (reason, message) = reason
        .map(|(reason, message)| (reason.to_owned(), message.to_owned()))
        .unzip();
    let conditions = status.conditions.get_or_insert_default();
    let is_there = |one: &Condition| one.type_ == type_ && one.status == holds && one.reason == reason;
    if conditions.iter().any(is_there) {
        return;
    }
    conditions.retain(|one| one.type_ != type_);
    let now = Some(Time(sim_clock::now()));
    let condition = Condition {
        type_: type_.into(),
        status: holds.into(),
        reason,
        message,
        last_probe_time: now.clone(),
        last_transition_time: now,
    };
    // KubeVirt lists Ready first.
    let place = if type_ == "Ready" { 0 } else { conditions.len() };
    conditions.insert(place, condition);
}
