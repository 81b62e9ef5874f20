//! Which VMs may start: an ESXi host bears so many copies at a time, those of all plans of its provider together
//! (`pkg/controller/plan/scheduler/vsphere/scheduler.go`).

use forklift_api::forklift::{Plan, Step, VmStatus};

use super::{
    cancel,
    execution::{Execution, id},
    phase::Phase,
    phases,
    pipeline::Timed,
};
use crate::controllers::forklift::{
    conditions::{ADVISORY, With, condition, delete, has, set},
    error::Result,
    inventory::vsphere::Inventory,
};

/// Starts as many VMs as their hosts may migrate side by side; returns how many wait.
pub async fn start(execution: &Execution<'_>, vms: &mut [VmStatus]) -> Result<usize> {
    let inventory = &execution.inventory;
    let limit = execution.shared.settings.max_vm_inflight();
    let others = of_other_plans(execution);
    let mut waiting = 0;
    for index in 0..vms.len() {
        let Some(vm) = vms.get(index) else { break };
        if vm.started.is_some() || vm.is_completed() || has(&vm.conditions, "Canceled") {
            continue;
        }
        let host = host_of(inventory, vm);
        let in_flight = vms
            .iter()
            .chain(&others)
            .filter(|vm| is_running(vm) && host_of(inventory, vm) == host);
        let load: usize = in_flight.map(|vm| cost(inventory, vm)).sum();
        let wanted = cost(inventory, vm);
        let Some(vm) = vms.get_mut(index) else { break };
        // A VM that is more than a host may bear has it to itself.
        if load + wanted <= limit || load == 0 {
            delete(&mut vm.conditions, &["Pending"]);
            match cancel::is_asked_for(execution, vm) {
                true => cancel::record(vm, "UserRequested"),
                false => phases::start(execution, vm).await?,
            }
        } else {
            waiting += 1;
            let message = format!("Waiting to start migration: in-flight limit reached (max {limit}).");
            set(&mut vm.conditions, condition("Pending", ADVISORY, message).durable());
        }
    }
    Ok(waiting)
}

/// The VMs of other plans that run from the same provider.
fn of_other_plans(execution: &Execution<'_>) -> Vec<VmStatus> {
    let plans = execution.shared.cache.plans.state();
    let others = plans.iter().filter(|plan| {
        let is_same = |plan: &Plan| plan.metadata.uid == execution.plan.metadata.uid;
        let source = &plan.spec.provider.source;
        !is_same(plan) && *source == execution.plan.spec.provider.source
    });
    let running = others
        .filter_map(|plan| plan.status.as_ref())
        .filter(|status| has(&status.conditions, "Executing"));
    running.flat_map(|status| status.vms().to_vec()).collect()
}

fn host_of(inventory: &Inventory, vm: &VmStatus) -> String {
    inventory.vm(&id(&vm.vm)).map(|source| source.host).unwrap_or_default()
}

fn is_running(vm: &VmStatus) -> bool {
    vm.started.is_some() && !vm.is_completed()
}

/// How much of its host a VM takes. virt-v2v copies disk after disk; CDI copies all of them side by side, and nothing is
/// copied while a warm migration rests or when the disks are there.
fn cost(inventory: &Inventory, vm: &VmStatus) -> usize {
    let phase = Phase::parse(&vm.phase);
    if matches!(phase, Some(Phase::CreateVm | Phase::PostHook | Phase::Completed)) {
        return 0;
    }
    if vm.warm.is_none() {
        return usize::from(phase != Some(Phase::WaitForGuestReboots));
    }
    if matches!(
        phase,
        Some(Phase::CopyingPaused | Phase::ConvertGuest | Phase::CreateGuestConversionPod)
    ) {
        return 0;
    }
    let disks = inventory.vm(&id(&vm.vm)).map_or(0, |source| source.disks.len());
    disks.saturating_sub(vm.step("DiskTransfer").map_or(0, copied))
}

fn copied(step: &Step) -> usize {
    let tasks = step.tasks.iter().flatten();
    tasks.filter(|task| task.phase.as_deref() == Some("Completed")).count()
}
