//! Schedules the start of VMs: a limit per source host applies to concurrent copies of all plans of the provider
//! (`pkg/controller/plan/scheduler`).

use forklift_api::forklift::{Plan, VmStatus, condition_types};

use super::{cancel, execution::Execution, phases, pipeline::Timed};
use crate::controllers::forklift::{
    conditions::{ADVISORY, With, condition, delete, has, set},
    error::Result,
};

/// Starts VMs up to the limits of their hosts; returns the number of waiting VMs.
pub async fn start(execution: &Execution<'_>, vms: &mut [VmStatus]) -> Result<usize> {
    let scheduler = execution.adapter.scheduler();
    let limit = execution.shared.settings.max_vm_inflight();
    let others = of_other_plans(execution);
    let mut waiting = 0;
    for index in 0..vms.len() {
        let Some(vm) = vms.get(index) else { break };
        if vm.started.is_some() || vm.is_completed() || has(&vm.conditions, condition_types::CANCELED) {
            continue;
        }
        let host = scheduler.host(vm);
        let in_flight = vms
            .iter()
            .chain(&others)
            .filter(|vm| is_running(vm) && scheduler.host(vm) == host);
        let load: usize = in_flight.map(|vm| scheduler.cost(vm)).sum();
        let wanted = scheduler.cost(vm);
        let Some(vm) = vms.get_mut(index) else { break };
        // A VM whose cost exceeds the limit is migrated alone.
        if load + wanted <= limit || load == 0 {
            delete(&mut vm.conditions, &[condition_types::PENDING]);
            if cancel::is_requested(execution, vm) {
                cancel::record(vm, "UserRequested")
            } else {
                phases::start(execution, vm).await?
            }
        } else {
            waiting += 1;
            let message = format!("Waiting to start migration: in-flight limit reached (max {limit}).");
            set(
                &mut vm.conditions,
                condition(condition_types::PENDING, ADVISORY, message).durable(),
            );
        }
    }
    Ok(waiting)
}

/// VMs of other executing plans of the same provider.
fn of_other_plans(execution: &Execution<'_>) -> Vec<VmStatus> {
    let plans = execution.shared.context.informer::<Plan>().all();
    let others = plans.iter().filter(|plan| {
        let is_same = |plan: &Plan| plan.metadata.uid == execution.plan.metadata.uid;
        let source = &plan.spec.provider.source;
        !is_same(plan) && *source == execution.plan.spec.provider.source
    });
    let running = others
        .filter_map(|plan| plan.status.as_ref())
        .filter(|status| has(&status.conditions, condition_types::EXECUTING));
    running.flat_map(|status| status.vms().to_vec()).collect()
}

fn is_running(vm: &VmStatus) -> bool {
    vm.started.is_some() && !vm.is_completed()
}
