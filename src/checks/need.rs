//! What checks look at besides the source VM before its migration, the target VM and the plan.

/// Something that is read only where a check needs it: each costs requests, and some cost time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The claims behind the disks of the target VM.
    Claims,
    /// The source VM as it is now.
    SourceNow,
    /// The source's Provider, its conditions and its Secret.
    TlsSetting,
    /// The target VM's instance and the nodes that it may run on.
    Placement,
    /// The guest agent of the target VM, which is awaited.
    GuestAgent,
    /// What MTV may have left behind, whose deletion is awaited.
    Leftovers,
}
