//! Injections for the simulated lab: faults, defects and holds.
//!
//! A *fault* causes a failure that a real environment would report (a conversion that fails, a rejected login). A
//! *defect* causes a wrong result that no component reports (a VM with too little memory). A *hold* keeps a step of a
//! migration from ending while the object exists. All are custom resources of the group `lab.mtv-bdd.io`, which real
//! clusters do not have; the suite and the tests create them through the Kubernetes API:
//!
//! ```yaml
//! apiVersion: lab.mtv-bdd.io/v1alpha1
//! kind: Defect
//! metadata: {name: wrong-memory}
//! spec: {name: wrong memory, vm: mtv-tests-rhel8}
//! ```
//!
//! To add an injection, add a variant with its description and text here, and query it in the lab where it has an
//! effect: `injections.fault(FaultName::..., vm)`, `.defect(...)` or `.hold(...)`. A hold with the name of a pipeline
//! step needs no query: the lab queries all steps in one place.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A failure that is reported.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "lab.mtv-bdd.io", version = "v1alpha1", kind = "Fault")]
#[serde(rename_all = "camelCase")]
pub struct FaultSpec {
    /// Name of the fault.
    pub name: FaultName,
    /// Restricts the injection to source VMs whose name contains this text; default: all VMs.
    pub vm: Option<String>,
}

/// A wrong result that is not reported.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "lab.mtv-bdd.io", version = "v1alpha1", kind = "Defect")]
#[serde(rename_all = "camelCase")]
pub struct DefectSpec {
    /// Name of the defect.
    pub name: DefectName,
    /// Restricts the injection to source VMs whose name contains this text; default: all VMs.
    pub vm: Option<String>,
}

/// Pauses a step of migrations while the object exists.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "lab.mtv-bdd.io", version = "v1alpha1", kind = "Hold")]
#[serde(rename_all = "camelCase")]
pub struct HoldSpec {
    /// Step to pause.
    pub name: HoldName,
    /// Restricts the injection to source VMs whose name contains this text; default: all VMs.
    pub vm: Option<String>,
}

/// Enums of injection names, with their text in `spec.name`.
macro_rules! names {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])+ $variant:ident = $words:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$meaning])+ #[serde(rename = $words)] $variant,)*
        }

        impl $name {
            /// All names, with their text.
            pub const ALL: &'static [(&'static str, Self)] = &[$(($words, Self::$variant),)*];
        }
    };
}

names! {
    /// Names of faults.
    FaultName {
        /// The virt-v2v pod fails in the middle of the copy.
        ConversionFailsWhileCopying = "conversion fails while copying",
        /// CDI's importer dies in the middle of a copy, again and again.
        ImportFails = "import fails",
        /// The VDDK image contains no VDDK, so that plans are rejected.
        VddkImageInvalid = "VDDK image is invalid",
    }
}

names! {
    /// Names of defects.
    DefectName {
        /// The migrated VM has half the memory of its source.
        WrongMemory = "wrong memory",
        /// The migrated VM lacks the last network interface of its source.
        LostNic = "lost NIC",
        /// The last disk of the migrated VM is smaller than on its source.
        ShrunkDisk = "shrunk disk",
        /// The migrated VM lacks one of the labels that the plan asks for.
        MissingLabel = "missing label",
        /// The migrated VM runs on a node that the plan does not allow.
        WrongNode = "wrong node",
        /// PersistentVolumeClaims do not have the names of the plan's template.
        WrongPvcName = "wrong PVC name",
        /// The migrated VM lacks the affinity that the plan asks for.
        LostAffinity = "lost affinity",
        /// The migrated VM has another name than its source.
        WrongVmName = "wrong VM name",
        /// The source VM is started again after the migration.
        SourceLeftRunning = "source left running",
        /// The migrated VM has one socket more than its source.
        WrongCpu = "wrong CPU",
        /// The volumes of the migrated VM do not have the storage class of the storage map.
        WrongStorageClass = "wrong storage class",
        /// The migrated VM lacks the last disk of its source.
        LostDisk = "lost disk",
        /// The migrated VM has the disks of its source in reverse order.
        SwappedDisks = "swapped disks",
        /// The migrated VM has another serial number than its source.
        WrongSerial = "wrong serial",
        /// The migrated VM boots with EFI if its source has BIOS, and with BIOS if its source has EFI.
        WrongFirmware = "wrong firmware",
        /// The snapshots of the source VM are removed after the migration.
        LostSnapshot = "lost snapshot",
        /// The notes of the source VM get one more line after the migration.
        ChangedSource = "changed source",
        /// The Secret with the credentials of a VM's migration is not deleted.
        ForgottenSecret = "forgotten secret",
        /// The guest agent of the migrated VM does not answer.
        SilentGuestAgent = "silent guest agent",
        /// The certificate of the scenario's provider is not verified, although it should be.
        UnverifiedCertificate = "unverified certificate",
        /// Volumes are not deleted with their VM or migration.
        LeakedVolumes = "leaked volumes",
        /// The source VM stays off after a migration that was cancelled.
        SourceLeftOff = "source left off",
        /// Snapshots that a warm migration took of the source VM are not removed.
        SnapshotStays = "snapshot stays",
        /// A hook is reported as succeeded but not run.
        HookSkipped = "hook skipped",
        /// Hooks are run only for the first VM of a plan, and reported as succeeded for the others.
        HookOfFirstVmOnly = "hook of the first VM only",
        /// A warm migration is cut over before the cutover time.
        CutoverAtOnce = "cutover at once",
        /// The source VM of a warm migration is powered off before the first copy.
        SourceOffTooEarly = "source off too early",
        /// Changes between the last precopy and the cutover of a warm migration are not copied.
        LastCopySkipped = "last copy skipped",
        /// Objects that MTV created for a plan are not deleted with the plan, or when it is archived.
        PlanNotCleanedUp = "plan not cleaned up",
    }
}

names! {
    /// Names of holds.
    HoldName {
        /// The first step of the pipeline.
        Initialize = "Initialize",
        /// The created volumes are not detected.
        DiskAllocation = "DiskAllocation",
        /// The preflight inspection of the first snapshot does not end.
        PreflightInspection = "PreflightInspection",
        /// The final copy after power-off does not end.
        Cutover = "Cutover",
        /// The guest conversion does not end.
        ImageConversion = "ImageConversion",
        /// The copy stops at half of the disks.
        DiskTransfer = "disk transfer",
        /// The target VM is not created.
        VirtualMachineCreation = "VirtualMachineCreation",
        /// The pre-migration hook is not run.
        PreHook = "PreHook",
        /// The post-migration hook is not run.
        PostHook = "PostHook",
        /// The guest reboot is not detected.
        WaitForGuestReboots = "WaitForGuestReboots",
    }
}
