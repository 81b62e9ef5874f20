//! The VirtualMachine controller: creates and deletes the instance of a VM according to its run strategy.

use std::sync::Arc;

use forklift_api::kubevirt::{
    Condition, VirtualMachine, VirtualMachineInstance, VirtualMachineInstanceStatus, VirtualMachineStatus,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::{
    Api, ResourceExt,
    api::{ApiResource, DeleteParams, DynamicObject},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::facts;
use crate::controllers::{
    controller::{Controller, Next},
    objects::{self, Error, Objects},
    reconcile::{Shared, drive},
};

/// Runs the controller until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = Controller::<VirtualMachine>::on_change(&shared.context).owns::<VirtualMachineInstance>();
    drive(controller, shared, reconcile).await;
}

async fn reconcile(machine: Arc<VirtualMachine>, shared: Arc<Shared>) -> Result<Next, Error> {
    let namespace = machine.namespace().unwrap_or_default();
    let name = machine.name_any();
    let machines = shared.context.within::<VirtualMachine>(&namespace);
    let instances = shared.context.within::<VirtualMachineInstance>(&namespace);
    let instance = instances.get(&name).await;
    let instance = instance.filter(|one| objects::is_controlled_by(&**one, &machine.uid().unwrap_or_default()));
    if machine.metadata.deletion_timestamp.is_some() {
        return delete(&machine, instance, &machines, &instances).await;
    }
    if prepare(&machine, &machines).await? {
        // The event of the patch triggers the next reconcile.
        return Ok(Next::Change);
    }
    write_status(&machines, &machine, instance.as_deref()).await?;
    match (&instance, target_state(&machine)) {
        (None, TargetState::Running | TargetState::RunningUnlessSucceeded) => {
            let instance = new_instance(&machine, &shared).await?;
            instances.create(&instance).await?;
        }
        (Some(instance), target_state) if must_end(instance, target_state) => {
            instances.delete(&name, &DeleteParams::default()).await?;
        }
        _ => {}
    }
    Ok(Next::Change)
}

/// Deletes the instance, then removes the VM's finalizer. Owner garbage collection deletes the disks.
async fn delete(
    machine: &VirtualMachine,
    instance: Option<Arc<VirtualMachineInstance>>,
    machines: &Objects<VirtualMachine>,
    instances: &Objects<VirtualMachineInstance>,
) -> Result<Next, Error> {
    let Some(instance) = instance else {
        if let Some(rest) = objects::finalizers_without(machine, facts::FINALIZER) {
            machines.set_finalizers(machine, rest).await?;
        }
        return Ok(Next::Change);
    };
    write_status(machines, machine, Some(&instance)).await?;
    if instance.metadata.deletion_timestamp.is_none() {
        instances.delete(&instance.name_any(), &DeleteParams::default()).await?;
    }
    Ok(Next::Change)
}

/// Adds finalizer and firmware UUID to a new VM. Returns whether it patched the VM.
async fn prepare(machine: &VirtualMachine, machines: &Objects<VirtualMachine>) -> Result<bool, Error> {
    let mut change = json!({});
    if !machine.finalizers().iter().any(|one| one == facts::FINALIZER) {
        let mut finalizers = machine.finalizers().to_vec();
        finalizers.push(facts::FINALIZER.into());
        change["metadata"] = json!({"finalizers": finalizers, "resourceVersion": machine.resource_version()});
    }
    let template = machine.spec.template.spec.as_ref();
    let firmware = template.and_then(|spec| spec.domain.firmware.as_ref());
    if firmware.and_then(|firmware| firmware.uuid.as_ref()).is_none() {
        let uuid = Uuid::new_v5(&facts::FIRMWARE_UUIDS, machine.name_any().as_bytes());
        change["spec"] = json!({"template": {"spec": {"domain": {"firmware": {"uuid": uuid.to_string()}}}}});
    }
    if change == json!({}) {
        return Ok(false);
    }
    machines.patch(&machine.name_any(), change).await?;
    Ok(true)
}

/// Target state of a VM's run strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TargetState {
    Running,
    RunningUnlessSucceeded,
    Stopped,
    /// The user starts and stops the VM manually.
    Manual,
}

fn target_state(machine: &VirtualMachine) -> TargetState {
    match (machine.spec.run_strategy.as_deref(), machine.spec.running) {
        (Some("Always"), _) | (None, Some(true)) => TargetState::Running,
        (Some("RerunOnFailure" | "Once"), _) => TargetState::RunningUnlessSucceeded,
        (Some("Manual" | "WaitAsReceiver"), _) => TargetState::Manual,
        _ => TargetState::Stopped,
    }
}

/// Whether to delete the instance: the VM must not run, or the instance has ended and a new one is required.
fn must_end(instance: &VirtualMachineInstance, target_state: TargetState) -> bool {
    let phase = phase(instance);
    instance.metadata.deletion_timestamp.is_none()
        && match target_state {
            TargetState::Stopped => true,
            TargetState::Running => matches!(phase, "Succeeded" | "Failed"),
            TargetState::RunningUnlessSucceeded => phase == "Failed",
            TargetState::Manual => false,
        }
}

fn phase(instance: &VirtualMachineInstance) -> &str {
    instance
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref())
        .unwrap_or_default()
}

/// Builds the instance from the stored object of the VM, to keep fields that the lab's types do not declare.
async fn new_instance(machine: &VirtualMachine, shared: &Shared) -> Result<VirtualMachineInstance, Error> {
    let resource = ApiResource::erase::<VirtualMachine>(&());
    let namespace = machine.namespace().unwrap_or_default();
    let stored = Api::<DynamicObject>::namespaced_with(shared.context.client.clone(), &namespace, &resource);
    let stored = objects::get_stored(&stored, &machine.name_any()).await?;
    let template = &stored["spec"]["template"];
    let mut annotations = template["metadata"]["annotations"].clone();
    annotations["kubevirt.io/vm-generation"] = json!(machine.metadata.generation.unwrap_or(1).to_string());
    objects::from_json(json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachineInstance",
        "metadata": {
            "name": machine.name_any(),
            "namespace": namespace,
            "labels": template["metadata"]["labels"],
            "annotations": annotations,
            "finalizers": [facts::FINALIZER],
            "ownerReferences": objects::controlled_by(machine),
        },
        "spec": template["spec"],
    }))
}

/// Writes the VM's status from the state of its instance.
async fn write_status(
    machines: &Objects<VirtualMachine>,
    machine: &VirtualMachine,
    instance: Option<&VirtualMachineInstance>,
) -> Result<(), Error> {
    let old = machine.status.clone().unwrap_or_default();
    let instance_status = instance
        .and_then(|instance| instance.status.clone())
        .unwrap_or_default();
    let conditions = conditions(&old, instance, &instance_status);
    let is_ready = conditions
        .iter()
        .any(|one| one.type_ == "Ready" && one.status == "True");
    let status = VirtualMachineStatus {
        conditions: Some(conditions),
        created: instance.is_some().then_some(true),
        ready: is_ready.then_some(true),
        printable_status: Some(printable_status(machine, instance).into()),
        run_strategy: machine.spec.run_strategy.clone(),
        desired_generation: machine.metadata.generation,
        observed_generation: machine.metadata.generation,
        volume_snapshot_statuses: old.volume_snapshot_statuses.clone(),
        start_failure: old.start_failure.clone(),
    };
    if status == old {
        return Ok(());
    }
    let mut change = json!(status);
    for (field, is_absent) in [("created", status.created.is_none()), ("ready", status.ready.is_none())] {
        if is_absent {
            change[field] = Value::Null;
        }
    }
    machines.patch_status(&machine.name_any(), change).await.map(drop)
}

fn conditions(
    old: &VirtualMachineStatus,
    instance: Option<&VirtualMachineInstance>,
    status: &VirtualMachineInstanceStatus,
) -> Vec<Condition> {
    let mut conditions = status.conditions.clone().unwrap_or_default();
    if !conditions.iter().any(|one| one.type_ == "Ready") {
        let (reason, message) = match instance {
            None => ("VMINotExists", "VMI does not exist"),
            Some(_) => ("VMIConditionMissing", "VMI is missing the Ready condition"),
        };
        let before = old
            .conditions
            .iter()
            .flatten()
            .find(|one| one.reason.as_deref() == Some(reason));
        conditions.push(before.cloned().unwrap_or_else(|| Condition {
            type_: "Ready".into(),
            status: "False".into(),
            reason: Some(reason.into()),
            message: Some(message.into()),
            last_probe_time: Some(Time(sim_clock::now())),
            last_transition_time: Some(Time(sim_clock::now())),
        }));
    }
    conditions
}

/// The status that `kubectl get vm` prints.
fn printable_status(machine: &VirtualMachine, instance: Option<&VirtualMachineInstance>) -> &'static str {
    if machine.metadata.deletion_timestamp.is_some() {
        return "Terminating";
    }
    let shall_run = matches!(
        target_state(machine),
        TargetState::Running | TargetState::RunningUnlessSucceeded
    );
    match instance {
        None if shall_run => "Starting",
        None => "Stopped",
        Some(instance) if instance.metadata.deletion_timestamp.is_some() => "Stopping",
        Some(instance) => match phase(instance) {
            "Running" => "Running",
            "Succeeded" | "Failed" => "Stopped",
            _ => "Starting",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_firmware_uuid_is_the_one_of_kubevirt() {
        let uuid = Uuid::new_v5(&facts::FIRMWARE_UUIDS, b"rhel-cold");
        assert_eq!(uuid.to_string(), "fef75f52-cbd5-5383-ac04-2babb6586bac");
    }

    #[test]
    fn run_strategies_determine_the_target_state() {
        for (strategy, running, expected) in [
            (Some("Always"), None, TargetState::Running),
            (Some("Halted"), None, TargetState::Stopped),
            (Some("Manual"), None, TargetState::Manual),
            (Some("RerunOnFailure"), None, TargetState::RunningUnlessSucceeded),
            (None, Some(true), TargetState::Running),
            (None, Some(false), TargetState::Stopped),
            (None, None, TargetState::Stopped),
        ] {
            let mut machine = VirtualMachine::new("vm", Default::default());
            machine.spec.run_strategy = strategy.map(str::to_owned);
            machine.spec.running = running;
            assert_eq!(target_state(&machine), expected, "{strategy:?} {running:?}");
        }
    }
}
