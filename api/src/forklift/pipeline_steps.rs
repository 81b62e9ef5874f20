//! Names and phases of the steps of a VM's pipeline (`pkg/controller/plan/migrator/base/migrator.go`,
//! `pkg/controller/plan/migrator/ocp`).

macro_rules! pipeline_steps {
    ($($(#[$doc:meta])+ $constant:ident = $name:literal;)+) => {
        $($(#[$doc])+ pub const $constant: &str = $name;)+

        /// All pipeline steps except those of Amazon EC2.
        pub const ALL: &[&str] = &[$($constant),+];
    };
}

pipeline_steps! {
    /// Prepares the VM; a cold migration powers it off here.
    INITIALIZE = "Initialize";
    /// Runs the hook before the migration.
    PRE_HOOK = "PreHook";
    /// Inspects the disks of the first snapshot of a warm migration.
    PREFLIGHT_INSPECTION = "PreflightInspection";
    /// CDI or a populator copies the disks.
    DISK_TRANSFER = "DiskTransfer";
    /// Creates empty volumes, which virt-v2v fills in `DiskTransferV2v`.
    DISK_ALLOCATION = "DiskAllocation";
    /// virt-v2v converts the guest.
    IMAGE_CONVERSION = "ImageConversion";
    /// virt-v2v copies the disks.
    DISK_TRANSFER_V2V = "DiskTransferV2v";
    /// Converts the disks of an OpenStack VM; it stays `Pending`.
    CONVERT_OPENSTACK_SNAPSHOT = "ConvertOpenstackSnapshot";
    /// A warm migration powers the VM off and copies the last changes; the step has no phase before its start.
    CUTOVER = "Cutover";
    /// Creates the target VM.
    VIRTUAL_MACHINE_CREATION = "VirtualMachineCreation";
    /// Waits until a Windows guest has rebooted.
    WAIT_FOR_GUEST_REBOOTS = "WaitForGuestReboots";
    /// Runs the hook after the migration.
    POST_HOOK = "PostHook";
    /// Waits for the removal of the last snapshot of a warm migration.
    WAIT_FOR_FINAL_SNAPSHOT_CONSOLIDATION = "WaitForFinalSnapshotConsolidation";
    /// Live migration: creates what the target VM refers to.
    PREPARE_TARGET = "PrepareTarget";
    /// Live migration: copies memory and disks of the running VM.
    SYNCHRONIZATION = "Synchronization";
}

/// Phase of a step or task that has not started.
pub const PENDING: &str = "Pending";
/// Phase of a step or task that has started; it is kept after failure and cancellation.
pub const RUNNING: &str = "Running";
/// Phase of a step or task that succeeded.
pub const COMPLETED: &str = "Completed";

/// Whether the step copies disks. A pipeline has at most one of the two disk transfer steps.
pub fn is_disk_transfer(name: &str) -> bool {
    matches!(name, DISK_TRANSFER | DISK_TRANSFER_V2V)
}
