//! Phases of a VM's migration that the simulated Forklift passes through
//! (`pkg/controller/plan/migrator/base/migrator.go`).

use forklift_api::forklift::phases;

macro_rules! phase {
    ($($phase:ident = $constant:ident,)*) => {
        /// A phase of a VM's migration; the constant of the same name in `forklift_api` says what happens in it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Phase {
            $(
                #[doc = concat!("`phases::", stringify!($constant), "`")]
                $phase,
            )*
        }

        impl Phase {
            /// The phase as the status of a VM shows it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$phase => phases::$constant,)*
                }
            }

            /// The phase of this name; `None`: the simulation does not know the name.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $(phases::$constant => Some(Self::$phase),)*
                    _ => None,
                }
            }
        }
    };
}

phase! {
    Started = STARTED,
    PreHook = PRE_HOOK,
    CreateInitialSnapshot = CREATE_INITIAL_SNAPSHOT,
    WaitForInitialSnapshot = WAIT_FOR_INITIAL_SNAPSHOT,
    StoreInitialSnapshotDeltas = STORE_INITIAL_SNAPSHOT_DELTAS,
    PreflightInspection = PREFLIGHT_INSPECTION,
    StorePowerState = STORE_POWER_STATE,
    PowerOffSource = POWER_OFF_SOURCE,
    WaitForPowerOff = WAIT_FOR_POWER_OFF,
    CreateDataVolumes = CREATE_DATA_VOLUMES,
    AllocateDisks = ALLOCATE_DISKS,
    CopyDisks = COPY_DISKS,
    CopyingPaused = COPYING_PAUSED,
    RemovePreviousSnapshot = REMOVE_PREVIOUS_SNAPSHOT,
    WaitForPreviousSnapshotRemoval = WAIT_FOR_PREVIOUS_SNAPSHOT_REMOVAL,
    CreateSnapshot = CREATE_SNAPSHOT,
    WaitForSnapshot = WAIT_FOR_SNAPSHOT,
    StoreSnapshotDeltas = STORE_SNAPSHOT_DELTAS,
    AddCheckpoint = ADD_CHECKPOINT,
    RemovePenultimateSnapshot = REMOVE_PENULTIMATE_SNAPSHOT,
    WaitForPenultimateSnapshotRemoval = WAIT_FOR_PENULTIMATE_SNAPSHOT_REMOVAL,
    CreateFinalSnapshot = CREATE_FINAL_SNAPSHOT,
    WaitForFinalSnapshot = WAIT_FOR_FINAL_SNAPSHOT,
    AddFinalCheckpoint = ADD_FINAL_CHECKPOINT,
    Finalize = FINALIZE,
    RemoveFinalSnapshot = REMOVE_FINAL_SNAPSHOT,
    CreateGuestConversionPod = CREATE_GUEST_CONVERSION_POD,
    ConvertGuest = CONVERT_GUEST,
    CopyDisksVirtV2V = COPY_DISKS_VIRT_V2V,
    CreateVm = CREATE_VM,
    WaitForGuestReboots = WAIT_FOR_GUEST_REBOOTS,
    PostHook = POST_HOOK,
    WaitForFinalSnapshotRemoval = WAIT_FOR_FINAL_SNAPSHOT_REMOVAL,
    Completed = COMPLETED,
}
