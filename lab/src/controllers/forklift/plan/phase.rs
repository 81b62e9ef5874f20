//! The phases of a VM's migration (`pkg/controller/plan/migrator/base/migrator.go`).

macro_rules! phases {
    ($($(#[$doc:meta])* $phase:ident = $name:literal,)*) => {
        /// A phase of a VM's migration.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Phase {
            $($(#[$doc])* $phase,)*
        }

        impl Phase {
            /// As the status shows it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$phase => $name,)*
                }
            }

            /// From the status.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$phase),)*
                    _ => None,
                }
            }
        }
    };
}

phases! {
    /// Passes within the first reconcile: nobody ever sees it but on VMs that wait for their turn.
    Started = "Started",
    /// The pre-migration hook runs.
    PreHook = "PreHook",
    /// Warm: asks for the snapshot that the first copy is made from.
    CreateInitialSnapshot = "CreateInitialSnapshot",
    /// Until it exists.
    WaitForInitialSnapshot = "WaitForInitialSnapshot",
    /// Remembers the change id of each of its disks, from which the next copy goes on.
    StoreInitialSnapshotDeltas = "StoreInitialSnapshotDeltas",
    /// Looks into the disks of the first snapshot.
    PreflightInspection = "PreflightInspection",
    /// Remembers whether the source is to be started again.
    StorePowerState = "StorePowerState",
    /// Asks the source to shut down.
    PowerOffSource = "PowerOffSource",
    /// Until it is off.
    WaitForPowerOff = "WaitForPowerOff",
    /// Makes the volumes.
    CreateDataVolumes = "CreateDataVolumes",
    /// Until they exist.
    AllocateDisks = "AllocateDisks",
    /// Until CDI has copied the disks, or a snapshot of them.
    CopyDisks = "CopyDisks",
    /// Until the next precopy, or the cutover.
    CopyingPaused = "CopyingPaused",
    /// Asks for the removal of the snapshot that has been copied.
    RemovePreviousSnapshot = "RemovePreviousSnapshot",
    /// Until it is gone.
    WaitForPreviousSnapshotRemoval = "WaitForPreviousSnapshotRemoval",
    /// Asks for the next snapshot.
    CreateSnapshot = "CreateSnapshot",
    /// Until it exists.
    WaitForSnapshot = "WaitForSnapshot",
    /// Remembers its change ids.
    StoreSnapshotDeltas = "StoreSnapshotDeltas",
    /// Tells CDI to copy it.
    AddCheckpoint = "AddCheckpoint",
    /// After the cutover: asks for the removal of the last snapshot that was taken while the VM ran.
    RemovePenultimateSnapshot = "RemovePenultimateSnapshot",
    /// Until it is gone.
    WaitForPenultimateSnapshotRemoval = "WaitForPenultimateSnapshotRemoval",
    /// Asks for a snapshot of the VM that is off.
    CreateFinalSnapshot = "CreateFinalSnapshot",
    /// Until it exists.
    WaitForFinalSnapshot = "WaitForFinalSnapshot",
    /// Tells CDI to copy it, and that nothing follows.
    AddFinalCheckpoint = "AddFinalCheckpoint",
    /// Until that is done.
    Finalize = "Finalize",
    /// Asks for the removal of the last snapshot.
    RemoveFinalSnapshot = "RemoveFinalSnapshot",
    /// Makes the Conversion and thereby its pod.
    CreateGuestConversionPod = "CreateGuestConversionPod",
    /// virt-v2v converts.
    ConvertGuest = "ConvertGuest",
    /// virt-v2v copies.
    CopyDisksVirtV2V = "CopyDisksVirtV2V",
    /// Makes the VM.
    CreateVm = "CreateVM",
    /// Until a Windows guest has restarted; others pass it by.
    WaitForGuestReboots = "WaitForGuestReboots",
    /// The post-migration hook runs.
    PostHook = "PostHook",
    /// Warm: until the last snapshot is gone.
    WaitForFinalSnapshotRemoval = "WaitForFinalSnapshotRemoval",
    /// Over.
    Completed = "Completed",
}
