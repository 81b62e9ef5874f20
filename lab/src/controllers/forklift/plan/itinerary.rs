//! The phases of a VM's migration in their order, and the pipeline step that each belongs to
//! (`pkg/controller/plan/migrator/base/migrator.go`).
//!
//! Simulated is the cold itinerary of a vSphere VM whose disks virt-v2v transfers to the cluster that MTV runs on.

/// A phase of a VM's migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Passes within the first reconcile: nobody ever sees it but on VMs that wait for their turn.
    Started,
    /// Remembers whether the source is to be started again.
    StorePowerState,
    /// Asks the source to shut down.
    PowerOffSource,
    /// Until it is off.
    WaitForPowerOff,
    /// Makes the volumes.
    CreateDataVolumes,
    /// Until they exist.
    AllocateDisks,
    /// Makes the Conversion and thereby its pod.
    CreateGuestConversionPod,
    /// virt-v2v converts.
    ConvertGuest,
    /// virt-v2v copies.
    CopyDisksVirtV2V,
    /// Makes the VM.
    CreateVm,
    /// Until a Windows guest has restarted; others pass it by.
    WaitForGuestReboots,
    /// Over.
    Completed,
}

const COLD: &[Phase] = &[
    Phase::Started,
    Phase::StorePowerState,
    Phase::PowerOffSource,
    Phase::WaitForPowerOff,
    Phase::CreateDataVolumes,
    Phase::AllocateDisks,
    Phase::CreateGuestConversionPod,
    Phase::ConvertGuest,
    Phase::CopyDisksVirtV2V,
    Phase::CreateVm,
    Phase::WaitForGuestReboots,
    Phase::Completed,
];

impl Phase {
    /// As the status shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "Started",
            Self::StorePowerState => "StorePowerState",
            Self::PowerOffSource => "PowerOffSource",
            Self::WaitForPowerOff => "WaitForPowerOff",
            Self::CreateDataVolumes => "CreateDataVolumes",
            Self::AllocateDisks => "AllocateDisks",
            Self::CreateGuestConversionPod => "CreateGuestConversionPod",
            Self::ConvertGuest => "ConvertGuest",
            Self::CopyDisksVirtV2V => "CopyDisksVirtV2V",
            Self::CreateVm => "CreateVM",
            Self::WaitForGuestReboots => "WaitForGuestReboots",
            Self::Completed => "Completed",
        }
    }

    /// From the status.
    pub fn parse(name: &str) -> Option<Self> {
        COLD.iter().copied().find(|phase| phase.name() == name)
    }

    /// The phase that follows in a pipeline that has these steps.
    pub fn next(self, has_step: impl Fn(&str) -> bool) -> Self {
        let rest = COLD.iter().copied().skip_while(|phase| *phase != self).skip(1);
        let mut open = rest.filter(|phase| phase.step().is_none_or(&has_step));
        open.next().unwrap_or(Self::Completed)
    }

    /// The pipeline step that it belongs to; `Completed` belongs to none.
    pub fn step(self) -> Option<&'static str> {
        Some(match self {
            Self::Started
            | Self::StorePowerState
            | Self::PowerOffSource
            | Self::WaitForPowerOff
            | Self::CreateDataVolumes => "Initialize",
            Self::AllocateDisks => "DiskAllocation",
            Self::CreateGuestConversionPod | Self::ConvertGuest => "ImageConversion",
            Self::CopyDisksVirtV2V => "DiskTransferV2v",
            Self::CreateVm => "VirtualMachineCreation",
            Self::WaitForGuestReboots => "WaitForGuestReboots",
            Self::Completed => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(has_step: fn(&str) -> bool) -> Vec<&'static str> {
        let mut phase = Phase::Started;
        let mut steps = Vec::new();
        while let Some(step) = phase.step() {
            if steps.last() != Some(&step) {
                steps.push(step);
            }
            assert_eq!(Phase::parse(phase.name()), Some(phase));
            phase = phase.next(has_step);
        }
        assert_eq!(phase, Phase::Completed);
        assert_eq!(phase.next(has_step), Phase::Completed);
        steps
    }

    #[test]
    fn the_cold_itinerary_passes_the_steps_in_order() {
        let linux = [
            "Initialize",
            "DiskAllocation",
            "ImageConversion",
            "DiskTransferV2v",
            "VirtualMachineCreation",
        ];
        assert_eq!(steps(|step| step != "WaitForGuestReboots"), linux);
        assert_eq!(steps(|_| true), [&linux[..], &["WaitForGuestReboots"]].concat());
    }
}
