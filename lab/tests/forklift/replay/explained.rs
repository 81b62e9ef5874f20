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
pub const EXPLAINED: &[Explained] = &[Explained {
    recording: "realfull-cold",
    topic: "shape of VirtualMachine",
    reason: "The lab's ESXi hosts have a time zone, which becomes the VM's clock; those of the recording had none.",
}];

/// Topics that depend on when a controller happens to look, in every recording.
pub const BY_CHANCE: &[(&str, &str)] = &[(
    "step DiskAllocation",
    "The step is Pending or Running as CDI is seen on the way; how it ends is compared with the pipeline.",
)];

/// What the lab does although no recording shows it, and the place in Forklift's source that it follows.
pub const UNRECORDED: &[(&str, &str)] = &[
    (
        "More VMs than may be in flight at a time wait with the condition `Pending`.",
        "`pkg/controller/plan/scheduler/vsphere/scheduler.go`",
    ),
    (
        "A failed plan is migrated again by a new Migration: VMs that succeeded are not touched.",
        "`pkg/controller/plan/migration.go`: `begin`",
    ),
];
