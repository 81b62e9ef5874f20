//! Phases of a VM's migration: `phase` in the status of a VM (`pkg/controller/plan/migrator/base/migrator.go`).

/// The first one. It passes within a reconcile: only VMs that wait for their turn show it.
pub const STARTED: &str = "Started";
/// The hook before the migration runs.
pub const PRE_HOOK: &str = "PreHook";
/// Warm: requests the snapshot for the first copy.
pub const CREATE_INITIAL_SNAPSHOT: &str = "CreateInitialSnapshot";
/// Warm: waits for that snapshot.
pub const WAIT_FOR_INITIAL_SNAPSHOT: &str = "WaitForInitialSnapshot";
/// Warm: stores the change id of each disk of that snapshot.
pub const STORE_INITIAL_SNAPSHOT_DELTAS: &str = "StoreInitialSnapshotDeltas";
/// Warm: inspects the disks of the first snapshot.
pub const PREFLIGHT_INSPECTION: &str = "PreflightInspection";
/// Stores whether the source VM is powered on.
pub const STORE_POWER_STATE: &str = "StorePowerState";
/// Requests the shutdown of the source VM.
pub const POWER_OFF_SOURCE: &str = "PowerOffSource";
/// Waits for the shutdown.
pub const WAIT_FOR_POWER_OFF: &str = "WaitForPowerOff";
/// Creates the volumes.
pub const CREATE_DATA_VOLUMES: &str = "CreateDataVolumes";
/// Waits for the empty volumes that virt-v2v fills.
pub const ALLOCATE_DISKS: &str = "AllocateDisks";
/// Waits until CDI or a populator has copied the disks, or a snapshot of them.
pub const COPY_DISKS: &str = "CopyDisks";
/// Warm: waits for the next precopy or the cutover.
pub const COPYING_PAUSED: &str = "CopyingPaused";
/// Warm: requests the removal of the snapshot that has been copied.
pub const REMOVE_PREVIOUS_SNAPSHOT: &str = "RemovePreviousSnapshot";
/// Warm: waits for that removal.
pub const WAIT_FOR_PREVIOUS_SNAPSHOT_REMOVAL: &str = "WaitForPreviousSnapshotRemoval";
/// Warm: requests the next snapshot.
pub const CREATE_SNAPSHOT: &str = "CreateSnapshot";
/// Warm: waits for that snapshot.
pub const WAIT_FOR_SNAPSHOT: &str = "WaitForSnapshot";
/// Warm: stores its change ids.
pub const STORE_SNAPSHOT_DELTAS: &str = "StoreSnapshotDeltas";
/// Warm: adds the snapshot to the checkpoints of the DataVolumes.
pub const ADD_CHECKPOINT: &str = "AddCheckpoint";
/// Cutover: requests the removal of the last snapshot that was taken of the running VM.
pub const REMOVE_PENULTIMATE_SNAPSHOT: &str = "RemovePenultimateSnapshot";
/// Cutover: waits for that removal.
pub const WAIT_FOR_PENULTIMATE_SNAPSHOT_REMOVAL: &str = "WaitForPenultimateSnapshotRemoval";
/// Cutover: requests a snapshot of the VM that is powered off.
pub const CREATE_FINAL_SNAPSHOT: &str = "CreateFinalSnapshot";
/// Cutover: waits for that snapshot.
pub const WAIT_FOR_FINAL_SNAPSHOT: &str = "WaitForFinalSnapshot";
/// Cutover: adds that snapshot to the DataVolumes as their last checkpoint.
pub const ADD_FINAL_CHECKPOINT: &str = "AddFinalCheckpoint";
/// Cutover: waits until the last copy has been made.
pub const FINALIZE: &str = "Finalize";
/// Cutover: requests the removal of the last snapshot.
pub const REMOVE_FINAL_SNAPSHOT: &str = "RemoveFinalSnapshot";
/// Creates the Conversion and thereby its pod.
pub const CREATE_GUEST_CONVERSION_POD: &str = "CreateGuestConversionPod";
/// virt-v2v converts the guest.
pub const CONVERT_GUEST: &str = "ConvertGuest";
/// virt-v2v copies the disks.
pub const COPY_DISKS_VIRT_V2V: &str = "CopyDisksVirtV2V";
/// Creates the target VM.
pub const CREATE_VM: &str = "CreateVM";
/// Waits until a Windows guest has rebooted.
pub const WAIT_FOR_GUEST_REBOOTS: &str = "WaitForGuestReboots";
/// The hook after the migration runs.
pub const POST_HOOK: &str = "PostHook";
/// Warm: waits until the last snapshot is gone.
pub const WAIT_FOR_FINAL_SNAPSHOT_REMOVAL: &str = "WaitForFinalSnapshotRemoval";
/// The last one, also of a VM that failed or was cancelled.
pub const COMPLETED: &str = "Completed";
