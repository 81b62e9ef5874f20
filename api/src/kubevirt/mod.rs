//! Custom resources of KubeVirt: virtual machines, running instances, instancetypes and preferences.

mod condition;
mod domain;
mod export;
mod installation;
mod instancetype;
mod vm;
mod vmi;

pub use condition::Condition;
pub use domain::{
    Bootloader, ClaimSource, Cpu, CpuFeature, DataVolumeSource, Devices, Disk, DiskTarget, Domain, DomainResources,
    Efi, Firmware, Interface, InterfaceBinding, LunTarget, Machine, Memory, MultusNetwork, Network, Volume,
};
pub use export::{ExportSource, VirtualMachineExport, VirtualMachineExportSpec, VirtualMachineExportStatus};
pub use installation::{KubeVirt, KubeVirtSpec, KubeVirtStatus};
pub use instancetype::{
    InstancetypeCpu, InstancetypeMemory, VirtualMachineClusterInstancetype, VirtualMachineClusterInstancetypeSpec,
    VirtualMachineClusterPreference, VirtualMachineClusterPreferenceSpec, VirtualMachineInstancetype,
    VirtualMachineInstancetypeSpec, VirtualMachinePreference, VirtualMachinePreferenceSpec,
};
pub use vm::{
    Matcher, StartFailure, VirtualMachine, VirtualMachineSpec, VirtualMachineStatus, VirtualMachineTemplate,
    VolumeSnapshotStatus,
};
pub use vmi::{
    ClaimInfo, GuestOsInfo, InstanceInterface, MemoryStatus, PhaseTransition, VirtualMachineInstance,
    VirtualMachineInstanceSpec, VirtualMachineInstanceStatus, VolumeStatus,
};
