//! Phases of a VM's migration: `phase` in the status of a VM (`pkg/controller/plan/migrator/base/migrator.go`).

macro_rules! phases {
    ($($(#[$doc:meta])+ $constant:ident = $name:literal;)+) => {
        $($(#[$doc])+ pub const $constant: &str = $name;)+

        /// Every phase of cold, warm and conversion-only migrations from vSphere.
        pub const ALL: &[&str] = &[$($constant),+];
    };
}

phases! {
    /// First phase. It ends within one reconcile, so it is visible only for VMs that wait to start.
    STARTED = "Started";
    /// The hook before the migration runs.
    PRE_HOOK = "PreHook";
    /// Warm: requests the snapshot for the first copy.
    CREATE_INITIAL_SNAPSHOT = "CreateInitialSnapshot";
    /// Warm: waits for that snapshot.
    WAIT_FOR_INITIAL_SNAPSHOT = "WaitForInitialSnapshot";
    /// Warm: stores the change id of each disk of that snapshot.
    STORE_INITIAL_SNAPSHOT_DELTAS = "StoreInitialSnapshotDeltas";
    /// Warm: inspects the disks of the first snapshot.
    PREFLIGHT_INSPECTION = "PreflightInspection";
    /// Stores whether the source VM is powered on.
    STORE_POWER_STATE = "StorePowerState";
    /// Requests the shutdown of the source VM.
    POWER_OFF_SOURCE = "PowerOffSource";
    /// Waits for the shutdown.
    WAIT_FOR_POWER_OFF = "WaitForPowerOff";
    /// Creates the volumes.
    CREATE_DATA_VOLUMES = "CreateDataVolumes";
    /// Waits for the empty volumes that virt-v2v fills.
    ALLOCATE_DISKS = "AllocateDisks";
    /// Waits until CDI or a populator has copied the disks, or a snapshot of them.
    COPY_DISKS = "CopyDisks";
    /// Warm: waits for the next precopy or the cutover.
    COPYING_PAUSED = "CopyingPaused";
    /// Warm: requests the removal of the snapshot that has been copied.
    REMOVE_PREVIOUS_SNAPSHOT = "RemovePreviousSnapshot";
    /// Warm: waits for that removal.
    WAIT_FOR_PREVIOUS_SNAPSHOT_REMOVAL = "WaitForPreviousSnapshotRemoval";
    /// Warm: requests the next snapshot.
    CREATE_SNAPSHOT = "CreateSnapshot";
    /// Warm: waits for that snapshot.
    WAIT_FOR_SNAPSHOT = "WaitForSnapshot";
    /// Warm: stores its change ids.
    STORE_SNAPSHOT_DELTAS = "StoreSnapshotDeltas";
    /// Warm: adds the snapshot to the checkpoints of the DataVolumes.
    ADD_CHECKPOINT = "AddCheckpoint";
    /// Cutover: requests the removal of the last snapshot that was taken of the running VM.
    REMOVE_PENULTIMATE_SNAPSHOT = "RemovePenultimateSnapshot";
    /// Cutover: waits for that removal.
    WAIT_FOR_PENULTIMATE_SNAPSHOT_REMOVAL = "WaitForPenultimateSnapshotRemoval";
    /// Cutover: requests a snapshot of the VM that is powered off.
    CREATE_FINAL_SNAPSHOT = "CreateFinalSnapshot";
    /// Cutover: waits for that snapshot.
    WAIT_FOR_FINAL_SNAPSHOT = "WaitForFinalSnapshot";
    /// Cutover: adds that snapshot to the DataVolumes as their last checkpoint.
    ADD_FINAL_CHECKPOINT = "AddFinalCheckpoint";
    /// Cutover: waits until the last copy has been made.
    FINALIZE = "Finalize";
    /// Cutover: requests the removal of the last snapshot.
    REMOVE_FINAL_SNAPSHOT = "RemoveFinalSnapshot";
    /// Creates the Conversion and thereby its pod.
    CREATE_GUEST_CONVERSION_POD = "CreateGuestConversionPod";
    /// virt-v2v converts the guest.
    CONVERT_GUEST = "ConvertGuest";
    /// virt-v2v copies the disks.
    COPY_DISKS_VIRT_V2V = "CopyDisksVirtV2V";
    /// Creates the target VM.
    CREATE_VM = "CreateVM";
    /// Waits until a Windows guest has rebooted.
    WAIT_FOR_GUEST_REBOOTS = "WaitForGuestReboots";
    /// The hook after the migration runs.
    POST_HOOK = "PostHook";
    /// Warm: waits for the removal of the last snapshot.
    WAIT_FOR_FINAL_SNAPSHOT_REMOVAL = "WaitForFinalSnapshotRemoval";
    /// Last phase, also after failure or cancellation.
    COMPLETED = "Completed";
}
