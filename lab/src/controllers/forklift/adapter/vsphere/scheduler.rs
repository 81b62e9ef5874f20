//! Limits concurrent copies per ESXi host (`pkg/controller/plan/scheduler/vsphere/scheduler.go`).

use forklift_api::forklift::{Step, VmStatus, pipeline_steps};

use super::inventory::Vcenter;
use crate::controllers::forklift::{
    adapter::base::Scheduler,
    plan::{Phase, id},
};

/// Knows the hosts of VMs.
pub struct VsphereScheduler<'a> {
    inventory: &'a Vcenter,
}

impl<'a> VsphereScheduler<'a> {
    /// The scheduler of a vCenter.
    pub fn new(inventory: &'a Vcenter) -> Self {
        Self { inventory }
    }
}

impl Scheduler for VsphereScheduler<'_> {
    fn host(&self, vm: &VmStatus) -> String {
        let source = self.inventory.by_id(&id(&vm.vm));
        source.map(|source| source.host).unwrap_or_default()
    }

    /// virt-v2v copies disk after disk; CDI copies all of them side by side, and nothing is copied while a warm migration
    /// rests or when the disks are there.
    fn cost(&self, vm: &VmStatus) -> usize {
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
        let disks = self.inventory.by_id(&id(&vm.vm)).map_or(0, |source| source.disks.len());
        disks.saturating_sub(vm.step(pipeline_steps::DISK_TRANSFER).map_or(0, copied))
    }
}

fn copied(step: &Step) -> usize {
    let tasks = step.tasks.iter().flatten();
    tasks
        .filter(|task| task.phase.as_deref() == Some(pipeline_steps::COMPLETED))
        .count()
}
