//! The checks of the vocabulary that come in a later version.

/// A check that is known by name only.
#[derive(Debug, Clone, Copy)]
pub(super) struct LaterCheck {
    /// Name, as sentences use it.
    pub name: &'static str,
    /// Properties that the check will compare.
    pub compares: &'static str,
    /// Cases that the check will not apply to.
    pub not_for: Option<&'static str>,
}

const fn check(name: &'static str, compares: &'static str) -> LaterCheck {
    LaterCheck {
        name,
        compares,
        not_for: None,
    }
}

impl LaterCheck {
    const fn not_for(mut self, not_for: &'static str) -> Self {
        self.not_for = Some(not_for);
        self
    }
}

/// All of them.
pub(super) const LATER: &[LaterCheck] = &[
    check("SSH", "one can log in to the guest of the target VM").not_for("VMs that are off"),
    check(
        "static IPs",
        "each static address is on the same network interface of the guest, with its netmask and gateway",
    )
    .not_for("VMs that are off or have no static address, and plans without `preserve static IPs`"),
    check("NIC names", "each network interface has the same name in the guest").not_for("guests other than Linux"),
    check(
        "NIC state",
        "network interfaces are connected or disconnected as on the source VM",
    )
    .not_for("VMs without the option `extra NIC`"),
    check("CPU features", "the target VM's CPU cannot run VMs itself")
        .not_for("plans that do not say no to `nested virtualization`"),
    check(
        "disk data",
        "what was written to the disks before the migration is there",
    )
    .not_for("VMs without a marker file"),
    check("copy-offload", "disks were copied by the storage array").not_for("plans without copy-offload"),
];
