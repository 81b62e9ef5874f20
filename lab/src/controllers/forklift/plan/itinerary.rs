//! The phases of a VM's migration in their order, and the pipeline step that each belongs to
//! (`pkg/controller/plan/migrator/base/migrator.go`).
//!
//! The simulation has two itineraries, both for VMs that migrate to the cluster that MTV runs on. Cold: virt-v2v copies
//! the disks, or CDI if the guest is not converted. Warm: CDI copies one snapshot after the other while the VM runs.

use forklift_api::forklift::{VmStatus, pipeline_steps};

use super::phase::Phase;

const COLD: &[Phase] = &[
    Phase::Started,
    Phase::PreHook,
    Phase::StorePowerState,
    Phase::PowerOffSource,
    Phase::WaitForPowerOff,
    Phase::CreateDataVolumes,
    Phase::CopyDisks,
    Phase::AllocateDisks,
    Phase::CreateGuestConversionPod,
    Phase::ConvertGuest,
    Phase::CopyDisksVirtV2V,
    Phase::CreateVm,
    Phase::WaitForGuestReboots,
    Phase::PostHook,
    Phase::Completed,
];

const WARM: &[Phase] = &[
    Phase::Started,
    Phase::PreHook,
    Phase::CreateInitialSnapshot,
    Phase::WaitForInitialSnapshot,
    Phase::StoreInitialSnapshotDeltas,
    Phase::PreflightInspection,
    Phase::CreateDataVolumes,
    Phase::CopyDisks,
    // The VM waits for its next precopy or for the cutover; a precopy continues with CopyDisks.
    Phase::CopyingPaused,
    Phase::RemovePreviousSnapshot,
    Phase::WaitForPreviousSnapshotRemoval,
    Phase::CreateSnapshot,
    Phase::WaitForSnapshot,
    Phase::StoreSnapshotDeltas,
    Phase::AddCheckpoint,
    Phase::StorePowerState,
    Phase::PowerOffSource,
    Phase::WaitForPowerOff,
    Phase::RemovePenultimateSnapshot,
    Phase::WaitForPenultimateSnapshotRemoval,
    Phase::CreateFinalSnapshot,
    Phase::WaitForFinalSnapshot,
    Phase::AddFinalCheckpoint,
    Phase::Finalize,
    Phase::RemoveFinalSnapshot,
    Phase::CreateGuestConversionPod,
    Phase::ConvertGuest,
    Phase::CreateVm,
    Phase::WaitForGuestReboots,
    Phase::PostHook,
    Phase::WaitForFinalSnapshotRemoval,
    Phase::Completed,
];

/// Sequence of phases of one VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Itinerary {
    is_warm: bool,
    inspects: bool,
}

impl Itinerary {
    /// The itinerary of this VM; only VMs of warm migrations have `warm`.
    pub fn for_vm(vm: &VmStatus) -> Self {
        Self {
            is_warm: vm.warm.is_some(),
            inspects: vm.step(pipeline_steps::PREFLIGHT_INSPECTION).is_some(),
        }
    }

    /// The next phase in a pipeline with these steps; skips phases of other steps.
    pub fn next(self, phase: Phase, has_step: impl Fn(&str) -> bool) -> Phase {
        let phases = if self.is_warm { WARM } else { COLD };
        let rest = phases.iter().copied().skip_while(|other| *other != phase).skip(1);
        let mut open = rest.filter(|phase| self.step(*phase).is_none_or(&has_step));
        open.next().unwrap_or(Phase::Completed)
    }

    /// The pipeline step that a phase belongs to; `Completed` belongs to none.
    pub fn step(self, phase: Phase) -> Option<&'static str> {
        Some(match phase {
            // The `Initialize` step of an inspected VM has already ended.
            Phase::CreateDataVolumes if self.inspects => pipeline_steps::DISK_TRANSFER,
            // A warm migration powers off its source only at the cutover.
            Phase::StorePowerState | Phase::PowerOffSource | Phase::WaitForPowerOff if self.is_warm => {
                pipeline_steps::CUTOVER
            }
            Phase::Started
            | Phase::CreateInitialSnapshot
            | Phase::WaitForInitialSnapshot
            | Phase::StoreInitialSnapshotDeltas
            | Phase::StorePowerState
            | Phase::PowerOffSource
            | Phase::WaitForPowerOff
            | Phase::CreateDataVolumes => pipeline_steps::INITIALIZE,
            Phase::PreHook => pipeline_steps::PRE_HOOK,
            Phase::PreflightInspection => pipeline_steps::PREFLIGHT_INSPECTION,
            Phase::CopyDisks
            | Phase::CopyingPaused
            | Phase::RemovePreviousSnapshot
            | Phase::WaitForPreviousSnapshotRemoval
            | Phase::CreateSnapshot
            | Phase::WaitForSnapshot
            | Phase::StoreSnapshotDeltas
            | Phase::AddCheckpoint => pipeline_steps::DISK_TRANSFER,
            Phase::AllocateDisks => pipeline_steps::DISK_ALLOCATION,
            Phase::RemovePenultimateSnapshot
            | Phase::WaitForPenultimateSnapshotRemoval
            | Phase::CreateFinalSnapshot
            | Phase::WaitForFinalSnapshot
            | Phase::AddFinalCheckpoint
            | Phase::Finalize
            | Phase::RemoveFinalSnapshot => pipeline_steps::CUTOVER,
            Phase::CreateGuestConversionPod | Phase::ConvertGuest => pipeline_steps::IMAGE_CONVERSION,
            Phase::CopyDisksVirtV2V => pipeline_steps::DISK_TRANSFER_V2V,
            Phase::CreateVm => pipeline_steps::VIRTUAL_MACHINE_CREATION,
            Phase::WaitForGuestReboots => pipeline_steps::WAIT_FOR_GUEST_REBOOTS,
            Phase::PostHook => pipeline_steps::POST_HOOK,
            Phase::WaitForFinalSnapshotRemoval => pipeline_steps::WAIT_FOR_FINAL_SNAPSHOT_CONSOLIDATION,
            Phase::Completed => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps in the order in which a VM passes them.
    fn steps(itinerary: Itinerary, lacks: &[&str]) -> Vec<&'static str> {
        let mut phase = Phase::Started;
        let mut steps = Vec::new();
        while let Some(step) = itinerary.step(phase) {
            if steps.last() != Some(&step) {
                steps.push(step);
            }
            assert_eq!(Phase::parse(phase.name()), Some(phase));
            phase = itinerary.next(phase, |step| !lacks.contains(&step));
        }
        assert_eq!(phase, Phase::Completed);
        assert_eq!(itinerary.next(phase, |_| true), Phase::Completed);
        steps
    }

    #[test]
    fn the_cold_itinerary_passes_the_steps_in_order() {
        let cold = Itinerary {
            is_warm: false,
            inspects: false,
        };
        let linux = [
            "Initialize",
            "DiskAllocation",
            "ImageConversion",
            "DiskTransferV2v",
            "VirtualMachineCreation",
        ];
        let cold_steps = |lacks: &[&str]| steps(cold, &[&["DiskTransfer"], lacks].concat());
        assert_eq!(cold_steps(&["WaitForGuestReboots", "PreHook", "PostHook"]), linux);
        let windows = [&linux[..], &["WaitForGuestReboots"]].concat();
        assert_eq!(cold_steps(&["PreHook", "PostHook"]), windows);
        let hooks = [&["Initialize", "PreHook"][..], &windows, &["PostHook"]].concat();
        assert_eq!(cold_steps(&[]), hooks);
        let unconverted = [
            "DiskAllocation",
            "ImageConversion",
            "DiskTransferV2v",
            "WaitForGuestReboots",
            "PreHook",
            "PostHook",
        ];
        assert_eq!(
            steps(cold, &unconverted),
            ["Initialize", "DiskTransfer", "VirtualMachineCreation"]
        );
    }

    #[test]
    fn the_warm_itinerary_inspects_copies_and_cuts_over() {
        let warm = |inspects| Itinerary {
            is_warm: true,
            inspects,
        };
        let rest = [
            "DiskTransfer",
            "Cutover",
            "ImageConversion",
            "VirtualMachineCreation",
            "WaitForFinalSnapshotConsolidation",
        ];
        let inspected = [&["Initialize", "PreflightInspection"], &rest[..]].concat();
        assert_eq!(
            steps(warm(true), &["WaitForGuestReboots", "PreHook", "PostHook"]),
            inspected
        );
        let lacks = ["WaitForGuestReboots", "PreflightInspection", "PreHook", "PostHook"];
        assert_eq!(steps(warm(false), &lacks), [&["Initialize"], &rest[..]].concat());
    }
}
