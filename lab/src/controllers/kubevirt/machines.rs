//! The virtual machine controller: a VM has an instance as long as its run strategy wants it to run.

use std::sync::Arc;

use forklift_api::kubevirt::{
    Condition, VirtualMachine, VirtualMachineInstance, VirtualMachineInstanceStatus, VirtualMachineStatus,
};
use k8s_openapi::{apimachinery::pkg::apis::meta::v1::Time, jiff::Timestamp};
use kube::{
    Api, ResourceExt,
    api::{ApiResource, DeleteParams, DynamicObject},
    runtime::{controller::Action, watcher},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::facts;
use crate::controllers::{
    objects::{self, Error},
    reconcile::{Shared, controller_of, drive},
};

/// Runs the controller until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let instances = Api::<VirtualMachineInstance>::all(shared.client());
    let controller = controller_of::<VirtualMachine>(shared.client()).owns(instances, watcher::Config::default());
    drive(controller, &shared.context.clone(), shared, reconcile).await;
}

async fn reconcile(machine: Arc<VirtualMachine>, shared: Arc<Shared>) -> Result<Action, Error> {
    let namespace = machine.namespace().unwrap_or_default();
    let name = machine.name_any();
    let machines = Api::<VirtualMachine>::namespaced(shared.client(), &namespace);
    let instances = Api::<VirtualMachineInstance>::namespaced(shared.client(), &namespace);
    let instance = objects::get(&instances, &name).await?;
    let instance = instance.filter(|one| objects::is_controlled_by(one, &machine.uid().unwrap_or_default()));
    if machine.metadata.deletion_timestamp.is_some() {
        return delete(&machine, instance, &machines, &instances).await;
    }
    if prepare(&machine, &machines).await? {
        // The change comes back as an event.
        return Ok(Action::await_change());
    }
    write_status(&machines, &machine, instance.as_ref()).await?;
    match (&instance, wanted(&machine)) {
        (None, Wanted::Running | Wanted::RunningUnlessSucceeded) => {
            let instance = new_instance(&machine, &shared).await?;
            objects::create(&instances, &instance).await?;
        }
        (Some(instance), wanted) if is_to_end(instance, wanted) => {
            objects::delete(&instances, &name, &DeleteParams::default()).await?;
        }
        _ => {}
    }
    Ok(Action::await_change())
}

/// Takes down the instance first, then lets the VM go. Its disks follow by owner garbage collection.
async fn delete(
    machine: &VirtualMachine,
    instance: Option<VirtualMachineInstance>,
    machines: &Api<VirtualMachine>,
    instances: &Api<VirtualMachineInstance>,
) -> Result<Action, Error> {
    let Some(instance) = instance else {
        if let Some(rest) = objects::finalizers_without(machine, facts::FINALIZER) {
            objects::set_finalizers(machines, machine, rest).await?;
        }
        return Ok(Action::await_change());
    };
    write_status(machines, machine, Some(&instance)).await?;
    if instance.metadata.deletion_timestamp.is_none() {
        objects::delete(instances, &instance.name_any(), &DeleteParams::default()).await?;
    }
    Ok(Action::await_change())
}

/// Gives a new VM its finalizer and its firmware UUID. Returns whether anything was missing.
async fn prepare(machine: &VirtualMachine, machines: &Api<VirtualMachine>) -> Result<bool, Error> {
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
    objects::patch(machines, &machine.name_any(), change).await?;
    Ok(true)
}

/// What a VM's run strategy asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Running,
    RunningUnlessSucceeded,
    Stopped,
    /// Whatever it is: somebody starts and stops it by hand.
    AsIs,
}

fn wanted(machine: &VirtualMachine) -> Wanted {
    match (machine.spec.run_strategy.as_deref(), machine.spec.running) {
        (Some("Always"), _) | (None, Some(true)) => Wanted::Running,
        (Some("RerunOnFailure" | "Once"), _) => Wanted::RunningUnlessSucceeded,
        (Some("Manual" | "WaitAsReceiver"), _) => Wanted::AsIs,
        _ => Wanted::Stopped,
    }
}

/// Whether the instance has to go: it shall not run, or it has ended and another one shall run.
fn is_to_end(instance: &VirtualMachineInstance, wanted: Wanted) -> bool {
    let phase = phase(instance);
    instance.metadata.deletion_timestamp.is_none()
        && match wanted {
            Wanted::Stopped => true,
            Wanted::Running => matches!(phase, "Succeeded" | "Failed"),
            Wanted::RunningUnlessSucceeded => phase == "Failed",
            Wanted::AsIs => false,
        }
}

fn phase(instance: &VirtualMachineInstance) -> &str {
    instance
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref())
        .unwrap_or_default()
}

/// The instance of the VM. It is made from the object as it is stored: a VM may have fields that we have no name for.
async fn new_instance(machine: &VirtualMachine, shared: &Shared) -> Result<VirtualMachineInstance, Error> {
    let resource = ApiResource::erase::<VirtualMachine>(&());
    let namespace = machine.namespace().unwrap_or_default();
    let stored = Api::<DynamicObject>::namespaced_with(shared.client(), &namespace, &resource);
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

/// Shows on the VM how its instance gets on.
async fn write_status(
    machines: &Api<VirtualMachine>,
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
    objects::patch_status(machines, &machine.name_any(), change)
        .await
        .map(drop)
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
            last_probe_time: Some(Time(Timestamp::now())),
            last_transition_time: Some(Time(Timestamp::now())),
        }));
    }
    conditions
}

/// The word that people see.
fn printable_status(machine: &VirtualMachine, instance: Option<&VirtualMachineInstance>) -> &'static str {
    if machine.metadata.deletion_timestamp.is_some() {
        return "Terminating";
    }
    let shall_run = matches!(wanted(machine), Wanted::Running | Wanted::RunningUnlessSucceeded);
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
    fn the_firmware_uuid_is_kubevirts() {
        let uuid = Uuid::new_v5(&facts::FIRMWARE_UUIDS, b"rhel-cold");
        assert_eq!(uuid.to_string(), "fef75f52-cbd5-5383-ac04-2babb6586bac");
    }

    #[test]
    fn a_run_strategy_says_what_is_wanted() {
        for (strategy, running, expected) in [
            (Some("Always"), None, Wanted::Running),
            (Some("Halted"), None, Wanted::Stopped),
            (Some("Manual"), None, Wanted::AsIs),
            (Some("RerunOnFailure"), None, Wanted::RunningUnlessSucceeded),
            (None, Some(true), Wanted::Running),
            (None, Some(false), Wanted::Stopped),
            (None, None, Wanted::Stopped),
        ] {
            let mut machine = VirtualMachine::new("vm", Default::default());
            machine.spec.run_strategy = strategy.map(str::to_owned);
            machine.spec.running = running;
            assert_eq!(wanted(&machine), expected, "{strategy:?} {running:?}");
        }
    }
}
