//! What goes wrong, or goes on for as long as somebody wants, in the simulated data centre because somebody asked for it.
//!
//! A *fault* makes something fail that a real data centre would report as failed (a conversion that dies, a refused
//! log-in). A *defect* makes something come out wrong without anybody reporting it (a VM with too little memory). A
//! *hold* keeps a step of a migration from ending while it exists. All are custom resources of the group
//! `lab.mtv-bdd.io`, which exists on no real cluster, so that suite and tests set them over the API like anything else:
//!
//! ```yaml
//! apiVersion: lab.mtv-bdd.io/v1alpha1
//! kind: Defect
//! metadata: {name: wrong-memory}
//! spec: {name: wrong memory, vm: mtv-tests-rhel8}
//! ```
//!
//! To add one takes two lines here, what it is and its name, and a question in the lab where it happens:
//! `injections.fault(FaultName::..., vm)`, `.defect(...)` or `.hold(...)`. A hold that is called like a step of the
//! pipeline needs no question: the lab asks for all steps in one place.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that fails and says so.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "lab.mtv-bdd.io", version = "v1alpha1", kind = "Fault")]
#[serde(rename_all = "camelCase")]
pub struct FaultSpec {
    /// Which fault.
    pub name: FaultName,
    /// Only for source VMs whose name contains this text; all VMs when absent.
    pub vm: Option<String>,
}

/// Something that comes out wrong without a word.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "lab.mtv-bdd.io", version = "v1alpha1", kind = "Defect")]
#[serde(rename_all = "camelCase")]
pub struct DefectSpec {
    /// Which defect.
    pub name: DefectName,
    /// Only for source VMs whose name contains this text; all VMs when absent.
    pub vm: Option<String>,
}

/// Something that does not end while this exists.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "lab.mtv-bdd.io", version = "v1alpha1", kind = "Hold")]
#[serde(rename_all = "camelCase")]
pub struct HoldSpec {
    /// What does not end.
    pub name: HoldName,
    /// Only for source VMs whose name contains this text; all VMs when absent.
    pub vm: Option<String>,
}

/// Names, each with the words that it is asked for with.
macro_rules! names {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])+ $variant:ident = $words:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$meaning])+ #[serde(rename = $words)] $variant,)*
        }

        impl $name {
            /// All of them, with their words.
            pub const ALL: &'static [(&'static str, Self)] = &[$(($words, Self::$variant),)*];
        }
    };
}

names! {
    /// The faults that the lab can be asked for.
    FaultName {
        /// The virt-v2v pod fails in the middle of the copy.
        ConversionFailsWhileCopying = "conversion fails while copying",
        /// CDI's importer dies in the middle of a copy, again and again.
        ImportFails = "import fails",
        /// The VDDK image has no VDDK in it, so that plans are refused.
        VddkImageInvalid = "VDDK image is invalid",
    }
}

names! {
    /// The defects that the lab can be asked for.
    DefectName {
        /// The migrated VM has half the memory of its source.
        WrongMemory = "wrong memory",
        /// The migrated VM lacks the last network interface of its source.
        LostNic = "lost NIC",
        /// The last disk of a VM arrives smaller than its source.
        ShrunkDisk = "shrunk disk",
        /// The migrated VM lacks one of the labels that the plan asks for.
        MissingLabel = "missing label",
        /// The migrated VM runs on a node that the plan does not allow.
        WrongNode = "wrong node",
        /// Claims have other names than the plan's template makes.
        WrongPvcName = "wrong PVC name",
        /// The migrated VM lacks the affinity that the plan asks for.
        LostAffinity = "lost affinity",
        /// The migrated VM has another name than its source.
        WrongVmName = "wrong VM name",
        /// The source VM is started again after the migration.
        SourceLeftRunning = "source left running",
        /// The migrated VM has one socket more than its source.
        WrongCpu = "wrong CPU",
        /// The volumes of a VM are on another storage class than the map says.
        WrongStorageClass = "wrong storage class",
        /// The migrated VM lacks the last disk of its source.
        LostDisk = "lost disk",
        /// The migrated VM has the disks of its source the other way round.
        SwappedDisks = "swapped disks",
        /// The migrated VM has another serial number than its source.
        WrongSerial = "wrong serial",
        /// The migrated VM boots with EFI where its source has BIOS, and the other way round.
        WrongFirmware = "wrong firmware",
        /// The snapshots of the source VM are removed after the migration.
        LostSnapshot = "lost snapshot",
        /// The notes of the source VM get one more line after the migration.
        ChangedSource = "changed source",
        /// The credentials that the migration of a VM needed stay behind.
        ForgottenSecret = "forgotten secret",
        /// The guest agent of the migrated VM does not answer.
        SilentGuestAgent = "silent guest agent",
        /// The certificate of the scenario's own provider is not verified, though MTV is told to.
        UnverifiedCertificate = "unverified certificate",
        /// Volumes stay when the VM or the migration that they are for goes.
        LeakedVolumes = "leaked volumes",
        /// The source VM stays off after a migration that was cancelled.
        SourceLeftOff = "source left off",
        /// Snapshots that a warm migration took of the source VM stay.
        SnapshotStays = "snapshot stays",
        /// A hook is told to have succeeded, though it was not run.
        HookSkipped = "hook skipped",
        /// Hooks are run for the first VM of a plan only, and told to have succeeded for the others.
        HookOfFirstVmOnly = "hook of the first VM only",
        /// A warm migration is cut over before its time.
        CutoverAtOnce = "cutover at once",
        /// The source VM of a warm migration is switched off before its first copy.
        SourceOffTooEarly = "source off too early",
        /// What a VM wrote between the last precopy and the cutover of its warm migration is not copied.
        LastCopySkipped = "last copy skipped",
        /// What MTV made for a plan stays when it is archived or deleted.
        PlanNotCleanedUp = "plan not cleaned up",
    }
}

names! {
    /// What the lab can be asked to hold.
    HoldName {
        /// The first step of the pipeline.
        Initialize = "Initialize",
        /// The volumes are made, but not seen to be.
        DiskAllocation = "DiskAllocation",
        /// The first snapshot is looked into.
        PreflightInspection = "PreflightInspection",
        /// The VM is off and copied for the last time.
        Cutover = "Cutover",
        /// virt-v2v converts.
        ImageConversion = "ImageConversion",
        /// Half of the disks is copied, and no more.
        DiskTransfer = "disk transfer",
        /// The target VM is not made.
        VirtualMachineCreation = "VirtualMachineCreation",
        /// The pre-migration hook is not run.
        PreHook = "PreHook",
        /// The post-migration hook is not run.
        PostHook = "PostHook",
        /// The guest is not seen to restart.
        WaitForGuestReboots = "WaitForGuestReboots",
    }
}
