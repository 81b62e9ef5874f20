//! Why the lab's stories differ from the recorded ones, and what no recording tells.

/// A topic whose difference has a reason.
pub struct Explained {
    /// The recording.
    pub recording: &'static str,
    /// The topic.
    pub topic: &'static str,
    /// Why it cannot be, or need not be, the same.
    pub reason: &'static str,
}

/// All differences. One that does not exist any more fails the test.
pub const EXPLAINED: &[Explained] = &[
    Explained {
        recording: "realfull-cold",
        topic: "shape of VirtualMachine",
        reason: "The lab's ESXi hosts have a time zone, which becomes the VM's clock; those of the recording had none.",
    },
    Explained {
        recording: "realfull-hook",
        topic: "shape of VirtualMachine",
        reason: "As in realfull-cold: the time zone of the lab's ESXi hosts becomes the VM's clock.",
    },
    Explained {
        recording: "realfull-two-wffc",
        topic: "shape of VirtualMachine",
        reason: "As in realfull-cold: the time zone of the lab's ESXi hosts becomes the VM's clock.",
    },
    Explained {
        recording: "cold-multi",
        topic: "created PersistentVolumeClaim",
        reason: PLAYED_CDI,
    },
    Explained {
        recording: "cold-multi",
        topic: "shape of VirtualMachine",
        reason: "As in realfull-cold, the VM gets a clock; and the lab's VM boots with EFI, that of the recording with BIOS.",
    },
    Explained {
        recording: "cold-windows",
        topic: "created PersistentVolumeClaim",
        reason: PLAYED_CDI,
    },
    Explained {
        recording: "cold-windows",
        topic: "shape of VirtualMachine",
        reason: "As in realfull-cold: the time zone of the lab's ESXi hosts becomes the VM's clock.",
    },
    Explained {
        recording: "realfull-warm",
        topic: "shape of VirtualMachine",
        reason: "The lab's ESXi hosts have a time zone, which becomes the VM's clock; those of the recording had none.",
    },
    Explained {
        recording: "realfull-cancel",
        topic: "created PersistentVolumeClaim",
        reason: LATE_CLAIM,
    },
    Explained {
        recording: "realfull-cancel",
        topic: "deleted",
        reason: LATE_CLAIM,
    },
    Explained {
        recording: "realfull-cancel",
        topic: "pipeline at last",
        reason: "virt-v2v was played in this recording, and offered the converted VM before it had copied anything; so \
                 ImageConversion ended at 0 of 1.",
    },
    Explained {
        recording: "import-fail",
        topic: "created PersistentVolumeClaim",
        reason: "CDI was played in this recording, and gave claims a label that the real one does not give them.",
    },
    Explained {
        recording: "import-fail",
        topic: "pipeline at last",
        reason: PLAYED_IMPORTER,
    },
    Explained {
        recording: "import-fail",
        topic: "vm error",
        reason: PLAYED_IMPORTER,
    },
    Explained {
        recording: "realcdi-skipconv",
        topic: "shape of VirtualMachine",
        reason: "The lab's ESXi hosts have a time zone, which becomes the VM's clock; those of the recording had none.",
    },
    Explained {
        recording: "v2v-fail",
        topic: "created PersistentVolumeClaim",
        reason: PLAYED_CDI,
    },
    Explained {
        recording: "err-provider-wrong-password",
        topic: "Provider bad-pass",
        reason: VCSIM,
    },
    Explained {
        recording: "err-provider-wrong-password",
        topic: "events of Provider bad-pass",
        reason: VCSIM,
    },
    Explained {
        recording: "err-plan-refs",
        topic: "events of Plan bad-target-name",
        reason: "Forklift finds two things that are `NotValid` in one look; the first event is about the one that the other \
                 overwrites at once. The lab sets the condition once.",
    },
];

/// A difference that is there or not, by when a controller happens to look.
pub struct MayBeNeeded {
    /// The recording.
    pub recording: &'static str,
    /// The topics.
    pub topics: &'static [&'static str],
    /// Lines with one of these words are left out on both sides; the others must be the same.
    pub about: &'static [&'static str],
    /// Why they may be there or not.
    pub reason: &'static str,
}

/// All such differences.
pub const MAY_BE_NEEDED: &[MayBeNeeded] = &[MayBeNeeded {
    recording: "realfull-cancel",
    topics: &[
        "events",
        "messages of conditions",
        "migration conditions",
        "plan conditions",
    ],
    about: &[
        "GuestToolsIssue",
        "VMware Tools",
        "PlanNotReady",
        "does not have Ready condition",
        "Canceled (Advisory, - durable) + Ready",
    ],
    reason: BOOTING,
}];

const BOOTING: &str = "The source VM is started again and boots: until its VMware Tools run, the plan has GuestToolsIssue. In \
                       the recording's vCenter they run from the first moment. Until then plan and migration are not \
                       ready; then `Ready` comes back, behind `Canceled`.";

const PLAYED_IMPORTER: &str = "The importer was played in this recording: it failed with words of its own.";

const LATE_CLAIM: &str = "In the recording CDI made the claim anew in the moment when Forklift deleted first the claim and \
                          then its DataVolume, and the new one went at once; whether that happens is chance.";

const PLAYED_CDI: &str =
    "CDI was played in this recording, and gave claims a label that the real one does not give them.";

const VCSIM: &str = "The recording's vCenter refused the log-in in words of its own; the lab's has those of a real one, by \
                     which Forklift knows that the password is wrong.";

/// Topics that depend on when a controller happens to look, in every recording.
pub const BY_CHANCE: &[(&str, &str)] = &[
    ("step DiskAllocation", SEEN_ON_THE_WAY),
    ("step DiskTransfer", SEEN_ON_THE_WAY),
    ("step Cutover", SEEN_ON_THE_WAY),
];

const SEEN_ON_THE_WAY: &str =
    "The step is Pending or Running as CDI is seen on the way; how it ends is compared with the pipeline.";

/// What the lab does although no recording shows it, and the place in Forklift's source that it follows.
pub const UNRECORDED: &[(&str, &str)] = &[
    (
        "A hook whose pod takes longer than the deadline fails; a post-migration hook that fails leaves the target VM, and a new \
         Migration deletes it first.",
        "`pkg/controller/plan/hook.go`; `pkg/controller/plan/migration.go`: `cleanup`",
    ),
    (
        "A Job of a hook takes its ServiceAccount from the hook, else from the plan; one that does not exist in the plan's \
         namespace blocks the plan.",
        "`pkg/controller/plan/hook.go`; `pkg/controller/plan/validation.go`",
    ),
    (
        "More VMs than may be in flight at a time wait with the condition `Pending`.",
        "`pkg/controller/plan/scheduler/vsphere/scheduler.go`",
    ),
    (
        "A failed or cancelled plan is migrated again by a new Migration: VMs that succeeded are not touched, what the others \
         left is deleted first.",
        "`pkg/controller/plan/migration.go`: `begin`, `execute`",
    ),
    (
        "One VM of several is cancelled, the others go on, and the plan succeeds.",
        "`pkg/controller/plan/migration.go`: `execute`, `end`",
    ),
    (
        "A running Migration is deleted: its VMs are cancelled (`Modified`), the plan loses `Executing` and gets no \
         `Canceled`.",
        "`pkg/controller/plan/controller.go`: `execute`",
    ),
    (
        "A plan whose conversion or hook failed is archived: the target VM, DataVolumes and claims of the VM that failed go, \
         unless `deleteVmOnFailMigration` is false.",
        "`pkg/controller/plan/migration.go`: `Archive`, `cleanup`",
    ),
    (
        "A plan that is blocked for five minutes while it is executed fails, and nothing is cleaned up.",
        "`pkg/controller/plan/controller.go`",
    ),
];
