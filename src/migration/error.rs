//! Why a migration could not be prepared, started or followed.

use thiserror::Error;

use super::{RemainingSnapshots, RemainingVolumes, UnexpectedPower, UnexpectedTargetVms, setup::maps};
use crate::{
    cleanup::Stuck,
    cluster::{lease, tracked, wait},
    inventory, journal, session, source,
};

/// A failure on the way from intention to the end of a migration.
#[derive(Debug, Error)]
pub enum Error {
    /// The plan sentence comes before any VM.
    #[error("the plan has no VMs; name them before the plan, with `a clone of the VM \"...\"` for instance")]
    NoVms,
    /// The plan sentence comes before the maps.
    #[error("it is not said how {what}; add `storage and networks are mapped from the inventory` before the plan")]
    NotMapped {
        /// `networks are mapped`, or `storage is mapped`.
        what: &'static str,
    },
    /// The plan names the reserved node, but the scenario has not reserved one.
    #[error(
        "the plan option \"{option}\" says `reserved`, but no node is; add `a worker node reserved for this scenario` before the plan"
    )]
    NotReserved {
        /// The option.
        option: &'static str,
    },
    /// No node can be reserved.
    #[error(
        "no worker node can be reserved: of {seen} nodes that can run VMs none is ready, open to pods and without taints; make one so"
    )]
    NoWorker {
        /// Number of nodes or VMs.
        seen: usize,
    },
    /// The source platform failed.
    #[error(transparent)]
    Source(#[from] source::Error),
    /// The inventory failed.
    #[error(transparent)]
    Inventory(#[from] inventory::Error),
    /// No map can be made.
    #[error(transparent)]
    Maps(#[from] maps::Error),
    /// The session could not provide what is shared.
    #[error(transparent)]
    Session(Box<session::Error>),
    /// An object could not be created.
    #[error(transparent)]
    Create(#[from] tracked::Error),
    /// A setting of MTV could not be changed.
    #[error(transparent)]
    Setting(#[from] lease::Error),
    /// A wait failed.
    #[error(transparent)]
    Wait(Box<wait::Error>),
    /// The journal does not take the intention, so nothing was done.
    #[error("could not announce {what} in the journal, so it was not created")]
    Journal {
        /// The object that was not created.
        what: String,
        /// Cause.
        #[source]
        source: journal::Error,
    },
    /// A VM that is not a clone would stay switched off.
    #[error(
        "the VM \"{vm}\" is on and would be left switched off, because its migration stops it; switch it off beforehand, or migrate a clone"
    )]
    WouldStayOff {
        /// Name.
        vm: String,
    },
    /// A VM without a network interface.
    #[error("the VM \"{vm}\" has no network interface, so no MAC address of it can be taken; choose another VM")]
    NoAddress {
        /// Name.
        vm: String,
    },
    /// Only warm migrations have a cutover.
    #[error("the plan {plan} is a cold migration, which has no cutover; make it with `a warm migration plan`")]
    NoCutover {
        /// Name of the Plan.
        plan: String,
    },
    /// The migration could not be told when to cut over.
    #[error("could not schedule the cutover of the migration {migration}")]
    Schedule {
        /// Name of the Migration.
        migration: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// A VM has vanished from its platform.
    #[error("the VM \"{vm}\" is gone from {provider}; see who deletes VMs there, nothing of this run did")]
    Gone {
        /// Name.
        vm: String,
        /// Key of the provider.
        provider: String,
    },
    /// A sentence names a VM that the plan does not have.
    #[error("the plan has no VM \"{vm}\"; {hint}")]
    NotInPlan {
        /// The name.
        vm: String,
        /// Possible causes.
        hint: String,
    },
    /// VMs could not be cancelled.
    #[error("could not ask for the cancellation of {vms} in the migration {migration}")]
    Cancel {
        /// Their names, in quotation marks.
        vms: String,
        /// Name of the Migration.
        migration: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// A plan that succeeded does nothing any more.
    #[error("the plan {plan} has succeeded, and MTV never runs such a plan again; make another plan")]
    HasSucceeded {
        /// Name of the Plan.
        plan: String,
    },
    /// A Plan could not be changed.
    #[error("could not {action} the plan {plan}")]
    Change {
        /// `archive`, or `delete`.
        action: &'static str,
        /// Name of the Plan.
        plan: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// A VM on the target does not go.
    #[error("could not delete the VM \"{vm}\" on the target")]
    TargetVm {
        /// Name.
        vm: String,
        /// Cause.
        #[source]
        source: Stuck,
    },
    /// Volumes are left.
    #[error(transparent)]
    Volumes(#[from] RemainingVolumes),
    /// Snapshots are left on the source.
    #[error(transparent)]
    Snapshots(#[from] RemainingSnapshots),
    /// VMs of the source are not powered as they should be.
    #[error(transparent)]
    Power(#[from] UnexpectedPower),
    /// VMs are not where they should be.
    #[error(transparent)]
    Arrivals(#[from] UnexpectedTargetVms),
    /// A target VM could not be switched on or off to look into its guest.
    #[error("could not switch the target VM {vm} to look into its guest")]
    Switch {
        /// Namespace and name.
        vm: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// The target VMs could not be read.
    #[error("could not read the {what} of the plan {plan}")]
    Observe {
        /// `target VMs`, ...
        what: &'static str,
        /// Name of the Plan.
        plan: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
}

// Boxed, because they carry what was last seen, and results are moved on the way of success too.
impl From<session::Error> for Error {
    fn from(error: session::Error) -> Self {
        Self::Session(Box::new(error))
    }
}

impl From<wait::Error> for Error {
    fn from(error: wait::Error) -> Self {
        Self::Wait(Box::new(error))
    }
}
