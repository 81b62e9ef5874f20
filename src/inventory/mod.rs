//! Forklift's inventory REST API: what Forklift knows about a source provider. How it shows a platform is known to the
//! platform's [descriptor](crate::source::Descriptor).

mod agreement;
mod client;
#[cfg(test)]
mod messages;
mod provider;

use thiserror::Error;

pub use agreement::wait_for;
pub use client::InventoryClient;
pub use provider::Inventory;

/// A request to the inventory failed.
#[derive(Debug, Error)]
pub enum Error {
    /// The inventory could not be reached.
    #[error(
        "the inventory at {address} does not answer\n  what to do: see whether the Route forklift-inventory and its pods are up, or set target.inventory_url"
    )]
    Unreachable {
        /// Address of the inventory.
        address: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// The inventory has no parity with the provider yet, or has just been restarted (`pkg/controller/provider/web`).
    #[error("the inventory has not loaded the provider yet (GET {path} answers {status})")]
    Loading {
        /// Path.
        path: String,
        /// HTTP status.
        status: u16,
    },
    /// The token is not accepted.
    #[error(
        "the inventory refuses our log-in: GET {path} answers {status}{message}; it needs a bearer token (`oc login`), client certificates do not do, and the user must be allowed to get this Provider"
    )]
    Refused {
        /// Path.
        path: String,
        /// HTTP status.
        status: u16,
        /// Message of the inventory with a leading colon, or an empty string.
        message: String,
    },
    /// Any other answer than 200.
    #[error(
        "the inventory fails: GET {path} answers {status}{message}; see the log of the container inventory of the Deployment forklift-controller"
    )]
    Failed {
        /// Path.
        path: String,
        /// HTTP status.
        status: u16,
        /// Message of the inventory with a leading colon, or an empty string.
        message: String,
    },
    /// The answer is not what this version of Forklift is known to send.
    #[error(
        "could not read the inventory's answer to GET {path}\n  what to do: see whether this MTV is newer than the suite knows"
    )]
    Malformed {
        /// Path.
        path: String,
        /// Cause.
        #[source]
        source: serde_json::Error,
    },
    /// The inventory does not show the current state of a VM before the deadline.
    #[error(
        "gave up after {deadline} waiting for the inventory to show the VM \"{vm}\" as it is on its platform: {state}; see whether somebody changes the VM, or raise timeouts.inventory"
    )]
    Disagrees {
        /// Name of the VM.
        vm: String,
        /// The deadline, in words.
        deadline: String,
        /// Differences between inventory and platform.
        state: String,
    },
    /// The run was interrupted.
    #[error("interrupted while waiting for the inventory to show the VM \"{vm}\"")]
    Cancelled {
        /// Name of the VM.
        vm: String,
    },
}

impl Error {
    /// Whether a later attempt can succeed.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Loading { .. } | Self::Unreachable { .. })
    }
}
